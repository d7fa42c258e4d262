"""What is said of the catalogue holds for each kind of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.audit import Entry, append
from corpus.backup import back_up
from corpus.catalogue import Catalogue
from corpus.tasks import NewFile, add_task
from tests.scale.catalogues import KINDS, url_of

Put = Callable[..., str]


@pytest.fixture(params=KINDS)
def catalogue_url(request: pytest.FixtureRequest) -> Iterator[str]:
    yield from url_of(request)


@pytest.fixture
def filled(catalogue: Catalogue, put: Put) -> Catalogue:
    """A knowledge base with two versions, an audit row, a key and a file that waits."""
    put("een", ["De eerste alinea.", "De tweede."], themes=("wijk",))
    put("twee", ["Oude tekst."])
    put("twee", ["Nieuwe tekst."], version=2, data=b"nieuw")
    append(catalogue.database, [Entry("redactie", "redacteur", "voegDocumentenToe", "een", "gelukt", "")])
    with catalogue.spool.incoming() as incoming:
        incoming.write(b"# Wacht\n\nNog even.")
        incoming.finish()
        add_task(catalogue, "redactie", [NewFile("wacht.md", incoming)])
    return catalogue


@pytest.fixture
def backup(filled: Catalogue, tmp_path: Path) -> Path:
    return back_up(filled, tmp_path / "kopie.tar", "1.2.3").path
