from regulars.app import show
TITLE, ICON = "insights", ":material/circle:"


def draw(release):
    show.head(TITLE)
