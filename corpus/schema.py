"""The tables of the catalogue. Describes what they are; opens and changes nothing.

The keyword leg's tables `passages_fts` (terms) and `passages_grams` (character grams), both SQLite FTS5, are made by
the migration, since SQLAlchemy has no words for them.
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
    String,
    Table,
    Text,
)

metadata = MetaData()


def _document_key(*, primary_key: bool = False, index: bool = False) -> Column[str]:
    owner = ForeignKey("documents.id", ondelete="CASCADE")
    return Column("document_id", String(32), owner, primary_key=primary_key, index=index, nullable=False)


documents = Table(
    "documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("version", Integer, nullable=False),  # the one that is found; others are history
    Column("origin", Text, nullable=False),  # where the bytes came from; decides what a new version is of
    Column("title", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("classification", String(32), nullable=False),
    Column("language", String(8), nullable=False),
    Column("organisation", Text, nullable=False, default=""),
    Column("author", Text, nullable=False, default=""),
    Column("date", String(10)),  # ISO 8601, compares as text
    Column("source", Text, nullable=False, default=""),
    Column("retain_until", String(10)),  # the day after which it has to go, ISO 8601
    Column("edited", JSON, nullable=False, default=dict),  # what an editor set by hand; wins over what a file says
    Index("documents_by_origin", "origin"),
    Index("documents_by_classification", "classification"),
)

document_themes = Table(
    "document_themes",
    metadata,
    _document_key(primary_key=True),
    Column("theme", String(128), primary_key=True),
)

versions = Table(
    "versions",
    metadata,
    _document_key(primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("origin", Text, nullable=False, default=""),  # where these bytes came from
    Column("file_name", Text, nullable=False),
    Column("media_type", String(128), nullable=False),
    Column("size", Integer, nullable=False),
    Column("page_count", Integer, nullable=False),
    Column("passage_count", Integer, nullable=False),
    Column("paged", Boolean, nullable=False),
    Column("added", String(32), nullable=False),
    Column("remarks", JSON, nullable=False),
    Index("versions_by_sha256", "sha256"),
)

pages = Table(
    "pages",
    metadata,
    _document_key(primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("number", Integer),
    Column("text", Text, nullable=False),
    Column("blocks", JSON, nullable=False),  # [[kind, start, end, level], ...]
)

passages = Table(
    "passages",
    metadata,
    Column("key", Integer, primary_key=True),  # row id of the keyword leg, part of the unit id of the vector leg
    Column("id", String(64), nullable=False, unique=True),
    _document_key(index=True),
    Column("version", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("page", Integer),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("language", String(8), nullable=False),
    Column("table_header", Text, nullable=False),
    sqlite_autoincrement=True,  # a key is never used again: a stale vector can not borrow another passage's key
)

embeddings = Table(
    "embeddings",
    metadata,
    Column("passage_key", Integer, ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
    Column("unit", Integer, primary_key=True),  # 0 = the whole passage, 1.. = windows of it
    Column("vector", LargeBinary, nullable=False),  # float16, little-endian
)

changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("document_id", String(32), nullable=False),  # no foreign key: it must outlive the document
    Column("published", Boolean, nullable=False),  # False: removed
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
    Column("id", String(32), primary_key=True),
    Column("created", String(32), nullable=False),  # UTC, RFC 3339
    Column("created_by", Text, nullable=False),
    Column("status", String(24), nullable=False),  # follows from that of its files
    Index("tasks_by_creator", "created_by", "created"),
)

task_files = Table(
    "task_files",
    metadata,
    Column("task_id", String(32), ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),  # 1-based, in the order of the upload
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),  # empty for what was refused before it was kept
    Column("size", Integer, nullable=False),
    Column("metadata", JSON, nullable=False),  # as given, by the names of a metadata file
    Column("replaces", String(32), nullable=False),  # the document it is a new version of; empty: none
    Column("status", String(16), nullable=False),
    Column("changed", Float, nullable=False),  # when the status became what it is, seconds since the epoch
    Column("phase", String(16), nullable=False),
    Column("pages_done", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Float, nullable=False),  # seconds since the epoch, as is lease_until
    Column("reason", Text, nullable=False),
    Column("remarks", JSON, nullable=False),
    Column("document_id", String(32), nullable=False),  # no foreign key: it may be set before the document is there
    Column("version", Integer, nullable=False),
    Column("lease_until", Float, nullable=False),
    Column("worker", Text, nullable=False),
    Index("task_files_by_status", "status", "not_before"),
    Index("task_files_by_document", "document_id"),
    Index("task_files_by_sha256", "sha256"),
)

facts = Table("facts", metadata, Column("name", String(64), primary_key=True), Column("value", Text, nullable=False))

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("key_hash", String(64), nullable=False),  # SHA-256 of the secret; the secret itself is kept nowhere
    Column("role", String(16), nullable=False),
    Column("max_level", String(32)),  # narrower than the role; absent: all that the role sees
    Column("allowed_origins", JSON, nullable=False),
    Column("created", String(32), nullable=False),
    Column("expires", String(32), nullable=False),
    Column("revoked", String(32)),
    Column("last_used", String(10)),  # a day is enough to find keys that nobody uses
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("time", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("result", String(32), nullable=False),
    Column("origin", String(64), nullable=False),  # address that it came from
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_by_time", "time"),
)
