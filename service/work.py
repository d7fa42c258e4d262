"""`python -m service.work`: one worker, as the service starts it."""

import sys

from service.cli import main

if __name__ == "__main__":
    main(["work", *sys.argv[1:]])
