from regulars.app import show
TITLE, ICON = "baskets", ":material/circle:"


def draw(release):
    show.head(TITLE)
