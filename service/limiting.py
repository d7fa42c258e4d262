"""How many requests a caller may make: a bucket each, that refills evenly and holds one minute's worth.

In memory of one process: with several processes each counts apart, and a restart begins anew.
"""

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.access import ANONYMOUS, Caller
from service.problems import TITLES, problem

SUGGESTING = "/v1/documenten/_suggereer"
TYPED = 0.1  # what suggestions for a letter count as: who types asks often, and each costs little
MAX_BUCKETS = 50_000  # some megabytes; beyond it the fullest go, those who asked least


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimiter:
    """Counts per key; used from the event loop only, so without a lock. `per_minute` 0 lets everything through."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = per_minute
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def wait(self, key: str, weight: float = 1.0) -> int:
        """0 when this request may go on, and it is counted; else after how many seconds the next one may."""
        if not self._capacity:
            return 0
        bucket = self._filled(key)
        if bucket.tokens >= weight:
            bucket.tokens -= weight
            return 0
        return max(1, math.ceil((weight - bucket.tokens) * 60 / self._capacity))

    def left(self, key: str) -> dict[str, str]:
        """What a caller may still do, as the headers RateLimit and RateLimit-Policy say it; nothing without a limit.

        https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers: quota, window and remainder.
        """
        if not self._capacity:
            return {}
        remaining = int(self._filled(key).tokens)
        return {
            "RateLimit-Policy": f'"aanvragen";q={self._capacity};w=60',
            "RateLimit": f'"aanvragen";r={remaining}',
        }

    def _filled(self, key: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            self._make_room(now)
            bucket = self._buckets[key] = _Bucket(float(self._capacity), now)
        bucket.tokens = self._level(bucket, now)
        bucket.at = now
        return bucket

    def _level(self, bucket: _Bucket, now: float) -> float:
        return min(self._capacity, bucket.tokens + (now - bucket.at) * self._capacity / 60)

    def _make_room(self, now: float) -> None:
        if len(self._buckets) < MAX_BUCKETS:
            return
        levels = {key: self._level(bucket, now) for key, bucket in self._buckets.items()}
        for key in sorted(levels, key=levels.__getitem__, reverse=True)[: MAX_BUCKETS // 2]:
            del self._buckets[key]


def address_of(scope: Scope) -> str:
    """Where a request comes from. Of IPv6 the network: one subscriber has all addresses in it."""
    client = scope.get("client")
    host = str(client[0]) if client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))


def too_many(wait: int) -> Response:
    """429, with when to come back."""
    answer = problem(
        429, TITLES[429], f"U doet te veel aanvragen achter elkaar. Probeer het over {wait} seconden weer."
    )
    answer.headers["Retry-After"] = str(wait)
    return answer


class LimitMiddleware:
    """Limits the API per caller, and per address for who has no key. Typing has a bucket of its own: it never takes
    what asking needs."""

    def __init__(self, app: ASGIApp, limiter: RateLimiter) -> None:
        self.app = app
        self.limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/") or "caller" not in scope.get("state", {}):
            await self.app(scope, receive, send)
            return
        caller: Caller = scope["state"]["caller"]
        key = address_of(scope) if caller == ANONYMOUS else caller.name
        weight = 1.0
        if scope["path"] == SUGGESTING:
            key, weight = f"{key} typt", TYPED
        wait = self.limiter.wait(key, weight)
        left = self.limiter.left(key)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(left)
            await send(message)

        if wait:
            await too_many(wait)(scope, receive, told)
        else:
            await self.app(scope, receive, told)
