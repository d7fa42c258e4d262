"""What is known of a document: from the metadata file first, then from the file itself, then derived."""

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from datetime import date as Date  # noqa: N812 - a field named date would hide it
from pathlib import Path

from corpus.errors import ClassificationError, MetadataError
from corpus.types import Classification, Metadata
from ingest.language import document_language
from ingest.reading import Extraction

FIELDS = (
    *("file", "titel", "soort", "organisatie", "auteur", "datum", "thema", "vertrouwelijkheid", "bron"),
    *("taal", "bewaartermijn"),
)
# The names of a metadata file and those of the facts.
NAMES = {
    "titel": "title",
    "soort": "kind",
    "organisatie": "organisation",
    "auteur": "author",
    "datum": "date",
    "thema": "themes",
    "taal": "language",
    "vertrouwelijkheid": "classification",
    "bewaartermijn": "retain_until",
    "bron": "source",
}
REQUIRED = frozenset({"titel", "soort", "taal", "vertrouwelijkheid"})
# What may be empty by choice, in a file and by hand; without that choice some of it is derived.
EMPTIABLE = {name: known for name, known in NAMES.items() if name not in REQUIRED}
DERIVED = ("auteur", "datum", "thema")
NOTHING = "-"  # says that a field is empty and is not to be derived
RETAINED = (1900, 2199)  # years; outside them a retention date is a slip, and one in the past removes the document
TITLE_LENGTH = 200  # characters; a longer "title" is a paragraph, and would leave a passage no room in the model

CASE = "casus"
PRESENTATION = "presentatie"
OTHER = "document"

# Words of a file name or title that say what kind of document it is; the first that fits decides.
_KINDS = (
    (r"casus|casusverslag|casusnotitie|casebeschrijving", CASE),
    (r"besluitenlijst", "besluitenlijst"),
    (r"\b(verslag|notulen|minutes|agenda)", "verslag"),
    (
        r"handreiking|handleiding|leidraad|richtlijn|werkwijze|stappenplan|draaiboek|leeswijzer|guide|playbook",
        "handreiking",
    ),
    (r"evaluatie|evaluation", "evaluatie"),
    (r"factsheet|infoblad|handout", "factsheet"),
    (r"onderzoek|rapport|report|analyse|enqu[eê]te|monitor|study", "onderzoek"),
    (
        r"beleid|nota\b|notitie|memo|visie|plan\b|roadmap|strategie|actieplan|charter|manifest|convenant",
        "beleidsdocument",
    ),
)

_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
_DATES = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_.](?P<m>\d{1,2})[-_.](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})[-_./](?P<m>\d{1,2})[-_./](?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})[ \-_](?P<n>{'|'.join(_MONTHS)})[ \-_](?P<y>(?:19|20)\d\d)(?!\d)", re.IGNORECASE
    ),
)


@dataclass(frozen=True, slots=True)
class GivenMetadata:
    """One row of a metadata file; empty values are derived from the document, save those that are empty by choice."""

    title: str = ""
    kind: str = ""
    organisation: str = ""
    author: str = ""
    date: Date | None = None
    themes: tuple[str, ...] = ()
    classification: Classification | None = None
    source: str = ""
    language: str = ""
    retain_until: Date | None = None
    empty: frozenset[str] = frozenset()  # names of the fields above that are empty by choice

    def over(self, other: "GivenMetadata") -> "GivenMetadata":
        """What is given here, and for the rest what the other gives; to leave a field empty is to give something."""
        names = [item.name for item in fields(self) if item.name != "empty"]
        given = {name for name in names if getattr(self, name)}
        values = {name: getattr(self if name in given | self.empty else other, name) for name in names}
        return GivenMetadata(**values, empty=self.empty | (other.empty - given))


def parse_classification(value: str) -> Classification:
    """The level of that name. Raises ClassificationError for an unknown one or one that is refused here."""
    known = ", ".join(level.value for level in Classification if level.accepted)
    try:
        level = Classification(value.strip().lower().replace(" ", "_"))
    except ValueError:
        raise ClassificationError(f"Vertrouwelijkheid {value!r} bestaat niet. Kies uit: {known}.") from None
    if not level.accepted:
        raise ClassificationError(f"Vertrouwelijkheid {level.value} mag niet in deze kennisbank. Kies uit: {known}.")
    return level


def parse_date(value: str) -> date:
    """A date in ISO 8601, of any year, or as people write it. Raises MetadataError."""
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        found = find_date(value)
    if found is None:
        raise MetadataError(f"Datum {value!r} is niet te lezen. Schrijf hem als JJJJ-MM-DD.")
    return found


def parse_retention(value: str) -> date:
    """The last day that a document is kept. Raises MetadataError."""
    found, (first, last) = parse_date(value), RETAINED
    if not first <= found.year <= last:
        raise MetadataError(
            f"Bewaartermijn {found} kan niet. Kies een dag in de jaren {first} tot en met {last}, "
            "of laat het veld leeg als het document mag blijven."
        )
    return found


def parse_language(value: str) -> str:
    """A language code such as `nl`; empty stays empty. Raises MetadataError."""
    code = value.strip().lower()
    if code and not re.fullmatch(r"[a-z]{2,3}", code):
        raise MetadataError(f"Taal {value!r} kan niet. Schrijf een code van twee of drie letters, zoals nl of en.")
    return code


def find_date(text: str) -> date | None:
    """The first real date in a text."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = _MONTHS.index(parts["n"].lower()) + 1 if parts.get("n") else int(parts["m"])
            try:
                return date(int(parts["y"]), month, int(parts["d"]))
            except ValueError:
                continue
    return None


def read_metadata_file(path: Path) -> dict[str, GivenMetadata]:
    """Rows of a TSV or JSON-lines file, by file name. Raises MetadataError that names the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MetadataError(f"Het metadatabestand {path} bestaat niet.") from None
    except UnicodeDecodeError:
        raise MetadataError(f"Het metadatabestand {path} is geen UTF-8. Sla het op als UTF-8.") from None
    rows = _json_rows(path, text) if text.lstrip().startswith("{") else _table_rows(path, text)
    given: dict[str, GivenMetadata] = {}
    for line, row in rows:
        name = str(row.get("file") or "").strip()
        if not name:
            raise MetadataError(f"{path}, regel {line}: de bestandsnaam (file) ontbreekt.")
        if name in given:
            raise MetadataError(f"{path}, regel {line}: {name} staat er twee keer in. Verwijder een van de regels.")
        try:
            given[name] = given_metadata(row)
        except (MetadataError, ClassificationError) as error:
            raise MetadataError(f"{path}, regel {line} ({name}): {error}") from error
    return given


def _json_rows(path: Path, text: str) -> list[tuple[int, Mapping[str, object]]]:
    rows: list[tuple[int, Mapping[str, object]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise MetadataError(f"{path}, regel {number}: geen geldige JSON ({error}).") from error
        if not isinstance(row, dict):
            raise MetadataError(f"{path}, regel {number}: verwacht werd een object met velden.")
        _check_fields(path, row)
        rows.append((number, row))
    return rows


def _table_rows(path: Path, text: str) -> list[tuple[int, Mapping[str, object]]]:
    reader = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    _check_fields(path, dict.fromkeys(reader.fieldnames or ()))
    rows: list[tuple[int, Mapping[str, object]]] = []
    for row in reader:
        if None in row:
            raise MetadataError(f"{path}, regel {reader.line_num}: meer waarden dan velden. Staat er een tab te veel?")
        rows.append((reader.line_num, row))
    return rows


def _check_fields(path: Path, row: Mapping[str, object]) -> None:
    unknown = [str(name) for name in row if name not in FIELDS]
    if unknown or "file" not in row:
        problem = f"onbekende velden: {', '.join(unknown)}" if unknown else "het veld file ontbreekt"
        raise MetadataError(f"{path}: {problem}. De velden zijn: {', '.join(FIELDS)}.")


def given_metadata(row: Mapping[str, object]) -> GivenMetadata:
    """One row as values. Raises MetadataError or ClassificationError."""

    def value(name: str) -> str:
        found = str(row.get(name) or "").strip()
        return "" if found == NOTHING and name in EMPTIABLE else found

    themes = row.get("thema") or ""
    names = themes if isinstance(themes, list) else re.split(r"[;,]", value("thema"))
    return GivenMetadata(
        title=value("titel"),
        kind=value("soort").lower(),
        organisation=value("organisatie"),
        author=value("auteur"),
        date=parse_date(value("datum")) if value("datum") else None,
        themes=tuple(sorted({str(name).strip() for name in names if str(name).strip()})),
        classification=parse_classification(value("vertrouwelijkheid")) if value("vertrouwelijkheid") else None,
        source=value("bron"),
        language=parse_language(value("taal")),
        retain_until=parse_retention(value("bewaartermijn")) if value("bewaartermijn") else None,
        empty=frozenset(known for name, known in EMPTIABLE.items() if str(row.get(name) or "").strip() == NOTHING),
    )


def set_by_hand(patch: Mapping[str, object]) -> GivenMetadata:
    """What an editor set, by the names of a metadata file: a field that was emptied stays empty."""
    emptied = frozenset(known for name, known in EMPTIABLE.items() if name in patch and not patch[name])
    given = given_metadata(patch)
    return replace(given, empty=given.empty | emptied)


def complete(
    given: GivenMetadata, extraction: Extraction, name: str, default_level: Classification | None = None
) -> Metadata:
    """The document's metadata: what was given, else what the file says, else what can be derived.

    Without a level the document gets `default_level`, or else `vertrouwelijk` for a case note and `intern` for others.
    """
    told = extraction.metadata
    title = given.title or told.title or _title_from_name(name)
    kind = given.kind or derive_kind(name, title, extraction.format)
    level = given.classification or default_level or _default_level(kind)
    texts = [page.text for page in extraction.pages]
    return Metadata(
        title=shortened(title),
        kind=kind,
        classification=level,
        language=given.language or document_language(texts, told.language),
        organisation=given.organisation,
        author=given.author or ("" if "author" in given.empty else told.author),
        date=given.date or (None if "date" in given.empty else find_date(name) or find_date(title) or told.date),
        themes=given.themes,
        source=given.source,
        retain_until=given.retain_until,
    )


def as_given(metadata: Metadata) -> GivenMetadata:
    """What is known of a document, as given for its next version. The language is found anew."""
    return GivenMetadata(
        title=metadata.title,
        kind=metadata.kind,
        organisation=metadata.organisation,
        author=metadata.author,
        date=metadata.date,
        themes=metadata.themes,
        classification=metadata.classification,
        source=metadata.source,
        retain_until=metadata.retain_until,
    )


def derive_kind(name: str, title: str, file_format: str) -> str:
    """What kind of document it is, by its format and the words of its name and title."""
    if file_format == "pptx":
        return PRESENTATION
    for text in (Path(name).stem.replace("-", " ").replace("_", " "), title):
        for pattern, kind in _KINDS:
            if re.search(pattern, text, re.IGNORECASE):
                return kind
    return OTHER


def _default_level(kind: str) -> Classification:
    return Classification.VERTROUWELIJK if kind == CASE else Classification.INTERN


def _title_from_name(name: str) -> str:
    words = re.sub(r"[-_]+", " ", Path(name).stem).strip()
    return words[:1].upper() + words[1:] or "Zonder titel"


def shortened(title: str) -> str:
    """A title without line breaks and not longer than leaves a passage its room in the model."""
    title = " ".join(title.split())
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
