"""First catalogue: documents, versions, pages, passages, embeddings, changes, and the keyword leg."""

import sqlalchemy as sa
from alembic import op

from corpus.columns import KEY, LONG_TEXT, short_text

revision = "0001"
down_revision = None


def _document_key(*, primary_key: bool = False) -> sa.Column[str]:
    owner = sa.ForeignKey("documents.id", ondelete="CASCADE")
    return sa.Column("document_id", short_text(32), owner, primary_key=primary_key, nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, LONG_TEXT, nullable=False) for name in names]


def upgrade() -> None:
    _create_documents()
    _create_passages()
    _create_tasks()
    _create_access()
    op.create_table(
        "changes",
        sa.Column("seq", KEY, primary_key=True),
        sa.Column("document_id", short_text(32), nullable=False),
        sa.Column("published", sa.Boolean, nullable=False),
        sa.Column("metadata_only", sa.Boolean, nullable=False, server_default=sa.false()),
        sqlite_autoincrement=True,
    )
    op.create_table("facts", sa.Column("name", short_text(64), primary_key=True), *_texts("value"))
    if op.get_bind().dialect.name == "sqlite":
        _create_keyword_leg()
    else:
        _create_keyword_rows()


def _create_keyword_leg() -> None:
    # The text arrives analysed, as terms with spaces between: the tokenizer has only to cut at the spaces.
    for columns in ("passages_fts USING fts5(title, heading, body", "passages_grams USING fts5(grams"):
        op.execute(f"CREATE VIRTUAL TABLE {columns}, tokenize = 'unicode61 remove_diacritics 0')")


def _create_keyword_rows() -> None:
    key = ("rowid", sa.BigInteger)
    op.create_table("passages_fts", sa.Column(*key, primary_key=True), *_texts("title", "heading", "body"))
    op.create_table("passages_grams", sa.Column(*key, primary_key=True), *_texts("grams"))
    op.create_table(
        "term_counts",
        sa.Column("leg", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("term", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("passages", sa.BigInteger, nullable=False),
        postgresql_with={"fillfactor": 50},  # counts change all the time: room to do so in place
    )


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", short_text(32), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        *_texts("origin", "title"),
        sa.Column("kind", short_text(64), nullable=False),
        sa.Column("classification", short_text(32), nullable=False),
        sa.Column("language", short_text(8), nullable=False),
        *_texts("organisation", "author"),
        sa.Column("date", short_text(10)),
        *_texts("source"),
        sa.Column("retain_until", short_text(10)),
        sa.Column("edited", sa.JSON, nullable=False),
    )
    op.create_index("documents_by_origin", "documents", ["origin"])
    op.create_index("documents_by_classification", "documents", ["classification"])
    op.create_table(
        "document_themes", _document_key(primary_key=True), sa.Column("theme", short_text(128), primary_key=True)
    )
    op.create_table(
        "versions",
        _document_key(primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("sha256", short_text(64), nullable=False),
        *_texts("origin", "file_name"),
        sa.Column("media_type", short_text(128), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("page_count", sa.Integer, nullable=False),
        sa.Column("passage_count", sa.Integer, nullable=False),
        sa.Column("paged", sa.Boolean, nullable=False),
        sa.Column("added", short_text(32), nullable=False),
        sa.Column("remarks", sa.JSON, nullable=False),
    )
    op.create_index("versions_by_sha256", "versions", ["sha256"])
    op.create_table(
        "pages",
        _document_key(primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer),
        *_texts("text"),
        sa.Column("blocks", sa.JSON, nullable=False),
    )


def _create_passages() -> None:
    op.create_table(
        "passages",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("id", short_text(64), nullable=False, unique=True),
        _document_key(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("page", sa.Integer),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        *_texts("text"),
        sa.Column("headings", sa.JSON, nullable=False),
        sa.Column("language", short_text(8), nullable=False),
        *_texts("table_header"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passages_document_id", "passages", ["document_id"])
    op.create_table(
        "embeddings",
        sa.Column("passage_key", KEY, sa.ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("unit", sa.Integer, primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "sketches",
        _document_key(primary_key=True),
        sa.Column("shingles", sa.Integer, nullable=False),
        sa.Column("sketch", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_sketches_shingles", "sketches", ["shingles"])


def _create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", short_text(32), primary_key=True),
        sa.Column("created", short_text(32), nullable=False),
        *_texts("created_by"),
        sa.Column("status", short_text(24), nullable=False),
    )
    op.create_index("tasks_by_creator", "tasks", ["created_by", "created"])
    owner = sa.ForeignKey("tasks.id", ondelete="CASCADE")
    op.create_table(
        "task_files",
        sa.Column("task_id", short_text(32), owner, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        *_texts("file_name"),
        sa.Column("sha256", short_text(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("replaces", short_text(32), nullable=False),
        *(sa.Column(name, short_text(16), nullable=False) for name in ("status", "phase")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("pages_done", "pages", "attempts")),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("changed", "not_before", "lease_until")),
        *_texts("reason", "worker"),
        sa.Column("remarks", sa.JSON, nullable=False),
        sa.Column("document_id", short_text(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("task_files_by_status", "task_files", ["status", "not_before"])
    op.create_index("task_files_by_document", "task_files", ["document_id"])
    op.create_index("task_files_by_sha256", "task_files", ["sha256"])


def _create_access() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", short_text(16), primary_key=True),
        *_texts("name"),
        sa.Column("key_hash", short_text(64), nullable=False),
        sa.Column("role", short_text(16), nullable=False),
        sa.Column("max_level", short_text(32)),
        sa.Column("allowed_origins", sa.JSON, nullable=False),
        sa.Column("created", short_text(32), nullable=False),
        sa.Column("expires", short_text(32), nullable=False),
        sa.Column("revoked", short_text(32)),
        sa.Column("last_used", short_text(10)),
    )
    op.create_table(
        "audit",
        sa.Column("seq", KEY, primary_key=True),
        sa.Column("time", short_text(32), nullable=False),
        *_texts("actor"),
        sa.Column("role", short_text(16), nullable=False),
        sa.Column("action", short_text(64), nullable=False),
        *_texts("object"),
        sa.Column("result", short_text(32), nullable=False),
        sa.Column("origin", short_text(64), nullable=False),
        sa.Column("previous", short_text(64), nullable=False),
        sa.Column("hash", short_text(64), nullable=False),
    )
    op.create_index("audit_by_time", "audit", ["time"])
