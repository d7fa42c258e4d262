"""What the answer of the process that reads, or its end, means: an extraction, or a reason for the editor."""

import signal

from corpus.errors import ReadError
from ingest.exchange import from_json
from ingest.limits import MB, Limits, too_long
from ingest.reading import Extraction
from ingest.sandbox_protocol import Mark
from ingest.text import clean_line

Answer = tuple[Mark, bytes]
LONGEST_REASON = 1000

_CHECK = "Controleer waar het bestand vandaan komt, sla het opnieuw op en bied het nog een keer aan."
_SPLIT = "Deel het bestand op, of sla het opnieuw op, en bied het nog een keer aan."
_CRASHED = f"Het lezen is vastgelopen op dit bestand ({{}}). {_CHECK}"


def extraction_of(answer: Answer, limits: Limits) -> Extraction:
    """The extraction that was sent. Raises ReadError when it is something else, or has more pages than allowed."""
    mark, content = answer
    if mark is Mark.REFUSED:
        raise ReadError(clean_line(content.decode(errors="replace"))[:LONGEST_REASON])
    if mark is Mark.MEMORY:
        raise ReadError(_too_much_memory(limits))
    if mark is not Mark.EXTRACTION:
        found = clean_line(content.decode(errors="replace"))[:100] if mark is Mark.BROKEN else mark.name
        raise ReadError(_CRASHED.format(found))
    try:
        extraction = from_json(content)
    except ValueError:
        raise ReadError(_CRASHED.format("het antwoord is onleesbaar")) from None
    count, characters = len(extraction.pages), sum(len(page.text) for page in extraction.pages)
    if count > limits.pages:
        raise ReadError(f"Het bestand heeft {count} bladzijden; het maximum is {limits.pages}. Deel het bestand op.")
    if characters > limits.characters:
        raise ReadError(too_long(characters, limits.characters))
    return extraction


def too_slow(seconds: float) -> str:
    """The reason when the wait was over."""
    return f"Het lezen duurde langer dan {seconds:g} seconden en is gestopt. {_SPLIT}"


def too_much(limits: Limits) -> str:
    """The reason when the answer is too long."""
    return f"Uit het bestand komt meer tekst dan wij aankunnen ({limits.output // MB} MB). Deel het bestand op."


def how_it_ended(status: int | None, limits: Limits) -> str:
    """The reason when the process stopped without an answer."""
    if status == -signal.SIGXCPU:
        return f"Het lezen kostte meer dan {limits.cpu_seconds} seconden rekentijd en is gestopt. {_SPLIT}"
    if status is not None and status < 0:
        return _CRASHED.format(signal.Signals(-status).name)
    return _CRASHED.format("het programma stopte zonder antwoord")


def _too_much_memory(limits: Limits) -> str:
    return f"Het lezen kostte meer geheugen dan {limits.memory // MB} MB en is gestopt. {_SPLIT}"
