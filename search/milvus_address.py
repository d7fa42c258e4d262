"""The address of a Milvus server, as it stands in the settings."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from corpus.errors import SettingsError

DEFAULT_PORT = 19530
DEFAULT_NAME = "kennislab"
# How the vectors are stored: the first is quickest and takes most memory, the last keeps most of them on disk.
VECTOR_INDEXES = ("HNSW", "IVF_SQ8", "DISKANN")
_EXAMPLE = f"milvus://gebruiker:wachtwoord@server:{DEFAULT_PORT}/database"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """Where the index is. `shown` is for people and holds no password."""

    uri: str
    shown: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    database: str = ""
    name: str = DEFAULT_NAME  # what the names of our collections begin with
    vector_index: str = VECTOR_INDEXES[0]


def parse_milvus(url: str) -> MilvusAddress:
    """`milvus://server:port/database?naam=kennislab`, or `milvus:///map/bestand.db` for Milvus Lite.

    Raises SettingsError, which never repeats the address: it may hold a password.
    """
    try:
        parts = urlsplit(url)
        options = parse_qs(parts.query, strict_parsing=bool(parts.query))
        port = parts.port or DEFAULT_PORT
    except ValueError as error:
        raise SettingsError(f"Instelling index is geen adres. Schrijf {_EXAMPLE}.") from error
    if parts.scheme not in {"milvus", "milvus+tls"}:
        raise SettingsError(f"Instelling index kan alleen embedded zijn, of een adres als {_EXAMPLE}.")
    chosen = {"name": _option(options, "naam", DEFAULT_NAME), "vector_index": _vector_index(options)}
    if not _NAME.fullmatch(chosen["name"]):
        raise SettingsError("De naam van de index kan alleen kleine letters, cijfers en _ hebben, hooguit 40 tekens.")
    if options:
        raise SettingsError(f"Instelling index kent {', '.join(sorted(options))} niet. Bekend zijn: naam, index.")
    if not parts.hostname:
        if not parts.path.endswith(".db"):
            raise SettingsError("Een bestand van Milvus Lite eindigt op .db: milvus:///map/index.db")
        return MilvusAddress(parts.path, parts.path, **chosen)
    scheme = "https" if parts.scheme == "milvus+tls" else "http"
    return MilvusAddress(
        uri=f"{scheme}://{_bracketed(parts.hostname)}:{port}",
        shown=f"{parts.hostname}:{port}",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=parts.path.strip("/"),
        **chosen,
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _option(options: dict[str, list[str]], name: str, default: str) -> str:
    return options.pop(name, [default])[-1]


def _vector_index(options: dict[str, list[str]]) -> str:
    chosen = _option(options, "index", VECTOR_INDEXES[0]).upper()
    if chosen not in VECTOR_INDEXES:
        raise SettingsError(f"De vectoren kunnen niet in een index {chosen}. Kies uit: {', '.join(VECTOR_INDEXES)}.")
    return chosen
