"""First catalogue: documents, versions, pages, passages, embeddings, changes, and the keyword leg."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _document_key(*, primary_key: bool = False) -> sa.Column[str]:
    owner = sa.ForeignKey("documents.id", ondelete="CASCADE")
    return sa.Column("document_id", sa.String(32), owner, primary_key=primary_key, nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    _create_documents()
    _create_passages()
    _create_tasks()
    _create_access()
    op.create_table(
        "changes",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("document_id", sa.String(32), nullable=False),
        sa.Column("published", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table("facts", sa.Column("name", sa.String(64), primary_key=True), *_texts("value"))
    # The text arrives analysed, as terms with spaces between: the tokenizer has only to cut at the spaces.
    for columns in ("passages_fts USING fts5(title, heading, body", "passages_grams USING fts5(grams"):
        op.execute(f"CREATE VIRTUAL TABLE {columns}, tokenize = 'unicode61 remove_diacritics 0')")


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        *_texts("origin", "title"),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("classification", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        *_texts("organisation", "author"),
        sa.Column("date", sa.String(10)),
        *_texts("source"),
        sa.Column("retain_until", sa.String(10)),
        sa.Column("edited", sa.JSON, nullable=False),
    )
    op.create_index("documents_by_origin", "documents", ["origin"])
    op.create_index("documents_by_classification", "documents", ["classification"])
    op.create_table(
        "document_themes", _document_key(primary_key=True), sa.Column("theme", sa.String(128), primary_key=True)
    )
    op.create_table(
        "versions",
        _document_key(primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        *_texts("origin", "file_name"),
        sa.Column("media_type", sa.String(128), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("page_count", sa.Integer, nullable=False),
        sa.Column("passage_count", sa.Integer, nullable=False),
        sa.Column("paged", sa.Boolean, nullable=False),
        sa.Column("added", sa.String(32), nullable=False),
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
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        _document_key(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("page", sa.Integer),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        *_texts("text"),
        sa.Column("headings", sa.JSON, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        *_texts("table_header"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passages_document_id", "passages", ["document_id"])
    op.create_table(
        "embeddings",
        sa.Column("passage_key", sa.Integer, sa.ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
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
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("created", sa.String(32), nullable=False),
        *_texts("created_by"),
        sa.Column("status", sa.String(24), nullable=False),
    )
    op.create_index("tasks_by_creator", "tasks", ["created_by", "created"])
    owner = sa.ForeignKey("tasks.id", ondelete="CASCADE")
    op.create_table(
        "task_files",
        sa.Column("task_id", sa.String(32), owner, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        *_texts("file_name"),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("replaces", sa.String(32), nullable=False),
        *(sa.Column(name, sa.String(16), nullable=False) for name in ("status", "phase")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("pages_done", "pages", "attempts")),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("changed", "not_before", "lease_until")),
        *_texts("reason", "worker"),
        sa.Column("remarks", sa.JSON, nullable=False),
        sa.Column("document_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("task_files_by_status", "task_files", ["status", "not_before"])
    op.create_index("task_files_by_document", "task_files", ["document_id"])
    op.create_index("task_files_by_sha256", "task_files", ["sha256"])


def _create_access() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(16), primary_key=True),
        *_texts("name"),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("max_level", sa.String(32)),
        sa.Column("allowed_origins", sa.JSON, nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("expires", sa.String(32), nullable=False),
        sa.Column("revoked", sa.String(32)),
        sa.Column("last_used", sa.String(10)),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("time", sa.String(32), nullable=False),
        *_texts("actor"),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        *_texts("object"),
        sa.Column("result", sa.String(32), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("audit_by_time", "audit", ["time"])
