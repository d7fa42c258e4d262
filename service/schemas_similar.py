"""Answers of the route for similar documents."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from corpus.types import Document, Passage
from search.similar import SimilarDocument
from service.links import passage_link
from service.schemas import DocumentKort


class Passageverwijzing(BaseModel):
    """Een passage en waar zij staat."""

    id: str
    tekst: str
    kop: list[str]
    pagina: int | None
    link: str

    @classmethod
    def of(cls, document: Document, passage: Passage) -> "Passageverwijzing":
        """The passage as clients see it."""
        return cls(
            id=passage.id,
            tekst=passage.text,
            kop=list(passage.headings),
            pagina=passage.page,
            link=passage_link(document, passage),
        )


class VergelijkbaarDocument(BaseModel):
    """Een document dat lijkt op het gevraagde, met het paar passages dat het meest op elkaar lijkt."""

    document: DocumentKort
    score: float = Field(description="Voor de volgorde; geen maat voor zekerheid.")
    passage: Passageverwijzing = Field(description="Van dit document.")
    lijkt_op: Passageverwijzing = Field(serialization_alias="lijktOp", description="Van het gevraagde document.")


class Vergelijkbaar(BaseModel):
    """Documenten die op het gevraagde lijken."""

    resultaten: list[VergelijkbaarDocument]

    @classmethod
    def of(cls, asked: Document, found: Sequence[SimilarDocument]) -> "Vergelijkbaar":
        """The answer as clients see it."""
        return cls(
            resultaten=[
                VergelijkbaarDocument(
                    document=DocumentKort.of(one.document),
                    score=round(one.score, 6),
                    passage=Passageverwijzing.of(one.document, one.other),
                    lijkt_op=Passageverwijzing.of(asked, one.own),
                )
                for one in found
            ]
        )
