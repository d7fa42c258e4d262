"""What is said of the catalogue holds for each kind of it."""

from collections.abc import Iterator

import pytest

from tests.scale.catalogues import KINDS, url_of


@pytest.fixture(params=KINDS)
def catalogue_url(request: pytest.FixtureRequest) -> Iterator[str]:
    yield from url_of(request)
