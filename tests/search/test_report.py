"""The report as a whole, and its page."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree as Tree

import pytest

from corpus.types import Classification
from search.ablation import ablate
from search.judged import Judged, Marked
from search.questions import Evidence, Question
from search.report import WORST, Report, extras, make_report, worst
from search.report_html import page
from search.runs import compare, run_of
from tests.search.judged_samples import found, judged

EVIL = "<script>alert('x')</script> & \"citaat\""


def answerable() -> list[Judged]:
    evil = judged("kwaad", EVIL, rank=0, found=[found(EVIL, title=EVIL, file=EVIL, right=True)])
    evil = replace(evil, question=Question(EVIL, EVIL, EVIL, (Evidence(EVIL, EVIL),)))
    secret = found("over de casus", classification=Classification.VERTROUWELIJK, language="en", page=None)
    return [
        *(judged(str(number), marked=Marked(2, 1), rank=number % 3 + 1) for number in range(20)),
        judged("mis", rank=0, found=[secret]),
        judged("kwijt", relevant="-", missing=["weg.pdf"]),
        evil,
    ]


@pytest.fixture
def report() -> Report:
    runs = answerable()
    earlier = run_of([judged(one.question.id, rank=4) for one in runs[:20]], [])
    rows = ablate([one.question for one in runs], lambda question, _recipe: judged(question.id, question.kind))
    made = make_report(runs, [judged("o1", "near", probability=0.1), judged("o2", EVIL, probability=0.5)], 0.35)
    return replace(made, ablation=tuple(rows), comparison=compare(earlier, run_of(runs, [])))


def test_the_worst_come_first_and_what_is_perfect_or_impossible_is_not_among_them() -> None:
    names = [one.question.id for one in worst(answerable())]
    assert names[:2] == [EVIL, "mis"]
    assert "kwijt" not in names  # its evidence is nowhere
    assert "0" not in names  # found first
    assert len(worst([judged(str(number), rank=5) for number in range(30)])) == WORST


def test_the_level_is_the_most_closed_one_that_is_quoted(report: Report) -> None:
    assert report.level is Classification.VERTROUWELIJK
    assert make_report([judged()], [], 0.35).level is None


def test_a_report_without_unanswerable_questions_has_no_bars() -> None:
    made = make_report([judged()], [], 0.35)
    assert (made.bars, made.auroc) == ((), {})
    assert "Wel of geen antwoord" not in page(made)


def test_what_goes_into_json_is_json(report: Report) -> None:
    known = json.loads(json.dumps(extras(report)))
    assert known["milliseconds"] == {"encode": 5.0, "search": 20.0}
    assert known["worst"][0] == EVIL
    assert [bar["height"] for bar in known["abstention"] if bar["chosen"]] == [0.35]
    assert known["ablation"][0]["name"] == "alles"
    assert known["comparison"]["only_after"] == 3
    assert {"ablation", "comparison"}.isdisjoint(extras(make_report([judged()], [], 0.35)))


class Checker(HTMLParser):
    """Element names in order, and whether every element is closed where it should be."""

    VOID = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.names: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def checked(report: Report) -> Checker:
    checker = Checker()
    checker.feed(page(report))
    checker.close()
    assert checker.open == []
    return checker


def test_the_page_has_no_script_and_fetches_nothing(checked: Checker) -> None:
    assert "script" not in checked.names
    assert not [one for one in checked.attributes if one[1] in {"src", "href"} or one[1].startswith("on")]
    assert ("meta", "content", "default-src 'none'; style-src 'unsafe-inline'") in checked.attributes


def test_what_comes_from_files_is_shown_as_it_is_and_never_run(report: Report, checked: Checker) -> None:
    assert "<script" not in page(report)
    # As question, kind, file, quote, title, passage, kind of an unanswerable question and in the comparison.
    assert checked.text.count(EVIL) >= 8


def test_the_page_can_be_read_by_a_machine_that_reads_it_aloud(checked: Checker) -> None:
    assert ("html", "lang", "nl") in checked.attributes
    assert checked.names.count("h1") == checked.names.count("main") == checked.names.count("title") == 1
    levels = [int(name[1]) for name in checked.names if name in {"h1", "h2", "h3"}]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert checked.names.count("caption") == checked.names.count("table") > 4
    assert {value for tag, name, value in checked.attributes if (tag, name) == ("th", "scope")} == {"col", "row"}
    svgs = checked.names.count("svg")
    hidden = checked.attributes.count(("svg", "aria-hidden", "true"))
    assert svgs - hidden == checked.attributes.count(("svg", "role", "img")) == 1
    assert ("blockquote", "lang", "en") in checked.attributes


def test_the_pictures_are_well_formed(report: Report) -> None:
    text = page(report)
    pictures = [part.partition("</svg>")[0] + "</svg>" for part in text.split("<svg")[1:]]
    assert len(pictures) > 10
    for picture in pictures:
        Tree.fromstring(f"<svg{picture}")  # noqa: S314 - our own


def test_the_parts_are_in_order(checked: Checker) -> None:
    titles = [
        "De cijfers",
        "Per soort vraag",
        "Wel of geen antwoord",
        "De vragen die het slechtst gingen",
        "Bewijs dat niet gevonden is",
        "Vergeleken met de eerdere meting",
        "Wat elk onderdeel bijdraagt",
    ]
    places = [checked.text.index(title) for title in titles]
    assert places == sorted(places)
    assert "Dit verslag citeert documenten tot en met het niveau vertrouwelijk." in checked.text
    assert "0,35 (in gebruik)" in checked.text
    assert "weg.pdf" in checked.text


def test_a_long_passage_is_cut() -> None:
    made = make_report([judged("1", rank=0, found=[found("woord " * 200 + "slot")])], [], 0.35)
    assert "slot" not in page(made)
    assert "woord …" in page(made)
