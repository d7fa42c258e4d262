"""The evaluation on a terminal."""

from dataclasses import replace

from search.ablation import VARIANTS, ablate
from search.judged import Marked
from search.report import make_report
from search.runs import compare, run_of
from service.evaluation_text import WORST, lines
from tests.search.judged_samples import found, judged

RUN = [
    judged(str(number), "typo" if number % 4 else "feit", rank=number % 3, marked=Marked(1, 1)) for number in range(24)
]


def test_the_parts_come_in_the_order_of_the_page() -> None:
    rows = ablate([one.question for one in RUN], lambda question, _recipe: judged(question.id, question.kind))
    earlier = run_of([judged(one.question.id, one.question.kind, rank=5) for one in RUN], [])
    report = make_report(RUN, [judged("o", "near", probability=0.2)], 0.35)
    text = list(lines(replace(report, ablation=tuple(rows), comparison=compare(earlier, run_of(RUN, [])))))
    heads = ("24 vragen", "soort (vragen)", "AUROC", "Slechtste vragen", "vergeleken", "wat elk onderdeel")
    places = [next(number for number, line in enumerate(text) if line.startswith(head)) for head in heads]
    assert places == sorted(places)
    assert sum(line.startswith(tuple(VARIANTS)) for line in text) >= 2 * len(VARIANTS)
    assert any(line.startswith("0.35  in gebruik") for line in text)


def test_the_columns_are_aligned() -> None:
    text = list(lines(make_report(RUN, [], 0.35)))
    kinds = text[text.index("") + 1 :]
    head, *rows = kinds[: kinds.index("")]
    assert [row.split()[0] for row in rows] == ["feit", "typo"]
    assert {len(row) for row in rows} == {len(head)}


def test_a_figure_has_its_interval_and_one_that_is_not_measured_a_dash() -> None:
    text = list(lines(make_report(RUN, [], 0.35)))
    (figure,) = [line for line in text if line.startswith("passages.ndcg@10  ")]
    assert figure.count("0.") == 3
    bare = list(lines(make_report([judged()], [], 0.35)))
    assert any(line.split() == ["markering", "-"] for line in bare)


def test_a_few_of_the_worst_are_shown_with_what_was_expected_and_found() -> None:
    bad = [judged(str(number), rank=0, found=[found("heel\nandere\ttekst", page=None)]) for number in range(WORST + 3)]
    text = list(lines(make_report(bad, [], 0.35)))
    start = text.index("Slechtste vragen")
    assert text[start + 1].split() == ["0.00", "0", "Vraag", "0?"]
    assert text[start + 2].strip() == "verwacht a.pdf: het antwoord"
    assert text[start + 3].strip() == "gevonden a.pdf: heel andere tekst"
    assert len(text) == start + 1 + 3 * WORST
