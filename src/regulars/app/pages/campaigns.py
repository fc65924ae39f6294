from regulars.app import show
TITLE, ICON = "campaigns", ":material/circle:"


def draw(release):
    show.head(TITLE)
