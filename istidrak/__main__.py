"""`python -m istidrak` is the command `istidrak`."""

from istidrak.web.command import main

main()
