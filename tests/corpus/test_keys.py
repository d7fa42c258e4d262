"""Access keys: what is kept of them, how they are recognised, when they end."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError
from corpus.keys import TOKEN, NewKey, create_key, find_key, list_keys, mark_used, origins_in_use, revoke_key
from corpus.schema import api_keys
from corpus.types import Classification

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


def test_a_key_is_found_by_its_token_and_by_nothing_else(catalogue: Catalogue) -> None:
    new = NewKey("Portaal", "lezer", LATER, Classification.OPENBAAR, ("https://portaal.nl",))
    key, token = create_key(catalogue.database, new)
    other, other_token = create_key(catalogue.database, NewKey("Ander", "redacteur", LATER))
    assert find_key(catalogue.database, token) == key
    assert (key.name, key.role, key.max_level) == ("Portaal", "lezer", Classification.OPENBAAR)
    assert key.origins == ("https://portaal.nl",)
    assert key.expires == "2026-03-31T12:00:00Z"
    secret, other_secret = token.rpartition("_")[2], other_token.rpartition("_")[2]
    assert len({key.id, other.id, secret, other_secret}) == 4
    wrong = (
        "",
        "kl_",
        token[:-1],
        token + "0",
        token.upper(),
        f"kl_{key.id}_{other_secret}",
        f"kl_{key.id}_{hashlib.sha256(secret.encode()).hexdigest()}",
        f"kl_{'0' * 12}_{secret}",
        f" {token}",
        f"{token}\n",
    )
    assert [found for found in wrong if find_key(catalogue.database, found) is not None] == []


def test_a_token_has_a_shape_that_a_scanner_knows_and_256_random_bits(catalogue: Catalogue) -> None:
    tokens = {create_key(catalogue.database, NewKey("x", "lezer", LATER))[1] for _ in range(20)}
    shapes = [TOKEN.fullmatch(token) for token in tokens]
    assert len({shape["secret"] for shape in shapes if shape}) == 20
    assert all(shape and len(bytes.fromhex(shape["secret"])) == 32 for shape in shapes)


@pytest.mark.parametrize("catalogue_url", ["sqlite"], indirect=True)
def test_the_secret_is_kept_nowhere(catalogue: Catalogue, tmp_path: Path) -> None:
    _, token = create_key(catalogue.database, NewKey("Portaal", "lezer", LATER))
    secret = token.rpartition("_")[2].encode()
    catalogue.database.checkpoint()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert b"Portaal" in kept
    assert secret not in kept


def test_a_key_expires_and_can_be_withdrawn(catalogue: Catalogue) -> None:
    key, token = create_key(catalogue.database, NewKey("Portaal", "lezer", LATER))
    assert key.state(NOW) == "geldig"
    assert key.state(LATER - timedelta(seconds=1)) == "geldig"
    assert key.state(LATER) == "verlopen"
    gone = revoke_key(catalogue.database, key.id)
    assert gone.state(NOW) == "ingetrokken"
    assert revoke_key(catalogue.database, key.id).revoked == gone.revoked
    found = find_key(catalogue.database, token)
    assert found is not None
    assert found.state(NOW) == "ingetrokken"


def test_withdrawing_what_is_not_there_says_so(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError, match="keys list"):
        revoke_key(catalogue.database, "0" * 12)


def test_keys_are_listed_oldest_first_with_what_became_of_them(catalogue: Catalogue) -> None:
    ids = [create_key(catalogue.database, NewKey(name, "lezer", LATER))[0].id for name in "abc"]
    with catalogue.database.write() as connection:
        for second, key_id in enumerate(reversed(ids)):
            moment = f"2026-03-01T12:00:0{second}Z"
            connection.execute(sa.update(api_keys).where(api_keys.c.id == key_id).values(created=moment))
        mark_used(connection, {ids[0], ids[1]}, "2026-03-02")
    revoke_key(catalogue.database, ids[1])
    keys = list_keys(catalogue.database)
    assert [key.id for key in keys] == ids[::-1]
    assert [key.last_used for key in keys] == [None, "2026-03-02", "2026-03-02"]
    assert [key.revoked is not None for key in keys] == [False, True, False]


def test_only_valid_keys_lend_their_origins(catalogue: Catalogue) -> None:
    create_key(catalogue.database, NewKey("a", "lezer", LATER, None, ("https://a.nl", "https://a2.nl")))
    create_key(catalogue.database, NewKey("b", "lezer", NOW, None, ("https://b.nl",)))
    gone, _ = create_key(catalogue.database, NewKey("c", "lezer", LATER, None, ("https://c.nl",)))
    revoke_key(catalogue.database, gone.id)
    assert origins_in_use(catalogue.database, NOW) == {"https://a.nl", "https://a2.nl"}
    assert origins_in_use(catalogue.database, LATER) == frozenset()
