"""The ways that Kennislab can be set up, for tests that must hold on each: on one machine, and on servers.

`bucket` is one machine of which the files are in a store that speaks S3.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from corpus.s3_address import S3Address
from search.milvus_address import MilvusAddress, parse_milvus
from tests.scale.bucket import BucketServer
from tests.scale.milvus import emptied

SETUPS = ("embedded", "servers")
FULL = bool(os.environ.get("TEST_FULL"))


@dataclass(frozen=True)
class Setup:
    """Where the catalogue and the index are; both empty for files in the data folder."""

    catalogue_url: str = ""
    index: str = ""
    files: S3Address | None = None
    access: Mapping[str, str] = field(default_factory=dict)  # to the files

    @property
    def name(self) -> str:
        if self.catalogue_url:
            return "servers"
        return "bucket" if self.files is not None else "embedded"

    @property
    def settings(self) -> Mapping[str, str]:
        """What a process is told by its environment."""
        if not self.catalogue_url:
            return self.access
        return {"KENNISLAB_CATALOGUE": self.catalogue_url, "KENNISLAB_INDEX": self.index, **self.access}

    @property
    def where(self) -> tuple[str, MilvusAddress] | None:
        """The addresses for a service in this very process."""
        return (self.catalogue_url, parse_milvus(self.index)) if self.catalogue_url else None


EMBEDDED = Setup()


@contextmanager
def set_up(request: pytest.FixtureRequest, name: str) -> Iterator[Setup]:
    """An empty knowledge base of this kind: a database of its own, and nothing in Milvus."""
    if name == "embedded":
        yield EMBEDDED
        return
    if name == "bucket":
        server: BucketServer = request.getfixturevalue("bucket_server")
        address = server.address()
        yield Setup(files=address, access=server.environment(address))
        return
    url = request.getfixturevalue("milvus_url")
    with request.getfixturevalue("postgres_server").database() as catalogue_url, emptied(url) as milvus:
        yield Setup(catalogue_url, f"{url}?naam={milvus.name}")
