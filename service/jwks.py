"""The public keys of an identity provider (OpenID Connect Discovery, RFC 7517): fetched when needed, kept a while."""

import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt

logger = logging.getLogger(__name__)

FRESH_S = 3600.0  # after this a key that the provider withdrew is gone here too
STALE_S = 24 * 3600.0  # so long do known keys work while the provider can not be reached
PAUSE_S = 30.0  # between two fetches: tokens with made-up key ids may not make us flood the provider
TIMEOUT_S = 5.0
MAX_BYTES = 1_000_000
DISCOVERY = "/.well-known/openid-configuration"
# What every provider signs with, by the kind of key; what a token says of itself decides nothing.
ALGORITHMS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}

Fetch = Callable[[str], Mapping[str, Any]]


class KeysUnavailableError(Exception):
    """The provider's keys are not known and can not be fetched now."""


class KeySet:
    """Keys by their id (`kid`)."""

    def __init__(self, issuer: str, fetch: Fetch | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._fetch = fetch or fetch_json
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched: float | None = None
        self._tried: float | None = None

    def find(self, key_id: str) -> jwt.PyJWK | None:
        """The key with this id. Raises KeysUnavailableError when no keys are known."""
        if self._age() <= FRESH_S and key_id in self._keys:
            return self._keys[key_id]
        usable = self._age() <= STALE_S and key_id in self._keys
        # Who has a key that still works does not wait while another asks for new ones.
        if self._lock.acquire(blocking=not usable):
            try:
                self._refresh(key_id)
            finally:
                self._lock.release()
        if self._age() > STALE_S:
            raise KeysUnavailableError(f"de sleutels van {self._issuer} zijn niet bekend")
        return self._keys.get(key_id)

    def _age(self) -> float:
        return float("inf") if self._fetched is None else self._clock() - self._fetched

    def _refresh(self, key_id: str) -> None:
        if self._age() <= FRESH_S and key_id in self._keys:
            return  # another asker fetched it while we waited
        if self._tried is not None and self._clock() - self._tried < PAUSE_S:
            return
        self._tried = self._clock()
        try:
            configuration = self._fetch(self._issuer.rstrip("/") + DISCOVERY)
            if configuration.get("issuer") != self._issuer:
                raise ValueError(f"de configuratie is van {configuration.get('issuer')!r}")
            self._keys = _usable(self._fetch(str(configuration["jwks_uri"])))
            self._fetched = self._clock()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logger.error("De sleutels van %s zijn niet op te halen: %s", self._issuer, error)


def _usable(key_set: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    """The signing keys of the kinds we accept; others are passed over."""
    found = {}
    for data in key_set["keys"]:
        algorithm = ALGORITHMS.get((data.get("kty"), data.get("crv")))
        if algorithm is None or data.get("use", "sig") != "sig" or data.get("alg", algorithm) != algorithm:
            continue
        try:
            found[str(data["kid"])] = jwt.PyJWK(data, algorithm)
        except (jwt.PyJWTError, KeyError) as error:
            logger.warning("Een sleutel van de aanmeldvoorziening is overgeslagen: %s", type(error).__name__)
    return found


def _opener() -> urllib.request.OpenerDirector:
    """Opens web addresses only, and follows no redirect: that could lead inside our own network."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def fetch_json(url: str) -> Mapping[str, Any]:
    """A JSON object over https, or plain http on this machine. Raises OSError or ValueError."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}):
        raise ValueError(f"{url} is geen https-adres")
    with _opener().open(url, timeout=TIMEOUT_S) as answer:
        content = answer.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"{url} geeft meer dan {MAX_BYTES} bytes")
    found = json.loads(content)
    if not isinstance(found, dict):
        raise ValueError(f"{url} geeft geen JSON-object")
    return found
