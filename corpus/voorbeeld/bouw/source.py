"""A source: the YAML head and the Markdown of one document."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SUFFIXES = {
    "rapport": ".pdf",
    "nota": ".pdf",
    "tweekoloms": ".pdf",
    "factsheet": ".pdf",
    "dias": ".pdf",
    "presentatie": ".pptx",
    "verslag": ".docx",
    "webpagina": ".html",
    "markdown": ".md",
    "tekst": ".txt",
}
REQUIRED = ("bestand", "opmaak", "titel", "soort", "organisatie", "datum", "thema", "vertrouwelijkheid", "taal")
OPTIONAL = ("ondertitel", "auteur", "bron", "inhoudsopgave", "kopregel", "feiten", "codering")
LEVELS = ("openbaar", "beperkt_openbaar", "intern", "zaakvertrouwelijk", "vertrouwelijk")
MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


class SourceError(Exception):
    """A source that cannot be built; the message is Dutch and names the file."""


@dataclass(frozen=True, slots=True)
class Source:
    """One document as written: the fields of its head, and its text in pandoc's Markdown."""

    path: Path
    file: str  # name of the built file
    layout: str  # one of SUFFIXES
    title: str
    subtitle: str
    kind: str
    organisation: str
    author: str
    date: datetime.date
    themes: tuple[str, ...]
    classification: str
    language: str
    source: str
    contents: bool
    running_head: str
    encoding: str  # of a text file
    text: str

    @property
    def date_text(self) -> str:
        """14 maart 2024, or 14 March 2024 in an English document."""
        month = MONTHS[self.language].split()[self.date.month - 1]
        return f"{self.date.day} {month} {self.date.year}"

    @property
    def moment(self) -> datetime.datetime:
        """Ten o'clock UTC on its date: the time stamp of everything inside the file."""
        return datetime.datetime.combine(self.date, datetime.time(10, 0), tzinfo=datetime.UTC)


def read_source(path: Path) -> Source:
    """The source in `path`; raises `SourceError` when its head is wrong."""
    head, text = _split(path)
    _check(head, path)
    date, themes = head["datum"], head["thema"]
    if not isinstance(date, datetime.date):
        raise SourceError(f"{path.name}: 'datum' is {date!r}. Schrijf haar als 2024-03-14, zonder aanhalingstekens.")
    title = str(head["titel"]).strip()
    return Source(
        path=path,
        file=str(head["bestand"]),
        layout=str(head["opmaak"]),
        title=title,
        subtitle=str(head.get("ondertitel") or ""),
        kind=str(head["soort"]),
        organisation=str(head["organisatie"]),
        author=str(head.get("auteur") or ""),
        date=date,
        themes=tuple(str(theme) for theme in themes),
        classification=str(head["vertrouwelijkheid"]),
        language=str(head["taal"]),
        source=str(head.get("bron") or ""),
        contents=bool(head.get("inhoudsopgave", False)),
        running_head=str(head.get("kopregel") or title),
        encoding=str(head.get("codering") or "utf-8"),
        text=text,
    )


def read_sources(folder: Path) -> list[Source]:
    """All sources of a folder, ordered by the name of the built file."""
    sources = [read_source(path) for path in sorted(folder.glob("*.md"))]
    return sorted(sources, key=lambda source: source.file)


def _split(path: Path) -> tuple[dict[str, Any], str]:
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) < 3 or parts[0].strip():
        raise SourceError(f"{path.name}: geen YAML-kop. Begin het bestand met een kop tussen twee regels '---'.")
    try:
        head = yaml.safe_load(parts[1])
    except yaml.YAMLError as error:
        raise SourceError(
            f'{path.name}: de YAML-kop klopt niet ({error}). Zet waarden met een dubbele punt tussen "".'
        ) from error
    if not isinstance(head, dict):
        raise SourceError(f"{path.name}: de YAML-kop bevat geen velden.")
    return head, parts[2].strip() + "\n"


def _check(head: dict[str, Any], path: Path) -> None:
    missing = [key for key in REQUIRED if not head.get(key)]
    unknown = sorted(set(head) - {*REQUIRED, *OPTIONAL})
    problems = [f"'{key}' ontbreekt" for key in missing] + [f"'{key}' is onbekend" for key in unknown]
    layout = str(head.get("opmaak"))
    if layout not in SUFFIXES:
        problems.append(f"opmaak {layout!r} bestaat niet, kies uit {', '.join(SUFFIXES)}")
    elif not str(head.get("bestand")).endswith(SUFFIXES[layout]):
        problems.append(f"'bestand' moet bij opmaak {layout} eindigen op {SUFFIXES[layout]}")
    if path.name != f"{head.get('bestand')}.md":
        problems.append(f"'bestand' hoort de naam van de bron zonder .md te zijn, maar is {head.get('bestand')!r}")
    if head.get("vertrouwelijkheid") not in LEVELS:
        problems.append(f"'vertrouwelijkheid' is {head.get('vertrouwelijkheid')!r}, kies uit {', '.join(LEVELS)}")
    if head.get("taal") not in MONTHS:
        problems.append(f"'taal' is {head.get('taal')!r}, kies nl of en")
    if not isinstance(head.get("thema"), list):
        problems.append("'thema' moet een lijst zijn, bijvoorbeeld [preventie, afbakening]")
    if problems:
        raise SourceError(f"{path.name}: {'; '.join(problems)}.")
