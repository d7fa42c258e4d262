"""What becomes of every hostile file of the tests, how long it takes and how much memory: a table in Markdown.

`python tests/ingest/hostile_table.py`. Each file is read by a process of its own, as in the service, with its limits.
"""

import os
import pickle
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from corpus.errors import ReadError
from ingest.limits import Limits
from ingest.sandbox import Sandbox
from tests.ingest import hostile
from tests.ingest.pdf_samples import pdf, text
from tests.ingest.test_hostile import ARCHIVES, NAMES, PDFS, TEXTS, slides_that_fetch

LIMITS = Limits()  # as the service has them
PLAIN = b"Een gewone tekst over de wijk."
NOWHERE = "http://127.0.0.1:9"
SHOWN = 90  # characters of a reason
UNIT = 1024 if sys.platform.startswith("linux") else 1  # of ru_maxrss


@dataclass(frozen=True)
class Row:
    """What became of one file."""

    size: int
    outcome: str
    says: str
    seconds: float
    memory: int  # bytes, of the process that read it or the one that started it, whichever had most


def cases() -> dict[str, tuple[str, Callable[[], bytes]]]:
    """Name of the case → name of the file and how it is made."""
    found: dict[str, tuple[str, Callable[[], bytes]]] = {"(een gewoon bestand)": ("a.txt", lambda: PLAIN)}
    found |= {name: ("a.docx", make) for name, (make, *_) in ARCHIVES.items()}
    found |= {name: ("a.pdf", make) for name, (make, *_) in PDFS.items()}
    found |= {name: ("a.pdf", partial(hostile.pages_pdf, **given)) for name, given in hostile.LOOPS.items()}
    found |= {name: (file, make) for name, (file, make, *_) in TEXTS.items()}
    found |= {f"naam {name[:20]!r}": (name, lambda: PLAIN) for name in NAMES}
    locked = partial(pdf, [[text(72, 700, "Achter een wachtwoord.")]], password="geheim")
    return found | {
        "tweeduizend bladzijden": ("a.pdf", hostile.many_pages),
        "drie miljoen lijnen op een bladzijde": ("a.pdf", hostile.many_operators),
        "lettertype dat liegt": ("a.pdf", hostile.lying_font),
        "pdf achter een wachtwoord": ("a.pdf", locked),
        "drie miljoen lege alinea's": ("a.docx", hostile.memory_hog),
        "honderdduizend blokken diep": ("a.docx", hostile.nested_xml),
        "dia's die iets willen ophalen": ("a.pptx", partial(slides_that_fetch, NOWHERE)),
        "webpagina die alles wil ophalen": ("a.html", partial(hostile.html_that_fetches, NOWHERE)),
        "entiteit van een ander adres": ("a.docx", partial(hostile.external_entity, NOWHERE)),
        "leeg bestand": ("a.pdf", bytes),
        "alleen nullen": ("a.txt", lambda: bytes(1_000_000)),
    }


def read(name: str, data: bytes) -> Row:
    """Read it in a fresh sandbox; the clock runs when that has started."""
    sandbox = Sandbox()
    sandbox.read(PLAIN, "warm.txt", LIMITS)
    begin = time.monotonic()
    try:
        extraction = sandbox.read(data, name, LIMITS)
    except ReadError as error:
        outcome, says = "mislukt", str(error)
    else:
        outcome, says = "gelezen", " ".join(extraction.remarks)
    seconds = time.monotonic() - begin
    sandbox.close()
    return Row(len(data), outcome, says, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * UNIT)


def apart(name: str, make: Callable[[], bytes]) -> Row:
    """The same in a process of its own, whose children are only those of this file."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(theirs, "wb") as out:
            pickle.dump(read(name, make()), out)
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as answer:
        row: Row = pickle.load(answer)  # noqa: S301 - of our own child
    os.waitpid(child, 0)
    return row


def main() -> None:
    """Print the table, a row as soon as it is known."""
    print("| bestand | grootte | uitkomst | wat erbij staat | seconden | MB |\n|---|---|---|---|---|---|")
    rows = []
    for case, (name, make) in cases().items():
        row = apart(name, make)
        rows.append(row)
        says = row.says if len(row.says) <= SHOWN else row.says[: SHOWN - 1] + "…"
        line = (
            f"| {case} | {row.size / 1000:,.0f} kB | {row.outcome} | {says} | {row.seconds:.1f} | {row.memory >> 20} |"
        )
        print(line.encode("utf-8", "replace").decode(), flush=True)
    taken = sum(row.outcome == "gelezen" for row in rows)
    longest, most = max(row.seconds for row in rows), max(row.memory for row in rows) >> 20
    print(f"\n{len(rows)} bestanden: {taken} gelezen, {len(rows) - taken} mislukt met een reden.")
    print(f"Langst: {longest:.1f} s. Meeste geheugen: {most} MB.")


if __name__ == "__main__":
    main()
