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
        *_texts("file_name"),
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
