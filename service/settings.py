"""Every setting: one table of name, default and help. Read by the command line, never at import."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import SettingsError
from search.loading import RUNTIMES

ROOT = Path(__file__).resolve().parent.parent
CONFIG_FILE = "kennislab.toml"
PREFIX = "KENNISLAB_"


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
    Setting("model", str(ROOT / "models" / "multilingual-e5-small"), "map of hub-id van het model"),
    Setting("runtime", "auto", "waarmee het model rekent: onnx, torch of auto"),
    Setting("host", "127.0.0.1", "adres waarop de service luistert"),
    Setting("port", "8000", "poort waarop de service luistert"),
    Setting(
        "contact", "https://www.socialestabiliteit.nl/contact", "waar mensen terechtkunnen als er niets gevonden is"
    ),
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
    return Settings(
        data=Path(values["data"]).expanduser(),
        model=values["model"],
        runtime=_choice("runtime", values["runtime"], RUNTIMES),
        host=values["host"],
        port=_port(values["port"]),
        contact=values["contact"],
    )


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
