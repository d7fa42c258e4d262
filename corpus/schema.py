"""The tables of the catalogue. Describes what they are; opens and changes nothing.

The keyword leg's tables `passages_fts` (terms) and `passages_grams` (character grams) are made by the migration. In
SQLite they are FTS5 tables, for which SQLAlchemy has no words. In PostgreSQL they are plain tables that an index is
made from, and `term_counts` tells how many passages hold a term.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    TableClause,
    column,
    false,
    table,
)

from corpus.columns import KEY, LONG_TEXT, short_text

metadata = MetaData()


def _document_key(*, primary_key: bool = False, index: bool = False) -> Column[str]:
    owner = ForeignKey("documents.id", ondelete="CASCADE")
    return Column("document_id", short_text(32), owner, primary_key=primary_key, index=index, nullable=False)


documents = Table(
    "documents",
    metadata,
    Column("id", short_text(32), primary_key=True),
    Column("version", Integer, nullable=False),  # the one that is found; others are history
    Column("origin", LONG_TEXT, nullable=False),  # where the bytes came from; decides what a new version is of
    Column("title", LONG_TEXT, nullable=False),
    Column("kind", short_text(64), nullable=False),
    Column("classification", short_text(32), nullable=False),
    Column("language", short_text(8), nullable=False),
    Column("organisation", LONG_TEXT, nullable=False, default=""),
    Column("author", LONG_TEXT, nullable=False, default=""),
    Column("date", short_text(10)),  # ISO 8601, compares as text
    Column("source", LONG_TEXT, nullable=False, default=""),
    Column("retain_until", short_text(10)),  # the day after which it has to go, ISO 8601
    Column("edited", JSON, nullable=False, default=dict),  # what an editor set by hand; wins over what a file says
    Index("documents_by_origin", "origin"),
    Index("documents_by_classification", "classification"),
)

document_themes = Table(
    "document_themes",
    metadata,
    _document_key(primary_key=True),
    Column("theme", short_text(128), primary_key=True),
)

versions = Table(
    "versions",
    metadata,
    _document_key(primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("sha256", short_text(64), nullable=False),
    Column("origin", LONG_TEXT, nullable=False, default=""),  # where these bytes came from
    Column("file_name", LONG_TEXT, nullable=False),
    Column("media_type", short_text(128), nullable=False),
    Column("size", Integer, nullable=False),
    Column("page_count", Integer, nullable=False),
    Column("passage_count", Integer, nullable=False),
    Column("paged", Boolean, nullable=False),
    Column("added", short_text(32), nullable=False),
    Column("remarks", JSON, nullable=False),
    Index("versions_by_sha256", "sha256"),
)

pages = Table(
    "pages",
    metadata,
    _document_key(primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("number", Integer),
    Column("text", LONG_TEXT, nullable=False),
    Column("blocks", JSON, nullable=False),  # [[kind, start, end, level], ...]
)

passages = Table(
    "passages",
    metadata,
    Column("key", KEY, primary_key=True),  # row id of the keyword leg, part of the unit id of the vector leg
    Column("id", short_text(64), nullable=False, unique=True),
    _document_key(index=True),
    Column("version", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("page", Integer),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", LONG_TEXT, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("language", short_text(8), nullable=False),
    Column("table_header", LONG_TEXT, nullable=False),
    sqlite_autoincrement=True,  # a key is never used again: a stale vector can not borrow another passage's key
)

embeddings = Table(
    "embeddings",
    metadata,
    Column("passage_key", KEY, ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
    Column("unit", Integer, primary_key=True),  # 0 = the whole passage, 1.. = windows of it
    Column("vector", LargeBinary, nullable=False),  # float16, little-endian
)

changes = Table(
    "changes",
    metadata,
    Column("seq", KEY, primary_key=True),
    Column("document_id", short_text(32), nullable=False),  # no foreign key: it must outlive the document
    Column("published", Boolean, nullable=False),  # False: removed
    # Only what is known of it changed, not what is found in it: vectors and terms are as they were.
    Column("metadata_only", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
)

# For near-duplicates: the smallest hashes of the text's shingles, 64 bits each, and how many shingles there are.
sketches = Table(
    "sketches",
    metadata,
    _document_key(primary_key=True),
    Column("shingles", Integer, nullable=False, index=True),
    Column("sketch", LargeBinary, nullable=False),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", short_text(32), primary_key=True),
    Column("created", short_text(32), nullable=False),  # UTC, RFC 3339
    Column("created_by", LONG_TEXT, nullable=False),
    Column("status", short_text(24), nullable=False),  # follows from that of its files
    Index("tasks_by_creator", "created_by", "created"),
)

task_files = Table(
    "task_files",
    metadata,
    Column("task_id", short_text(32), ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),  # 1-based, in the order of the upload
    Column("file_name", LONG_TEXT, nullable=False),
    Column("sha256", short_text(64), nullable=False),  # empty for what was refused before it was kept
    Column("size", Integer, nullable=False),
    Column("metadata", JSON, nullable=False),  # as given, by the names of a metadata file
    Column("replaces", short_text(32), nullable=False),  # the document it is a new version of; empty: none
    Column("status", short_text(16), nullable=False),
    Column("changed", Float, nullable=False),  # when the status became what it is, seconds since the epoch
    Column("phase", short_text(16), nullable=False),
    Column("pages_done", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Float, nullable=False),  # seconds since the epoch, as is lease_until
    Column("reason", LONG_TEXT, nullable=False),
    Column("remarks", JSON, nullable=False),
    Column("document_id", short_text(32), nullable=False),  # no foreign key: it may be set before the document is there
    Column("version", Integer, nullable=False),
    Column("lease_until", Float, nullable=False),
    Column("worker", LONG_TEXT, nullable=False),
    Index("task_files_by_status", "status", "not_before"),
    Index("task_files_by_document", "document_id"),
    Index("task_files_by_sha256", "sha256"),
)

facts = Table(
    "facts", metadata, Column("name", short_text(64), primary_key=True), Column("value", LONG_TEXT, nullable=False)
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", short_text(16), primary_key=True),
    Column("name", LONG_TEXT, nullable=False),
    Column("key_hash", short_text(64), nullable=False),  # SHA-256 of the secret; the secret itself is kept nowhere
    Column("role", short_text(16), nullable=False),
    Column("max_level", short_text(32)),  # narrower than the role; absent: all that the role sees
    Column("allowed_origins", JSON, nullable=False),
    Column("created", short_text(32), nullable=False),
    Column("expires", short_text(32), nullable=False),
    Column("revoked", short_text(32)),
    Column("last_used", short_text(10)),  # a day is enough to find keys that nobody uses
)

audit = Table(
    "audit",
    metadata,
    Column("seq", KEY, primary_key=True),
    Column("time", short_text(32), nullable=False),
    Column("actor", LONG_TEXT, nullable=False),
    Column("role", short_text(16), nullable=False),
    Column("action", short_text(64), nullable=False),
    Column("object", LONG_TEXT, nullable=False),
    Column("result", short_text(32), nullable=False),
    Column("origin", short_text(64), nullable=False),  # address that it came from
    Column("previous", short_text(64), nullable=False),
    Column("hash", short_text(64), nullable=False),
    Index("audit_by_time", "time"),
)


def _made_by_hand(name: str, numbers: tuple[str, ...], texts: tuple[str, ...] = ()) -> TableClause:
    return table(name, *(column(one, KEY) for one in numbers), *(column(one, LONG_TEXT) for one in texts))


passages_fts = _made_by_hand("passages_fts", ("rowid",), ("title", "heading", "body"))
passages_grams = _made_by_hand("passages_grams", ("rowid",), ("grams",))
term_counts = _made_by_hand("term_counts", ("leg", "term", "passages"))
