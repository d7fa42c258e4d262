"""Request and answer of the route for suggestions."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, field_validator

from search.suggest_phrases import Phrase
from service.schemas import NOT_BLANK, Filters, Strict, is_blank

LONGEST = 100  # characters; who has typed more has a question, and needs no suggestion


class Suggestievraag(Strict):
    """Wat iemand tot nu toe getypt heeft."""

    begin: Annotated[str, StringConstraints(max_length=LONGEST)] = Field(
        description="Wat er tot nu toe getypt is.", json_schema_extra=NOT_BLANK
    )
    max_aantal: int = Field(8, ge=1, le=20, alias="maxAantal", description="Hooguit zoveel suggesties.")
    filters: Filters = Filters()

    @field_validator("begin")
    @classmethod
    def not_blank(cls, value: str) -> str:
        """There is nothing to suggest before something is typed."""
        if is_blank(value):
            raise ValueError("Er is nog niets getypt.")
        return value


class Suggestie(BaseModel):
    """Iets dat in de kennisbank staat en begint zoals er getypt is."""

    tekst: str = Field(description="Om te tonen en om als vraag te stellen.")
    soort: Literal["titel", "afkorting", "kop"] = Field(description="Waar het vandaan komt.")
    taal: str

    @classmethod
    def of(cls, phrase: Phrase) -> "Suggestie":
        """The phrase as clients see it."""
        return cls(tekst=phrase.text, soort=phrase.kind.value, taal=phrase.language)


class Suggesties(BaseModel):
    """Suggesties bij wat er getypt is, beste eerst. Nooit vragen van anderen."""

    suggesties: list[Suggestie]

    @classmethod
    def of(cls, phrases: Sequence[Phrase]) -> "Suggesties":
        """The answer as clients see it."""
        return cls(suggesties=[Suggestie.of(phrase) for phrase in phrases])
