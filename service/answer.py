"""`python -m service.answer`: one more process that answers, as the service starts it."""

import sys

from service.cli import main

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])
