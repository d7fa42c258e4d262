"""A small identity provider, run as a program: OpenID Connect discovery, keys, and tokens signed as asked.

POST /sign with {"how", "claims"} gives a token; POST /rotate replaces the keys; GET /counts says what was fetched.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "kennislab"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    """Keys of one moment, numbered by the rotation."""

    def __init__(self) -> None:
        self.round = 0
        self.counts = {"configuration": 0, "keys": 0}
        self.issuer = ""
        self.broken = False
        self.rotate()

    def rotate(self) -> None:
        self.round += 1
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the point
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def kid(self, name: str) -> str:
        return f"{name}-{self.round}"

    def key_set(self) -> dict[str, Any]:
        shown = {
            self.kid("rsa"): RSAAlgorithm.to_jwk(self.rsa.public_key(), as_dict=True),
            self.kid("weak"): RSAAlgorithm.to_jwk(self.weak.public_key(), as_dict=True),
            self.kid("ec"): ECAlgorithm.to_jwk(self.ec.public_key(), as_dict=True),
            self.kid("enc"): {**RSAAlgorithm.to_jwk(self.stranger.public_key(), as_dict=True), "use": "enc"},
            self.kid("oct"): {"kty": "oct", "k": b64(b"k" * 32), "alg": "HS256"},
            self.kid("odd"): {"kty": "RSA", "n": "geen getal", "e": "AQAB"},
        }
        return {"keys": [{**key, "kid": kid} for kid, key in shown.items()] + [{"kty": "RSA"}]}

    def sign(self, how: str, claims: dict[str, Any]) -> str:
        now = int(time.time())
        standard = {"iss": self.issuer, "aud": AUDIENCE, "sub": "u-17", "iat": now, "nbf": now, "exp": now + 300}
        payload = {name: value for name, value in {**standard, **claims}.items() if value is not None}
        if how == "none":
            return jwt.encode(payload, None, algorithm="none", headers={"kid": self.kid("rsa")})
        if how in {"hs256-pem", "hs256-oct"}:
            return self._symmetric(how, payload)
        keys = {
            "rs256": ("RS256", self.rsa, "rsa"),
            "es256": ("ES256", self.ec, "ec"),
            "ps256": ("PS256", self.rsa, "rsa"),
            "rs512": ("RS512", self.rsa, "rsa"),
            "weak": ("RS256", self.weak, "weak"),
            "es256-as-rsa": ("ES256", self.ec, "rsa"),
            "stranger": ("RS256", self.stranger, "rsa"),
            "encryption-key": ("RS256", self.stranger, "enc"),
            "unknown-kid": ("RS256", self.rsa, "nieuw"),
            "no-kid": ("RS256", self.rsa, ""),
        }
        algorithm, key, name = keys[how]
        return jwt.encode(payload, key, algorithm, headers={"kid": self.kid(name)} if name else None)

    def _symmetric(self, how: str, payload: dict[str, Any]) -> str:
        """Signed with what everybody knows; by hand, since the library refuses to."""
        public = self.rsa.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        secret, name = (public, "rsa") if how == "hs256-pem" else (b"k" * 32, "oct")
        parts = ({"alg": "HS256", "typ": "JWT", "kid": self.kid(name)}, payload)
        head = ".".join(b64(json.dumps(part).encode()) for part in parts)
        return f"{head}.{b64(hmac.new(secret, head.encode(), hashlib.sha256).digest())}"


PROVIDER = Provider()


class Handler(BaseHTTPRequestHandler):
    """The provider over HTTP."""

    def do_GET(self) -> None:
        if self.path == "/.well-known/openid-configuration" and not PROVIDER.broken:
            PROVIDER.counts["configuration"] += 1
            self._answer({"issuer": PROVIDER.issuer, "jwks_uri": f"{PROVIDER.issuer}/keys"})
        elif self.path == "/moved/.well-known/openid-configuration":
            self._answer({}, 302, {"Location": f"{PROVIDER.issuer}/.well-known/openid-configuration"})
        elif self.path == "/liar/.well-known/openid-configuration":
            self._answer({"issuer": PROVIDER.issuer, "jwks_uri": f"{PROVIDER.issuer}/keys"})
        elif self.path == "/keys" and not PROVIDER.broken:
            PROVIDER.counts["keys"] += 1
            self._answer(PROVIDER.key_set())
        elif self.path == "/counts":
            self._answer(PROVIDER.counts)
        else:
            self._answer({}, 500)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/rotate":
            PROVIDER.rotate()
        if self.path == "/break":
            PROVIDER.broken = asked["broken"]
        token = PROVIDER.sign(asked["how"], asked["claims"]) if self.path == "/sign" else ""
        self._answer({"token": token})

    def _answer(self, content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    PROVIDER.issuer = f"http://127.0.0.1:{server.server_port}"
    print(PROVIDER.issuer, flush=True)
    sys.stdin.close()
    server.serve_forever()
