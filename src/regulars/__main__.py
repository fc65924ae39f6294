"""`python -m regulars`: the command line."""

from regulars.cli.main import main

main()
