"""`kennislab search VRAAG`: ranked sources on the terminal."""

import argparse
import textwrap

from search.overview import explore
from search.searcher import Answer, DocumentHit, Limits, PassageHit
from service.access import OPERATOR
from service.output import say, say_json
from service.pictures import pictures_of
from service.schemas import Zoekantwoord
from service.settings import Settings
from service.wiring import open_searcher

NAME = "search"
HELP = "Zoek bronnen bij een vraag"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("question", metavar="VRAAG", help="de vraag in gewone taal")
    parser.add_argument("--aantal", type=int, default=5, metavar="N", help="hooguit zoveel documenten")
    parser.add_argument("--explain", action="store_true", help="toon wat elk deel van de index bijdroeg")
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON, gelijk aan die van de API")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Search with the rights of who runs the command: all levels."""
    searcher = open_searcher(settings)
    try:
        scope = OPERATOR.scope()
        overview = explore(searcher, options.question, scope, scope, Limits(max(1, options.aantal)))
    finally:
        searcher.index.close()
    if options.json:
        answer = Zoekantwoord.of(overview, settings.contact, pictures_of(settings).has)
        say_json(answer.model_dump(mode="json", by_alias=True))
    else:
        _show(overview.answer, settings.contact, explain=options.explain)
    return 0


def _show(answer: Answer, contact: str, *, explain: bool) -> None:
    if not answer.results:
        say("Geen passende bronnen gevonden.")
        say(f"Stel uw vraag anders, of neem contact op: {contact}")
        return
    for number, result in enumerate(answer.results, start=1):
        _show_document(number, result, explain=explain)
    say(f"{len(answer.results)} documenten in {answer.duration_ms:.0f} ms")


def _show_document(number: int, result: DocumentHit, *, explain: bool) -> None:
    metadata = result.document.metadata
    facts = [metadata.kind, metadata.organisation, metadata.date.isoformat() if metadata.date else ""]
    say(f"{number}. {metadata.title}  [{result.relevance.value}]")
    say(f"   {' · '.join(fact for fact in facts if fact)} · {result.document.file_name}")
    for hit in result.passages:
        passage = hit.passage
        unit = "dia" if metadata.kind == "presentatie" else "p."
        where = f"{unit} {passage.page}" if passage.page is not None else " › ".join(passage.headings[-2:]) or "tekst"
        shown = " ".join(passage.text[slice(*hit.marks[0])].split()) if hit.marks else passage.text
        say(textwrap.indent(textwrap.fill(f"{where}: {textwrap.shorten(shown, 320, placeholder=' …')}", 110), "   "))
        if explain:
            say(f"      {_explanation(hit)}")
    say()


def _explanation(hit: PassageHit) -> str:
    evidence = hit.evidence
    parts = [
        f"score {hit.score:.3f}",
        f"kans {hit.probability:.2f}",
        f"betekenis {evidence.cosine:.3f} (gemiddeld {evidence.typical_cosine:.3f})",
        f"woorden {evidence.bm25:.1f}",
        f"dekking {hit.coverage:.0%}",
    ]
    return " · ".join(parts) + f" · gevonden woorden: {', '.join(hit.matched) or 'geen'}"
