"""How many requests a caller may make."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.audit import read
from corpus.catalogue import Catalogue
from corpus.errors import SettingsError
from search.encoder import Encoder
from service import limiting
from service.limiting import RateLimiter, address_of
from service.protection import Protection
from service.settings import load_settings
from tests.service.clients import bearer, new_key, served

Put = Callable[..., str]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_minute_s_worth_at_once_and_then_evenly() -> None:
    clock = Clock()
    limiter = RateLimiter(30, clock)
    assert [limiter.wait("a") for _ in range(30)] == [0] * 30
    assert limiter.wait("a") == 2
    clock.now = 1.0
    assert limiter.wait("a") == 1
    clock.now = 2.0
    assert limiter.wait("a") == 0
    assert limiter.wait("a") == 2
    clock.now = 3600.0  # what is not used is not saved up
    assert [limiter.wait("a") for _ in range(31)] == [0] * 30 + [2]


def test_asking_again_too_soon_does_not_make_one_wait_longer() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock)
    for _ in range(60):
        limiter.wait("a")
    assert {limiter.wait("a") for _ in range(100)} == {1}
    clock.now = 1.0
    assert limiter.wait("a") == 0


def test_each_counts_apart_and_zero_is_no_limit() -> None:
    limiter = RateLimiter(1, Clock())
    assert [limiter.wait(key) for key in "abab"] == [0, 0, 60, 60]
    unlimited = RateLimiter(0, Clock())
    assert not any(unlimited.wait("a") for _ in range(1000))


def test_the_memory_is_bounded_and_who_asks_much_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting, "MAX_BUCKETS", 100)
    limiter = RateLimiter(10, Clock())
    for _ in range(10):
        limiter.wait("veel")
    for number in range(1000):
        limiter.wait(f"adres {number}")
    assert len(limiter._buckets) <= 100
    assert limiter.wait("veel") > 0


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_network_is_one_address(host: str, key: str) -> None:
    assert address_of({"client": (host, 1)}) == key
    assert address_of({"client": None}) == ""


def test_over_the_limit_is_429_per_caller(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> None:
    put("stuk", ["tekst"])
    one, other = bearer(new_key(catalogue)), bearer(new_key(catalogue))
    with served(tmp_path / "data", encoder, Protection(rate_limit=3)) as client:
        statuses = [client.get("/v1/documenten").status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        answer = client.get("/v1/documenten/stuk")
        assert answer.headers["content-type"] == "application/problem+json"
        assert 1 <= int(answer.headers["retry-after"]) <= 20
        assert answer.headers["api-version"]
        assert answer.headers["retry-after"] in answer.json()["detail"]
        # A key has a count of its own, and what must always answer is not counted.
        assert [client.get("/v1/documenten", headers=one).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert client.get("/v1/documenten", headers=other).status_code == 200
        assert {client.get(path).status_code for path in ("/livez", "/readyz", "/v1/openapi.json")} == {200}
    results = [row.result for row in read(catalogue.database)]
    assert len(results) == 7
    assert not any("429" in result for result in results)


def test_trying_keys_is_limited_too(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> None:
    put("stuk", ["tekst"])
    with served(tmp_path / "data", encoder, Protection(rate_limit=3)) as client:
        statuses = [client.get("/v1/documenten", headers=bearer(f"onzin{n}")).status_code for n in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


def test_the_setting() -> None:
    assert load_settings({}, {}).rate_limit == 1200
    assert load_settings({}, {"KENNISLAB_RATE_LIMIT": "0"}).rate_limit == 0
    for wrong in ("veel", "-1", "1.5", "9999999"):
        with pytest.raises(SettingsError, match="rate_limit"):
            load_settings({}, {"KENNISLAB_RATE_LIMIT": wrong})
