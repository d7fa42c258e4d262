"""The evaluation as one page of HTML: no script, nothing from elsewhere, in plain Dutch."""

from search.judged import FIGURES, Found, Judged
from search.report import FOUND, Report
from search.report_chart import bars_chart
from search.report_parts import (
    Html,
    difference_text,
    estimate_cell,
    figure_name,
    join,
    number,
    percentage,
    row,
    signed,
    table,
    tag,
)
from search.report_style import STYLE
from search.runs import QuestionChange

SHOWN_TEXT = 280  # characters of a passage
NO_KIND = "zonder soort"

_HEAD = """<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Meting van de zoekresultaten</title>
<style>"""

_CLEAR = (
    "Vet en met 'beter' of 'slechter' is een verschil waarvan het interval 0 niet bevat. "
    "Ook zonder echt verschil gebeurt dat bij 1 op de 20 cijfers."
)
_MEANING = (
    ("nDCG@10", "Staat het goede bovenaan? 1 is volmaakt: alles wat antwoordt staat eerst."),
    ("recall@10", "Welk deel van alles wat antwoordt, staat bij de eerste tien?"),
    ("MRR@10", "Hoe hoog staat het eerste goede? Eerste plaats is 1, tweede plaats 0,5, derde plaats 0,33."),
    ("success@10", "Bij welk deel van de vragen staat er iets goeds bij de eerste tien?"),
    ("Markering", "Bij welk deel van de getoonde goede passages raakt de markering het antwoord?"),
)


def page(report: Report) -> str:
    """The whole file."""
    sections = [
        _intro(report),
        _figures(report),
        _kinds(report),
        _abstention(report),
        _worst(report),
        _missing(report),
        _comparison(report),
        _ablation(report),
    ]
    body = tag("main", tag("h1", "Meting van de zoekresultaten"), join(part for part in sections if part))
    return f"{_HEAD}{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"


def _intro(report: Report) -> Html:
    every = report.groups[0].questions
    lines: list[object] = [
        tag(
            "p",
            f"Gemeten met {every} vragen die een antwoord hebben en {report.unanswerable} vragen zonder antwoord. "
            f"Zoeken duurt per vraag {number(report.timing.search, 0)} ms, "
            f"de vraag omzetten in een vector {number(report.timing.encode, 0)} ms (de middelste vraag).",
        ),
        tag(
            "p",
            "Onder een cijfer staat het interval: met andere vragen van dezelfde soort valt het cijfer "
            "in 95 van de 100 gevallen daarbinnen. Bij minder dan tien vragen, of als alle vragen hetzelfde cijfer "
            "hebben, staat er geen interval.",
        ),
    ]
    if report.level is not None:
        lines.append(
            tag(
                "p",
                f"Dit verslag citeert documenten tot en met het niveau {report.level.value}. Bewaar en deel het zo.",
                class_="notice",
            )
        )
    return join(lines)


def _figures(report: Report) -> Html:
    every = report.groups[0]
    rows = [(figure_name(name), estimate_cell(every.figures[name])) for name in FIGURES]
    meaning = tag("dl", *(join((tag("dt", term), tag("dd", text)), "") for term, text in _MEANING))
    made = table("Cijfers van 0 (slecht) tot 1 (goed) over alle vragen", ("Maat", "Cijfer"), rows)
    return join((tag("h2", "De cijfers"), made, tag("h3", "Wat de maten zeggen"), meaning))


def _kinds(report: Report) -> Html:
    names = ("passages.ndcg@10", "documents.ndcg@10", "documents.success@10", "markering")
    rows = [
        (f"{group.name or NO_KIND} ({group.questions})", *(estimate_cell(group.figures[name]) for name in names))
        for group in report.groups
    ]
    made = table("Cijfers per soort vraag, met het aantal vragen", ("Soort", *map(figure_name, names)), rows)
    return join((tag("h2", "Per soort vraag"), made))


def _abstention(report: Report) -> Html:
    if not report.bars:
        return Html("")
    names = list(report.bars[0].refused)
    rows = [
        row(
            (
                number(bar.height, 2) + (" (in gebruik)" if bar.chosen else ""),
                *(percentage(bar.refused[name]) for name in names),
            ),
            chosen=bar.chosen,
        )
        for bar in report.bars
    ]
    auroc = ", ".join(f"{'alle' if name == 'all' else name} {number(value)}" for name, value in report.auroc.items())
    text = (
        "Een passage onder de lat wordt niet getoond. Een hoge lat weigert vragen zonder antwoord, "
        "maar ook vragen die wel een antwoord hebben. "
        f"Hoe goed de relevantie die twee uit elkaar houdt (AUROC, 0,5 is gokken en 1 is volmaakt): {auroc}."
    )
    made = table("Deel van de vragen dat geweigerd wordt, per lat", ("Lat", *names), rows)
    return join((tag("h2", "Wel of geen antwoord"), tag("p", text), bars_chart(report.bars), made))


def _worst(report: Report) -> Html:
    if not report.worst:
        return Html("")
    return join((tag("h2", "De vragen die het slechtst gingen"), *(_question(one) for one in report.worst)))


def _question(judged: Judged) -> Html:
    scores = judged.scores()
    figures = (
        f"{judged.question.id}, {judged.question.kind or NO_KIND}: passages nDCG "
        f"{number(scores['passages']['ndcg@10'], 2)}, documenten nDCG {number(scores['documents']['ndcg@10'], 2)}"
        + (", geweigerd" if judged.refused else "")
    )
    expected = [tag("dd", one.file, tag("blockquote", one.quote)) for one in judged.question.relevant]
    found = [_found(one) for one in judged.found[:FOUND]] or [tag("dd", "niets")]
    return tag(
        "section",
        tag("h3", judged.question.text),
        tag("p", figures, class_="soft"),
        tag("dl", tag("dt", "Verwacht"), *expected, tag("dt", "Gevonden"), *found),
    )


def _found(found: Found) -> Html:
    verdict = tag("strong", "goed", class_="good") if found.right else tag("strong", "niet goed", class_="bad")
    place = f", p. {found.page}" if found.page is not None else ""
    text = " ".join(found.text.split())
    shown = text if len(text) <= SHOWN_TEXT else text[:SHOWN_TEXT].rpartition(" ")[0] + " …"
    language = {} if found.language == "nl" else {"lang": found.language}
    return tag("dd", verdict, f": {found.title}{place} ({found.file})", tag("blockquote", shown, **language))


def _missing(report: Report) -> Html:
    if not report.missing:
        return Html("")
    text = "Geen enkele passage van deze bestanden bevat het citaat, of het bestand is er niet. Verbeter het citaat."
    items = [tag("li", f"{one.question.text} ({one.question.id}): {', '.join(one.missing)}") for one in report.missing]
    return join((tag("h2", "Bewijs dat niet gevonden is"), tag("p", text), tag("ul", *items)))


def _comparison(report: Report) -> Html:
    found = report.comparison
    if found is None:
        return Html("")
    rows = [
        (
            f"{figure_name(one.name)} ({one.questions})",
            number(one.before),
            number(one.after),
            difference_text(one.difference),
        )
        for one in found.figures
    ]
    heads = ("Maat (aantal vragen)", "Eerder", "Nu", "Verschil")
    parts = [
        tag("h2", "Vergeleken met de eerdere meting"),
        tag("p", _CLEAR),
        table("Eerder en nu, met het verschil", heads, rows),
    ]
    if found.only_before or found.only_after:
        parts.append(tag("p", f"Alleen eerder gesteld: {found.only_before}. Alleen nu gesteld: {found.only_after}."))
    for title, changes in (("Het meest vooruit", found.better), ("Het meest achteruit", found.worse)):
        if changes:
            parts += [tag("h3", title), tag("ul", *(_change(one) for one in changes))]
    return join(parts)


def _change(change: QuestionChange) -> Html:
    return tag(
        "li",
        f"{signed(change.after - change.before, 2)}: {change.text} ({change.id}), "
        f"van {number(change.before, 2)} naar {number(change.after, 2)}",
    )


def _ablation(report: Report) -> Html:
    if not report.ablation:
        return Html("")
    first = report.ablation[0]
    rows = [
        (one.name, *(tag("td", number(cell.value), difference_text(cell.difference)) for cell in one.figures.values()))
        for one in report.ablation
    ]
    kinds = [
        (
            one.name,
            *(tag("td", number(cell.value), difference_text(cell.difference)) for cell in one.kinds.values()),
            number(one.search_ms, 0),
            number(one.encode_ms, 0),
        )
        for one in report.ablation
    ]
    text = (
        f"Elke regel laat iets weg of zoekt anders. Het verschil is met de eerste regel, op dezelfde vragen. {_CLEAR}"
    )
    heads = [kind or NO_KIND for kind in first.kinds]
    return join(
        (
            tag("h2", "Wat elk onderdeel bijdraagt"),
            tag("p", text),
            table("Alle vragen", ("Zoekwijze", *map(figure_name, first.figures)), rows),
            table(
                "Passages nDCG@10 per soort vraag, en milliseconden per vraag",
                ("Zoekwijze", *heads, "zoeken", "vector maken"),
                kinds,
            ),
        )
    )
