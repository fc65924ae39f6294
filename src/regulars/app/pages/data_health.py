from regulars.app import show
TITLE, ICON = "data_health", ":material/circle:"


def draw(release):
    show.head(TITLE)
