"""Every setting: one table of name, default and help. Read by the command line, never at import."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.errors import SettingsError
from corpus.postgres import postgres_url
from corpus.s3_address import S3Access, S3Address, parse_access, parse_s3
from ingest.files import MAX_FILE_BYTES
from search.loading import RUNTIMES
from search.milvus_address import MilvusAddress, parse_milvus
from service.oidc_settings import OidcSettings, parse_oidc
from service.origins import parse_origins

ROOT = Path(__file__).resolve().parent.parent
CONFIG_FILE = "kennislab.toml"
PREFIX = "KENNISLAB_"
EMBEDDED = "embedded"  # the index of one machine, and files in its data folder
MOST_PROCESSES = 64
PICTURE_WIDTHS = (160, 1600)  # pixels, narrowest and widest


@dataclass(frozen=True, slots=True)
class Setting:
    """A name as it stands in the file; in the environment it is KENNISLAB_<NAME>."""

    name: str
    default: str
    help: str

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


SETTINGS = (
    Setting("data", "./data", "map met de kennisbank"),
    Setting("catalogue", "", "adres van een catalogus op PostgreSQL; leeg is een bestand in de datamap"),
    Setting("index", EMBEDDED, "adres van een index op Milvus; embedded is een index in het geheugen"),
    Setting("files", EMBEDDED, "adres van een opslag als S3 voor de bestanden; embedded is de datamap"),
    Setting("s3_endpoint", "", "adres van de server van die opslag; leeg is AWS (ook AWS_ENDPOINT_URL)"),
    Setting("s3_region", "", "regio van die opslag (ook AWS_REGION)"),
    Setting("s3_access_key", "", "sleutel voor die opslag (ook AWS_ACCESS_KEY_ID)"),
    Setting("s3_secret_key", "", "geheim bij die sleutel (ook AWS_SECRET_ACCESS_KEY)"),
    Setting("files_cache_mb", "1024", "hoeveel ruimte kopieën uit die opslag hier mogen innemen, in MB"),
    Setting("model", str(ROOT / "models" / "kennislab-e5-small-nl"), "map of hub-id van het model"),
    Setting("runtime", "auto", "waarmee het model rekent: onnx, torch of auto"),
    Setting("host", "127.0.0.1", "adres waarop de service luistert"),
    Setting("port", "8000", "poort waarop de service luistert"),
    Setting(
        "contact", "https://www.socialestabiliteit.nl/contact", "waar mensen terechtkunnen als er niets gevonden is"
    ),
    Setting("picture_width", "1600", "breedste afbeelding van een pagina, in pixels (160 tot 1600)"),
    Setting("libreoffice", "auto", "programma dat dia's tekent: auto, uit of het pad van soffice"),
    Setting("origins", "", "websites die de service in hun pagina's mogen gebruiken, met komma's ertussen"),
    Setting("rate_limit", "1200", "hooguit zoveel aanvragen per minuut van één aanvrager; 0 is geen grens"),
    Setting("processes", "1", "hoeveel processen vragen beantwoorden, op dezelfde poort (1 tot 64)"),
    Setting("workers", "1", "hoeveel processen geüploade bestanden verwerken; 0 als dat elders gebeurt"),
    Setting("max_bestand_mb", "100", "grootte waarboven een geüpload bestand geweigerd wordt, in MB"),
    Setting("max_bestanden", "200", "hooguit zoveel bestanden in één upload"),
    Setting("oidc_issuer", "", "adres van de aanmeldvoorziening (OpenID Connect)"),
    Setting("oidc_audience", "", "naam van deze service bij de aanmeldvoorziening"),
    Setting("oidc_role_claim", "roles", "gegeven in het token waarin de rollen staan"),
    Setting("oidc_roles", "", "welke rol bij welke waarde hoort: waarde=rol, met komma's ertussen"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run."""

    data: Path
    model: str
    runtime: str
    host: str
    port: int
    contact: str
    picture_width: int = 1600
    libreoffice: str = "auto"
    origins: frozenset[str] = frozenset()
    rate_limit: int = 1200
    oidc: OidcSettings | None = None
    processes: int = 1
    workers: int = 1
    max_bestand_mb: int = 100
    max_bestanden: int = 200
    catalogue_url: str = field(default="", repr=False)  # it may hold a password
    milvus: MilvusAddress | None = None
    files: S3Address | None = None
    s3: S3Access = field(default_factory=S3Access)
    files_cache_mb: int = 1024

    def files_at(self, place: str) -> S3Address | None:
        """A store of files by its address, None for the data folder."""
        return None if place == EMBEDDED else parse_s3(place, self.s3, self.files_cache_mb << 20)


def load_settings(flags: Mapping[str, str | None], environment: Mapping[str, str] | None = None) -> Settings:
    """Flag over environment over file over default. Raises SettingsError for an unknown name or impossible value."""
    environment = os.environ if environment is None else environment
    known = {setting.name for setting in SETTINGS}
    unknown = [
        name for name in environment if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() not in known
    ]
    if unknown:
        raise SettingsError(f"Onbekende instelling {', '.join(sorted(unknown))}. Bekend zijn: {_names()}.")
    stored = _read_file(Path(CONFIG_FILE))
    values = {
        setting.name: flags.get(setting.name)
        or environment.get(setting.variable)
        or stored.get(setting.name)
        or setting.default
        for setting in SETTINGS
    }
    settings = Settings(
        data=Path(values["data"]).expanduser(),
        model=values["model"],
        runtime=_choice("runtime", values["runtime"], RUNTIMES),
        host=values["host"],
        port=_port(values["port"]),
        contact=values["contact"],
        picture_width=_number("picture_width", values["picture_width"], *PICTURE_WIDTHS),
        libreoffice=values["libreoffice"],
        origins=_origins(values["origins"]),
        rate_limit=_number("rate_limit", values["rate_limit"], 0, 1_000_000),
        oidc=parse_oidc(values),
        processes=_number("processes", values["processes"], 1, MOST_PROCESSES),
        workers=_number("workers", values["workers"], 0, 16),
        catalogue_url=values["catalogue"] and postgres_url(values["catalogue"]),
        milvus=None if values["index"] == EMBEDDED else parse_milvus(values["index"]),
        max_bestand_mb=_number("max_bestand_mb", values["max_bestand_mb"], 1, MAX_FILE_BYTES // 2**20),
        max_bestanden=_number("max_bestanden", values["max_bestanden"], 1, 10_000),
        s3=parse_access(values, environment),
        files_cache_mb=_number("files_cache_mb", values["files_cache_mb"], 1, 1 << 20),
    )
    return replace(settings, files=settings.files_at(values["files"]))


def _names() -> str:
    return ", ".join(setting.variable for setting in SETTINGS)


def _read_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is geen geldig TOML-bestand: {error}.") from error
    known = {setting.name for setting in SETTINGS}
    unknown = sorted(content.keys() - known)
    if unknown:
        raise SettingsError(
            f"{path}: onbekende instelling {', '.join(unknown)}. Bekend zijn: {', '.join(sorted(known))}."
        )
    return {name: str(value) for name, value in content.items()}


def _choice(name: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise SettingsError(f"Instelling {name} kan niet {value!r} zijn. Kies uit: {', '.join(choices)}.")
    return value


def _port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise SettingsError(f"Poort {value!r} kan niet. Kies een getal van 1 tot en met 65535.")
    return int(value)


def _number(name: str, value: str, low: int, high: int) -> int:
    if not value.isdecimal() or not low <= int(value) <= high:
        raise SettingsError(f"Instelling {name} kan niet {value!r} zijn. Kies een getal van {low} tot en met {high}.")
    return int(value)


def _origins(value: str) -> frozenset[str]:
    try:
        return parse_origins(value)
    except ValueError as error:
        raise SettingsError(f"Instelling origins: {error}.") from error
