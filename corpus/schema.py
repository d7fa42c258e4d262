"""The tables of the catalogue. Describes what they are; opens and changes nothing.

The keyword leg's tables `passages_fts` (terms) and `passages_grams` (character grams), both SQLite FTS5, are made by
the migration, since SQLAlchemy has no words for them.
"""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

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

facts = Table("facts", metadata, Column("name", String(64), primary_key=True), Column("value", Text, nullable=False))
