"""Figures that may not be lower than they were: floors, from the command line or from a file."""

import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A figure under its floor."""

    name: str
    value: float
    floor: float


def parse_floor(text: str) -> tuple[str, float]:
    """`passages.ndcg@10=0.50` as name and value. Raises SettingsError."""
    name, sign, value = text.rpartition("=")
    if not (sign and name.strip()):
        raise SettingsError(f"Ondergrens {text!r} is niet te lezen. Schrijf bijvoorbeeld: passages.ndcg@10=0.50")
    return name.strip(), _number(name.strip(), value.strip().replace(",", "."))


def read_floors(path: Path) -> dict[str, float]:
    """The floors of a TOML or JSON file, whose tables may be nested as the figures are. Raises SettingsError."""
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except FileNotFoundError:
        raise SettingsError(f"Het bestand met ondergrenzen {path} bestaat niet.") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"Het bestand met ondergrenzen {path} is niet te lezen ({error}).") from error
    if not isinstance(content, dict):
        raise SettingsError(f"Het bestand met ondergrenzen {path} heeft geen namen met een getal.")
    return {name: _number(name, value) for name, value in _flat(content)}


def shortfalls(report: Mapping[str, object], floors: Mapping[str, float]) -> list[Shortfall]:
    """The figures of a report under their floor. Raises SettingsError for a floor of a figure that was not measured."""
    figures = {name: value for name, value in _flat(report) if isinstance(value, int | float)}
    unknown = [name for name in floors if name not in figures]
    if unknown:
        raise SettingsError(
            f"Ondergrens van {', '.join(unknown)}, maar dat is niet gemeten. Gemeten is: {', '.join(sorted(figures))}."
        )
    return [Shortfall(name, figures[name], floor) for name, floor in floors.items() if figures[name] < floor]


def _flat(content: Mapping[str, object], prefix: str = "") -> Sequence[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for key, value in content.items():
        found += _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(f"{prefix}{key}", value)]
    return found


def _number(name: str, value: object) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise SettingsError(f"De ondergrens van {name} is {value!r}. Geef een getal, bijvoorbeeld 0.50.")
    return number
