"""Access keys: made, listed, withdrawn and recognised. What a role may do is the service's to say."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from corpus.database import Database, rows_of
from corpus.errors import NotFoundError
from corpus.schema import api_keys
from corpus.types import Classification

# A fixed shape, so that scanners of code and mail recognise a key that leaked.
TOKEN = re.compile(r"kl_(?P<id>[0-9a-f]{12})_(?P<secret>[0-9a-f]{64})")
PREFIX = "kl_"


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is made with."""

    name: str
    role: str
    expires: datetime
    max_level: Classification | None = None
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; never its secret. Times are UTC, RFC 3339."""

    id: str
    name: str
    role: str
    max_level: Classification | None  # None: all that the role sees
    origins: tuple[str, ...]
    created: str
    expires: str
    revoked: str | None
    last_used: str | None  # a day

    def state(self, now: datetime) -> str:
        """`geldig`, `ingetrokken` or `verlopen`."""
        if self.revoked is not None:
            return "ingetrokken"
        return "geldig" if stamp(now) < self.expires else "verlopen"


def stamp(moment: datetime) -> str:
    """A moment as it is stored: these compare as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def create_key(database: Database, new: NewKey) -> tuple[Key, str]:
    """Make a key; returns what is known of it and the token, which can not be had again."""
    key_id, secret = secrets.token_hex(6), secrets.token_hex(32)
    row = {
        "id": key_id,
        "name": new.name,
        "key_hash": _hash(secret),
        "role": new.role,
        "max_level": new.max_level.value if new.max_level else None,
        "allowed_origins": list(new.origins),
        "created": stamp(datetime.now(UTC)),
        "expires": stamp(new.expires),
        "revoked": None,
        "last_used": None,
    }
    with database.write() as connection:
        connection.execute(sa.insert(api_keys).values(row))
    return _key(row), f"{PREFIX}{key_id}_{secret}"


def list_keys(database: Database) -> list[Key]:
    """All keys, also those that are withdrawn or expired, oldest first."""
    query = sa.select(api_keys).order_by(api_keys.c.created, api_keys.c.id)
    with database.read() as connection:
        return [_key(row) for row in rows_of(connection.execute(query))]


def revoke_key(database: Database, key_id: str) -> Key:
    """Withdraw a key; it stays listed. Withdrawing twice keeps the first moment. Raises NotFoundError."""
    now = stamp(datetime.now(UTC))
    mine = api_keys.c.id == key_id
    with database.write() as connection:
        connection.execute(sa.update(api_keys).where(mine, api_keys.c.revoked.is_(None)).values(revoked=now))
        rows = rows_of(connection.execute(sa.select(api_keys).where(mine)))
    if not rows:
        raise NotFoundError(f"Er is geen sleutel met id {key_id}. Zie: kennislab keys list")
    return _key(rows[0])


def find_key(database: Database, token: str) -> Key | None:
    """The key that this token is of, whatever its state; None when there is none or the secret is another."""
    shape = TOKEN.fullmatch(token)
    if shape is None:
        return None
    with database.read() as connection:
        rows = rows_of(connection.execute(sa.select(api_keys).where(api_keys.c.id == shape["id"])))
    if not rows or not hmac.compare_digest(rows[0]["key_hash"], _hash(shape["secret"])):
        return None
    return _key(rows[0])


def mark_used(connection: sa.Connection, key_ids: set[str], day: str) -> None:
    """Note the day on which keys were last used. The caller holds the write transaction."""
    mine = api_keys.c.id.in_(sorted(key_ids))
    connection.execute(sa.update(api_keys).where(mine).values(last_used=day))


def origins_in_use(database: Database, now: datetime) -> frozenset[str]:
    """The origins of web pages that hold a valid key."""
    valid = sa.and_(api_keys.c.revoked.is_(None), api_keys.c.expires > stamp(now))
    with database.read() as connection:
        found = connection.scalars(sa.select(api_keys.c.allowed_origins).where(valid))
        return frozenset(origin for origins in found for origin in origins)


def _hash(secret: str) -> str:
    # The secret is 256 random bits: nobody can guess it, so a slow hash with salt would only slow every request.
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: dict[str, Any]) -> Key:
    level = row["max_level"]
    same = ("id", "name", "role", "created", "expires", "revoked", "last_used")
    return Key(
        max_level=Classification(level) if level else None,
        origins=tuple(row["allowed_origins"]),
        **{name: row[name] for name in same},
    )
