from regulars.app import show
TITLE, ICON = "rhythm", ":material/circle:"


def draw(release):
    show.head(TITLE)
