"""Kinds of columns that mean the same in SQLite and in PostgreSQL."""

import sqlalchemy as sa

# SQLite compares text by its bytes and keeps any length; PostgreSQL has to be told, else the order of a list would
# depend on the language of the server.
_PLAIN = sa.Text(collation="C")

LONG_TEXT = sa.Text().with_variant(_PLAIN, "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite's integers have 64 bits, and only those number rows


def short_text(size: int) -> sa.types.TypeEngine[str]:
    """Text of about this many characters at most; the size informs the reader and limits nothing."""
    return sa.String(size).with_variant(_PLAIN, "postgresql")
