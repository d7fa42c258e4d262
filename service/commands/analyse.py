"""`kennislab analyse TEKST`: what the keyword leg makes of a text, step by step."""

import argparse
from dataclasses import dataclass

from search import compounds, particles
from search.analysis import VERSION, index_grams, index_terms, term, words
from search.folding import fold
from service.output import say, say_json
from service.settings import Settings

NAME = "analyse"
HELP = "Laat zien welke termen de zoekmachine van een tekst maakt"


@dataclass(frozen=True, slots=True)
class _Step:
    word: str
    folded: str
    term: str  # empty for a stop word
    parts: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("text", metavar="TEKST", help="de tekst")
    parser.add_argument("--taal", choices=("nl", "en"), default="nl", help="taal van de tekst")
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, _settings: Settings) -> int:
    """Print a line a word, then what is indexed in all."""
    steps = [_steps(word, options.taal) for word in words(options.text)]
    indexed = index_terms(options.text, options.taal)
    if options.json:
        made = [{"woord": s.word, "gevouwen": s.folded, "term": s.term, "delen": list(s.parts)} for s in steps]
        grams = index_grams(options.text)
        say_json({"versie": VERSION, "woorden": made, "termen": indexed, "lettergroepen": grams})
        return 0
    for step in steps:
        say(f"{step.word:<28} {step.folded:<28} {step.term or '(stopwoord)':<24} {' + '.join(step.parts)}")
    say(f"geïndexeerd: {' '.join(indexed)}")
    return 0


def _steps(word: str, language: str) -> _Step:
    parts = () if language == "en" else (*compounds.parts(word), *particles.one_word(word))
    return _Step(word, fold(word), term(word, language), parts)
