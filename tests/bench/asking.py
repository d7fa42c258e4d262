"""Asks one question for every line on stdin, over one connection, and prints how many milliseconds each took.

`python tests/bench/asking.py PORT`: a process of its own, so that the time it takes is not that of who is measured.
"""

import sys
from http.client import HTTPConnection

from http_load import one_question

if __name__ == "__main__":
    connection = HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=120)
    for line in sys.stdin:
        print(one_question(connection, line.strip()), flush=True)
