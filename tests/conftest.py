"""Fixtures for all tests: a small fast encoder, an empty knowledge base, a clean environment, no network for hubs."""

import fcntl
import hashlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.catalogue import Catalogue, open_catalogue
from corpus.publishing import NewVersion, publish
from corpus.types import Block, BlockKind, Classification, Metadata, Page
from ingest.indexing import index_pages
from ingest.plan import Action, Plan
from search.encoder import Encoder, Vectors
from search.loading import load_encoder
from search.model_facts import ModelFacts
from tests.scale import bucket, milvus, postgres

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "kennislab-e5-small-nl"
NO_LIMIT = ("KENNISLAB_RATE_LIMIT", "0")


SEED = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Every random choice of a run hangs on one seed, which all its processes share."""
    config.stash[SEED] = int(os.environ.setdefault("TEST_SEED", str(random.SystemRandom().randrange(10**6))))


def pytest_report_header(config: pytest.Config) -> str:
    return f"TEST_SEED={config.stash[SEED]}"


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    """Of this run; give it again as TEST_SEED and the same happens."""
    return pytestconfig.stash[SEED]


class HashEncoder:
    """A bag of hashed words: texts that share words are near. Fast, the same everywhere, no meaning."""

    def __init__(self, dimension: int = 64, token_limit: int = 256) -> None:
        self.facts = ModelFacts("hash", dimension, token_limit, "query: ", "passage: ", weights_sha256="hash")

    def encode_question(self, question: str) -> Vectors:
        return self._vector(question)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = [self._vector(text) for text in texts]
        return np.stack(vectors) if vectors else np.zeros((0, self.facts.dimension), np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A token for every four characters of a word, two for the ends and one for the prefix."""
        return [3 + sum(1 + len(word) // 4 for word in text.split()) for text in texts]

    def _vector(self, text: str) -> Vectors:
        vector = np.full(self.facts.dimension, 1e-3, np.float32)
        for word in text.casefold().split():
            place = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
            vector[place % self.facts.dimension] += 1
        return (vector / np.linalg.norm(vector)).astype(np.float32)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting leaks in from outside, those of the tests themselves among them, and nothing asks a hub."""
    for name in list(os.environ):
        if name.startswith(("KENNISLAB_", "AWS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv(*NO_LIMIT)


@pytest.fixture(scope="session", autouse=True)
def no_rate_limit() -> Iterator[None]:
    """Servers that tests start for a whole module take many more requests a minute than a person makes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(*NO_LIMIT)
        yield


@pytest.fixture
def encoder() -> Encoder:
    return HashEncoder()


@pytest.fixture(scope="session")
def real_encoder() -> Encoder:
    """The default model, as `make model` builds it."""
    assert MODEL.is_dir(), "het model ontbreekt: make model"
    return load_encoder(str(MODEL))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """Started when the first test asks for it."""
    reason = postgres.missing()
    if reason:
        pytest.skip(reason)
    with postgres.running_server() as server:
        yield server


@pytest.fixture(scope="session")
def milvus_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Milvus Lite, started when the first test asks for it."""
    with milvus.running_lite(tmp_path_factory.mktemp("milvus")) as url:
        yield url


@pytest.fixture(scope="session")
def bucket_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bucket.BucketServer]:
    """SeaweedFS, started when the first test asks for it."""
    with bucket.running_bucket(tmp_path_factory.mktemp("bucket")) as server:
        yield server


@pytest.fixture
def catalogue_url() -> str:
    """Where the catalogue is, empty for SQLite. Tests of both kinds have a fixture of this name with parameters."""
    return ""


@pytest.fixture
def catalogue(tmp_path: Path, catalogue_url: str) -> Iterator[Catalogue]:
    opened = open_catalogue(tmp_path / "data", create=True, url=catalogue_url)
    yield opened
    opened.close()


@pytest.fixture
def base_metadata() -> Metadata:
    return Metadata("Titel", "beleidsdocument", Classification.OPENBAAR, "nl")


Put = Callable[..., str]


@pytest.fixture
def put(catalogue: Catalogue, encoder: Encoder, base_metadata: Metadata) -> Put:
    """Publishes a document of plain paragraphs, one list of them a page; returns its id."""

    def publish_pages(
        document_id: str,
        *pages: Sequence[str],
        version: int = 1,
        data: bytes | None = None,
        file_name: str = "",
        media_type: str = "text/plain",
        **changes: object,
    ) -> str:
        metadata = replace(base_metadata, **changes)  # type: ignore[arg-type]
        made = [_page(number, paragraphs) for number, paragraphs in enumerate(pages, start=1)]
        plan = Plan(Action.NEW, document_id, version)
        data = "\f".join("\n".join(paragraphs) for paragraphs in pages).encode() if data is None else data
        new = NewVersion(
            document_id=document_id,
            version=version,
            origin=f"file:///test/{document_id}.txt",
            sha256=hashlib.sha256(data).hexdigest(),
            file_name=file_name or f"{document_id}.txt",
            media_type=media_type,
            size=len(data),
            metadata=metadata,
            pages=tuple(made),
            passages=tuple(index_pages(encoder, plan, metadata, made)),
            remarks=(),
        )
        publish(catalogue, new, data)
        return document_id

    return publish_pages


def _page(number: int, paragraphs: Sequence[str]) -> Page:
    text = "\n\n".join(paragraphs)
    blocks, at = [], 0
    for paragraph in paragraphs:
        blocks.append(Block(BlockKind.PARAGRAPH, at, at + len(paragraph)))
        at += len(paragraph) + 2
    return Page(number, number, text, tuple(blocks))


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample knowledge base, loaded by the real command line as `make run` loads it; each process has a copy."""
    own = tmp_path_factory.mktemp("voorbeeld") / "data"
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / "voorbeeld.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "voorbeeld").exists():
            _load_sample(shared / "voorbeeld.half")
            (shared / "voorbeeld.half").rename(shared / "voorbeeld")
    shutil.copytree(shared / "voorbeeld", own)
    return own


def _load_sample(data: Path) -> None:
    sample = ROOT / "corpus" / "voorbeeld"
    command = [sys.executable, "-c", "from service.cli import main; main()", "ingest", str(sample / "documenten")]
    options = ["--metadata", str(sample / "metadata.tsv"), "--data", str(data)]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("KENNISLAB_")}
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False, env=plain)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
