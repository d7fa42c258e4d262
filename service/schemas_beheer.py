"""Requests and answers for who adds, changes and withdraws documents."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from corpus.catalogue import VersionRecord
from corpus.errors import KennislabError
from corpus.scope import Scope
from corpus.tasks import Task, TaskFile
from corpus.types import Classification
from ingest.metadata import parse_classification, parse_language, parse_retention
from service.schemas import NOT_BLANK, Day, Strict, Values, is_blank

BASE = "/v1/taken"

Level = Literal["openbaar", "beperkt_openbaar", "intern", "zaakvertrouwelijk", "vertrouwelijk"]

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


def _visible(text: str) -> str:
    if is_blank(text):
        raise ValueError("Een thema mag niet leeg zijn.")
    return text


Theme = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=100),
    AfterValidator(_visible),
    Field(json_schema_extra=NOT_BLANK),
]


class Metadata(BaseModel):
    """Wat u van een document weet. Wat u weglaat, leidt Kennislab af (toevoegen) of blijft zoals het is (wijzigen)."""

    model_config = ConfigDict(extra="forbid")

    titel: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    soort: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)] | None = None
    organisatie: Text | None = None
    auteur: Text | None = None
    datum: Day | None = None
    thema: Annotated[list[Theme], Field(max_length=50)] | None = None
    taal: str | None = Field(
        default=None,
        description="Code van twee of drie letters, zoals nl.",
        json_schema_extra={"pattern": "^([A-Za-z]{2,3})?$"},
    )
    vertrouwelijkheid: str | None = Field(
        default=None,
        description="Wie het document mag zien. Hogere niveaus mogen niet in de kennisbank.",
        json_schema_extra={"enum": [*get_args(Level), None]},
    )
    bewaartermijn: Day | None = Field(
        default=None,
        description="De laatste dag dat het document bewaard blijft.",
        json_schema_extra={"pattern": r"^(19|20|21)\d\d-"},
    )
    bron: Text | None = None

    @field_validator("vertrouwelijkheid")
    @classmethod
    def known_level(cls, value: str | None) -> str | None:
        """A level that a knowledge base may hold."""
        return _checked(lambda: parse_classification(value).value) if value is not None else None

    @field_validator("bewaartermijn")
    @classmethod
    def likely_retention(cls, value: date | None) -> date | None:
        """A day that is no slip."""
        if value is not None:
            _checked(lambda: parse_retention(value.isoformat()))
        return value

    @field_validator("taal")
    @classmethod
    def known_language(cls, value: str | None) -> str | None:
        """A language code."""
        return _checked(lambda: parse_language(value)) if value is not None else None

    def given(self) -> dict[str, Any]:
        """What the request names, also when it is null; by the names of a metadata file."""
        return self.model_dump(mode="json", exclude_unset=True)


def _checked(parse: Any) -> str:  # noqa: ANN401 - a call without arguments
    try:
        return str(parse())
    except KennislabError as error:
        raise ValueError(str(error)) from None


# Orders as clients name them, and as the catalogue does.
ORDERS = {
    "datum": "date",
    "-datum": "-date",
    "titel": "title",
    "-titel": "-title",
    "toegevoegd": "added",
    "-toegevoegd": "-added",
    "bestandsnaam": "file_name",
    "-bestandsnaam": "-file_name",
}
Order = Literal["datum", "-datum", "titel", "-titel", "toegevoegd", "-toegevoegd", "bestandsnaam", "-bestandsnaam"]


TaskState = Literal["wacht", "bezig", "klaar", "klaar-met-fouten"]


class Documentenvraag(Strict):
    """Welke documenten een lijst toont."""

    soort: Values = Field(default=[], description="Alleen documenten van een van deze soorten.")
    thema: Values = Field(default=[], description="Alleen documenten met een van deze thema's.")
    organisatie: Values = Field(default=[], description="Alleen documenten van een van deze organisaties.")
    taal: Values = Field(default=[], description="Alleen documenten in een van deze talen, zoals nl.")
    vertrouwelijkheid: Annotated[list[Level], Field(max_length=8)] = Field(
        default=[], description="Alleen documenten van een van deze niveaus."
    )
    vanaf: Day | None = Field(default=None, description="Documenten met deze datum of later.")
    tot: Day | None = Field(default=None, description="Documenten met deze datum of eerder.")
    sorteer: Order = Field(default="-datum", description="Met een minteken ervoor: hoogste eerst.")
    pagina: int = Field(1, ge=1, le=100_000, description="Bladzijde van de lijst.")
    max_aantal: int = Field(20, ge=1, le=100, alias="maxAantal", description="Hooguit zoveel op een bladzijde.")

    def within(self, scope: Scope) -> Scope:
        """What is asked for of what may be seen."""
        wanted = frozenset(Classification(level) for level in self.vertrouwelijkheid)
        return replace(
            scope,
            levels=scope.levels & wanted if wanted else scope.levels,
            kinds=frozenset(self.soort),
            themes=frozenset(self.thema),
            organisations=frozenset(self.organisatie),
            languages=frozenset(self.taal),
            since=self.vanaf,
            until=self.tot,
        )


class Documentenzoekvraag(Documentenvraag):
    """Welke documenten een lijst toont, ook op woorden: die horen niet in een adres, dat in logs blijft staan."""

    zoekterm: Annotated[str, StringConstraints(max_length=200)] = Field(
        default="", description="Tekst in de titel of de bestandsnaam."
    )


class Takenvraag(Strict):
    """Welke taken een lijst toont."""

    status: TaskState | None = Field(default=None, description="Alleen taken met deze status.")
    alle: bool = Field(default=False, description="Ook die van anderen.")
    pagina: int = Field(1, ge=1, le=100_000, description="Bladzijde van de lijst.")
    max_aantal: int = Field(20, ge=1, le=100, alias="maxAantal", description="Hooguit zoveel op een bladzijde.")


class Versie(BaseModel):
    """Een versie van een document. Alleen van de huidige is de inhoud er nog."""

    versie: int
    bestandsnaam: str
    omvang: int = Field(description="In bytes.")
    toegevoegd: str = Field(description="Tijdstip in UTC.", json_schema_extra={"format": "date-time"})
    huidig: bool

    @classmethod
    def of(cls, record: VersionRecord) -> "Versie":
        """The version as clients see it."""
        return cls(
            versie=record.version,
            bestandsnaam=record.file_name,
            omvang=record.size,
            toegevoegd=record.added,
            huidig=record.current,
        )


class Versielijst(BaseModel):
    """De versies van een document, nieuwste eerst."""

    versies: list[Versie]


class TaakBestand(BaseModel):
    """Een bestand van een taak: waar het is en hoe het afliep."""

    nummer: int
    bestandsnaam: str
    omvang: int = Field(description="In bytes.")
    status: Literal["wacht", "bezig", "verwerkt", "mislukt", "overgeslagen"]
    fase: str = Field(description="lezen, indexeren of opslaan; leeg als er niets gebeurt.")
    paginas_gedaan: int = Field(serialization_alias="paginasGedaan")
    aantal_paginas: int = Field(serialization_alias="aantalPaginas")
    pogingen: int
    reden: str = Field(description="Waarom het mislukte of werd overgeslagen, en wat u kunt doen.")
    opmerkingen: list[str]
    document: str | None = Field(description="Id van het document.")
    versie: int | None

    @classmethod
    def of(cls, file: TaskFile) -> "TaakBestand":
        """The file as clients see it."""
        return cls(
            nummer=file.number,
            bestandsnaam=file.file_name,
            omvang=file.size,
            status=file.status.value,
            fase=file.phase,
            paginas_gedaan=file.pages_done,
            aantal_paginas=file.pages,
            pogingen=file.attempts,
            reden=file.reason,
            opmerkingen=list(file.remarks),
            document=file.document_id or file.replaces or None,
            versie=file.version or None,
        )


class Aantallen(BaseModel):
    """Hoeveel bestanden in welke toestand zijn."""

    wacht: int = 0
    bezig: int = 0
    verwerkt: int = 0
    mislukt: int = 0
    overgeslagen: int = 0


class TaakKort(BaseModel):
    """Een upload, zonder de bestanden."""

    id: str
    status: TaskState
    gemaakt: str = Field(description="Tijdstip in UTC.", json_schema_extra={"format": "date-time"})
    gemaakt_door: str = Field(serialization_alias="gemaaktDoor")
    aantallen: Aantallen
    link: str

    @classmethod
    def of(cls, task: Task) -> "TaakKort":
        """The task as clients see it."""
        return cls(**_short(task))


def _short(task: Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "status": task.status.value,
        "gemaakt": task.created,
        "gemaakt_door": task.created_by,
        "aantallen": Aantallen(**{status.value: count for status, count in task.counts.items()}),
        "link": task_link(task.id),
    }


class Taak(TaakKort):
    """Een upload, met per bestand hoe het ermee staat."""

    bestanden: list[TaakBestand]

    @classmethod
    def whole(cls, task: Task, files: list[TaskFile]) -> "Taak":
        """The task with its files as clients see it."""
        return cls(**_short(task), bestanden=[TaakBestand.of(file) for file in files])


class Takenlijst(BaseModel):
    """Een bladzijde van de lijst van taken."""

    aantal: int
    taken: list[TaakKort]


def task_link(task_id: str) -> str:
    """Where a task can be followed."""
    return f"{BASE}/{task_id}"
