"""Requests and answers as clients see them: Dutch names, never the core's own classes."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from corpus.types import Block, Document, Page, Passage
from search.overview import Counts, Overview
from search.searcher import DocumentHit, PassageHit
from service.links import document_link, passage_link, picture_link

Pictured = Callable[[Document], bool]  # whether there are pictures of a document's pages
PICTURE = "Adres van de pagina of dia als afbeelding; null als die er niet is. Zie `toonAfbeelding`."
Judgement = Literal["gevonden", "geen-passende-bronnen"]
FILTER_VALUES = 50


def _as_day(value: object) -> object:
    """Pydantic also takes a number for a day, as seconds since 1970, and a moment at midnight."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII)):
        return value
    raise PydanticCustomError("date_iso", "a day is written as YYYY-MM-DD")


Day = Annotated[date, BeforeValidator(_as_day)]
# At least one visible character, by any reading of what white space is; for the description, and for validators that
# have a message of their own.
NOT_BLANK: JsonDict = {"minLength": 1, "pattern": r"[^\s\u001c-\u001f\u0085\ufeff]"}


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in it."""
    return re.search(str(NOT_BLANK["pattern"]), text) is None


Value = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Values = Annotated[list[Value], Field(max_length=FILTER_VALUES)]


class Strict(BaseModel):
    """Unknown fields are refused, so that a typing error in a name is not silently a different question."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Filters(Strict):
    """Waarop de resultaten beperkt worden; binnen een veld geldt of, tussen velden geldt en."""

    soort: Values = []
    thema: Values = []
    taal: Values = []
    organisatie: Values = []
    jaar: Annotated[list[Annotated[int, Field(ge=1, le=9999)]], Field(max_length=FILTER_VALUES)] = []
    vanaf: Day | None = Field(default=None, description="Documenten met deze datum of later.")
    tot: Day | None = Field(default=None, description="Documenten met deze datum of eerder.")


class Zoekvraag(Strict):
    """Een vraag aan de kennisbank."""

    vraag: Annotated[str, StringConstraints(max_length=1000)] = Field(
        description="De vraag in gewone taal.", json_schema_extra=NOT_BLANK
    )
    max_aantal: int = Field(10, ge=1, le=50, alias="maxAantal", description="Hooguit zoveel documenten.")
    passages_per_document: int = Field(
        3, ge=1, le=10, alias="passagesPerDocument", description="Hooguit zoveel passages van elk document."
    )
    filters: Filters = Filters()

    @field_validator("vraag")
    @classmethod
    def not_blank(cls, value: str) -> str:
        """A question has at least one visible character."""
        if is_blank(value):
            raise ValueError("De vraag is leeg.")
        return value


class DocumentKort(BaseModel):
    """Wat van een document getoond wordt."""

    id: str
    titel: str
    soort: str
    organisatie: str
    datum: date | None
    taal: str
    thema: list[str]
    vertrouwelijkheid: str
    bestandsnaam: str
    link: str

    @classmethod
    def of(cls, document: Document) -> "DocumentKort":
        """The document as clients see it."""
        return cls(**_short(document))


def _short(document: Document) -> dict[str, Any]:
    metadata = document.metadata
    return {
        "id": document.id,
        "titel": metadata.title,
        "soort": metadata.kind,
        "organisatie": metadata.organisation,
        "datum": metadata.date,
        "taal": metadata.language,
        "thema": list(metadata.themes),
        "vertrouwelijkheid": metadata.classification.value,
        "bestandsnaam": document.file_name,
        "link": document_link(document),
    }


class DocumentLang(DocumentKort):
    """Alles wat van een document bekend is."""

    auteur: str
    bron: str
    bewaartermijn: date | None = Field(description="De laatste dag dat het document bewaard blijft.")
    versie: int
    media_type: str = Field(alias="mediaType", serialization_alias="mediaType")
    omvang: int = Field(description="In bytes.")
    aantal_paginas: int = Field(serialization_alias="aantalPaginas")
    aantal_passages: int = Field(serialization_alias="aantalPassages")
    toegevoegd: str = Field(description="Tijdstip in UTC.", json_schema_extra={"format": "date-time"})
    opmerkingen: list[str]

    @classmethod
    def of(cls, document: Document) -> "DocumentLang":
        """The document with all that is known of it."""
        return cls(
            **_short(document),
            auteur=document.metadata.author,
            bron=document.metadata.source,
            bewaartermijn=document.metadata.retain_until,
            versie=document.version,
            mediaType=document.media_type,
            omvang=document.size,
            aantal_paginas=document.page_count,
            aantal_passages=document.passage_count,
            toegevoegd=document.added,
            opmerkingen=list(document.remarks),
        )


class PassageGevonden(BaseModel):
    """Een passage die past bij de vraag."""

    id: str
    tekst: str
    markeringen: list[Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(
        description="Begin en eind (tekens) van de zinnen die antwoorden."
    )
    kop: list[str]
    kolomkop: str = Field(description="De kolomkoppen van de tabel waar de passage een deel van is; anders leeg.")
    pagina: int | None
    taal: str
    link: str
    afbeelding: str | None = Field(description=PICTURE)
    score: float

    @classmethod
    def of(cls, document: Document, hit: PassageHit, pictured: bool) -> "PassageGevonden":
        """The passage as clients see it."""
        passage = hit.passage
        return cls(
            id=passage.id,
            tekst=passage.text,
            markeringen=[list(mark) for mark in hit.marks],
            kop=list(passage.headings),
            kolomkop=passage.table_header,
            pagina=passage.page,
            taal=passage.language,
            link=passage_link(document, passage),
            afbeelding=picture_link(document, passage.page) if pictured and passage.page is not None else None,
            score=round(hit.score, 6),
        )


class PassageOpPagina(BaseModel):
    """Een passage op haar plaats."""

    id: str
    nummer: int = Field(description="Van de pagina of dia; zonder pagina's het deel van het document.")
    begin: int
    eind: int

    @classmethod
    def of(cls, passage: Passage) -> "PassageOpPagina":
        """The place as clients see it."""
        number = passage.position if passage.page is None else passage.page
        return cls(id=passage.id, nummer=number, begin=passage.start, eind=passage.end)


class Resultaat(BaseModel):
    """Een document met zijn beste passages."""

    document: DocumentKort
    relevantie: Literal["sterk", "mogelijk"]
    score: float = Field(description="Voor de volgorde; geen maat voor zekerheid.")
    passages: list[PassageGevonden]

    @classmethod
    def of(cls, hit: DocumentHit, pictured: bool) -> "Resultaat":
        """The result as clients see it."""
        return cls(
            document=DocumentKort.of(hit.document),
            relevantie=hit.relevance.value,
            score=round(hit.score, 6),
            passages=[PassageGevonden.of(hit.document, passage, pictured) for passage in hit.passages],
        )


class Facetwaarde(BaseModel):
    """Een waarde waarop te filteren is."""

    waarde: str
    aantal: int = Field(
        description="Bronnen met deze waarde die bij de andere filters passen. Wie erop filtert, vindt minstens zoveel."
    )

    @classmethod
    def of(cls, counts: Counts) -> list["Facetwaarde"]:
        """The values as clients see them."""
        return [cls(waarde=value, aantal=count) for value, count in counts]


class Facetten(BaseModel):
    """Hoe de gevonden bronnen verdeeld zijn, vaakst eerst. Telt alleen wat u mag zien."""

    soort: list[Facetwaarde]
    thema: list[Facetwaarde]
    organisatie: list[Facetwaarde]
    jaar: list[Facetwaarde]
    taal: list[Facetwaarde]


class Zoekantwoord(BaseModel):
    """Bronnen bij een vraag, of het oordeel dat er geen passende zijn."""

    vraag: str
    oordeel: Judgement
    resultaten: list[Resultaat]
    aantal_gevonden: int = Field(
        serialization_alias="aantalGevonden", description="Ook wat boven `maxAantal` uitkomt; bij benadering."
    )
    facetten: Facetten
    themas: list[str] = Field(description="Verwante thema's die wel voorkomen; alleen als er niets gevonden is.")
    contact: str = Field(description="Waar iemand terechtkan die niets vindt.")
    duur_ms: float = Field(serialization_alias="duurMs")

    @classmethod
    def of(cls, overview: Overview, contact: str, pictured: Pictured) -> "Zoekantwoord":
        """The answer as clients see it."""
        answer, counts = overview.answer, overview.facets
        results = [Resultaat.of(hit, pictured(hit.document)) for hit in answer.results]
        return cls(
            vraag=answer.question,
            oordeel="gevonden" if results else "geen-passende-bronnen",
            resultaten=results,
            aantal_gevonden=overview.count,
            facetten=Facetten(
                soort=Facetwaarde.of(counts["kinds"]),
                thema=Facetwaarde.of(counts["themes"]),
                organisatie=Facetwaarde.of(counts["organisations"]),
                jaar=Facetwaarde.of(counts["years"]),
                taal=Facetwaarde.of(counts["languages"]),
            ),
            themas=list(overview.themes),
            contact=contact,
            duur_ms=round(answer.duration_ms, 2),
        )


class Documentenlijst(BaseModel):
    """Een bladzijde van de lijst van documenten."""

    aantal: int
    documenten: list[DocumentKort]


class Blok(BaseModel):
    """Een stuk van een pagina."""

    soort: str
    begin: int
    eind: int
    niveau: int

    @classmethod
    def of(cls, block: Block) -> "Blok":
        """The block as clients see it."""
        return cls(soort=block.kind.value, begin=block.start, eind=block.end, niveau=block.level)


class Pagina(BaseModel):
    """De tekst van een pagina of dia."""

    document: DocumentKort
    nummer: int | None
    tekst: str
    blokken: list[Blok]
    afbeelding: str | None = Field(description=PICTURE)

    @classmethod
    def of(cls, document: Document, page: Page, pictured: Pictured) -> "Pagina":
        """The page as clients see it."""
        return cls(
            document=DocumentKort.of(document),
            nummer=page.number,
            tekst=page.text,
            blokken=[Blok.of(block) for block in page.blocks],
            afbeelding=picture_link(document, page.number) if page.number is not None and pictured(document) else None,
        )


class Toestand(BaseModel):
    """Of de service kan antwoorden."""

    status: str
    passages_trefwoorden: int = Field(default=0, serialization_alias="passagesTrefwoorden")
    passages_vectoren: int = Field(default=0, serialization_alias="passagesVectoren")
    bestanden: str = Field(default="goed", description="Of de originele bestanden te bereiken zijn.")
    reden: str = ""
