"""Where files are in a store that speaks S3, and with what access."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from corpus.errors import SettingsError

EXAMPLE = "s3://bucket/map"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,100}(?:/(?!\.)[A-Za-z0-9._-]{1,100}){0,9}")
# Where a program in a cloud gets its access from by itself; the client knows how.
_GIVEN_BY_THE_CLOUD = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)


@dataclass(frozen=True, slots=True)
class S3Access:
    """Which server, and who we are there. What is empty the client finds where programs that speak S3 look for it."""

    endpoint: str = ""
    region: str = ""
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    certificates: str = ""  # file of the authorities to trust, beside those of the system
    from_cloud: bool = False


@dataclass(frozen=True, slots=True)
class S3Address:
    """The files of one knowledge base: all objects of a bucket whose names begin with the prefix."""

    bucket: str
    prefix: str = ""
    access: S3Access = field(default_factory=S3Access)
    copies_bytes: int = 1 << 30  # what copies on this machine may take

    @property
    def url(self) -> str:
        """Holds no secret."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def shown(self) -> str:
        """For people: also at which server."""
        return f"{self.url} ({self.access.endpoint or 'AWS'})"


def parse_access(values: Mapping[str, str], environment: Mapping[str, str]) -> S3Access:
    """From our settings s3_..., and else from the names that every program which speaks S3 knows."""
    endpoint = values["s3_endpoint"] or environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
    if endpoint:
        _require_server(endpoint)
    key, secret = (
        values[ours] or environment.get(theirs, "")
        for ours, theirs in (("s3_access_key", "AWS_ACCESS_KEY_ID"), ("s3_secret_key", "AWS_SECRET_ACCESS_KEY"))
    )
    if bool(key) != bool(secret):
        there, lacking = ("s3_access_key", "s3_secret_key") if key else ("s3_secret_key", "s3_access_key")
        raise SettingsError(f"Instelling {there} is gezet, maar {lacking} niet. Zet ze allebei of geen van beide.")
    return S3Access(
        endpoint=(endpoint or "").rstrip("/"),
        region=values["s3_region"] or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION", ""),
        access_key=key,
        secret_key=secret,
        certificates=_certificates(environment.get("AWS_CA_BUNDLE", "")),
        from_cloud=any(environment.get(name) for name in _GIVEN_BY_THE_CLOUD),
    )


def parse_s3(url: str, access: S3Access, copies_bytes: int) -> S3Address:
    """`s3://bucket/prefix`. Raises SettingsError, which never repeats the address: somebody may put a secret in it."""
    scheme, found, rest = url.partition("://")
    bucket, _, prefix = rest.strip("/").partition("/")
    if scheme != "s3" or not found or not _BUCKET.fullmatch(bucket) or (prefix and not _PREFIX.fullmatch(prefix)):
        raise SettingsError(
            f"Instelling files kan alleen embedded zijn, of een adres als {EXAMPLE}: zonder sleutel, met in de naam "
            "van de bucket kleine letters, cijfers, - en . en in de map ook hoofdletters en _."
        )
    if access.endpoint and not access.access_key and not access.from_cloud:
        raise SettingsError(
            "Voor de opslag van bestanden is een sleutel nodig. Zet AWS_ACCESS_KEY_ID en AWS_SECRET_ACCESS_KEY in de "
            "omgeving, of s3_access_key en s3_secret_key in kennislab.toml."
        )
    return S3Address(bucket, prefix, access, copies_bytes)


def _require_server(endpoint: str) -> None:
    try:
        parts = urlsplit(endpoint)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if not fine or parts.username or parts.path.strip("/") or parts.query:
        raise SettingsError("Instelling s3_endpoint is geen adres van een server. Schrijf https://server:poort.")


def _certificates(path: str) -> str:
    if path and not Path(path).is_file():
        raise SettingsError(f"Er is geen bestand {path}. Zet AWS_CA_BUNDLE op een bestand met certificaten (PEM).")
    return path
