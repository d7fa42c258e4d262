"""Tables of untagged PDFs, by their lines, shades and gaps; columns beside a table; tables over two pages; notes."""

import pytest

from corpus.types import Page
from ingest.readers.pdf import read
from tests.ingest.pdf_samples import SLIDE, laid_out, paragraph, pdf, text

STYLE = """<style>
  @page { size: A4; margin: 20mm }
  body { font: 10pt/1.35 "DejaVu Sans", sans-serif }
  table { border-collapse: collapse; width: 100%; font-size: 9pt }
  th { text-align: left; background: #eef2f5; border-bottom: 1pt solid #2f4a63 }
  th, td { padding: 1.4mm 2mm; vertical-align: top }
  td { border-bottom: 0.5pt solid #b9c4cd }
</style>"""
LOREM = [
    "Gemeenten werken aan weerbaarheid met een brede groep van partners in wijk en",
    "regio. Zij kennen de inwoners en de plekken waar spanning kan ontstaan, en delen",
    "die kennis met scholen, jongerenwerk en politie, ieder vanuit een eigen taak.",
]
LOREM_TEXT = " ".join(LOREM)
FACTORS = """<table><thead><tr><th>Factor<th>Hoe ziet dat er<br>uit<th>Wie kan het verster‐<br>ken</thead>
<tr><td>Sociale bin‐<br>ding<td>Iemand die<br>belt als je er<br>niet bent<td>Mentor, trainer
<tr><td>Eigenwaarde<td>Fouten mogen<br>maken<td>Docenten,<br>begeleiders
<tr><td>Toekomst‐<br>perspectief<td>Een volgende stap<td>Gemeente en<br>jongeren‐<br>loket
</table>"""
FACTOR_ROWS = [
    ("table_header", "Factor | Hoe ziet dat er uit | Wie kan het versterken"),
    ("table_row", "Sociale binding | Iemand die belt als je er niet bent | Mentor, trainer"),
    ("table_row", "Eigenwaarde | Fouten mogen maken | Docenten, begeleiders"),
    ("table_row", "Toekomstperspectief | Een volgende stap | Gemeente en jongerenloket"),
]


def blocks(page: Page) -> list[tuple[str, str]]:
    return [(block.kind.value, page.text[block.start : block.end]) for block in page.blocks]


def printed(body: str, style: str = "") -> list[Page]:
    data = laid_out(f"<html lang=nl>{STYLE}<style>{style}</style><body>{body}")
    assert data is not None
    return list(read(data, "nota.pdf").pages)


def drawn(*pages: list[str]) -> list[Page]:
    return list(read(pdf(pages), "nota.pdf").pages)


def cells(x: tuple[float, ...], y: float, *texts: str, bold: bool = False) -> str:
    return "\n".join(text(at, y, cell, bold=bold) for at, cell in zip(x, texts, strict=True) if cell)


def rules(*ys: float, x: tuple[float, ...] = (70, 200, 350, 500), upright: bool = False) -> str:
    level = [f"{x[0]} {y} m {x[-1]} {y} l S" for y in ys]
    return "\n".join(level + [f"{at} {ys[-1]} m {at} {ys[0]} l S" for at in x if upright])


def test_cells_of_several_lines_are_in_one_row() -> None:
    [page] = printed(f"<p>{LOREM_TEXT}</p>{FACTORS}<p>{LOREM_TEXT}</p>")
    assert blocks(page) == [("paragraph", LOREM_TEXT), *FACTOR_ROWS, ("paragraph", LOREM_TEXT)]


def test_a_shaded_first_row_names_the_columns() -> None:
    [page] = printed(FACTORS, "th { font-weight: normal; border: 0 }")
    assert blocks(page) == FACTOR_ROWS


def test_cells_close_to_each_other_are_parted_by_the_line_between_them() -> None:
    [page] = printed(
        "<table><tr><td>2021<td>Nationaal coördinator<td>14.796<tr><td>2024<td>Politie<td>880</table>",
        "table { width: auto } td { padding: 1mm }",
    )
    assert blocks(page) == [
        ("table_row", "2021 | Nationaal coördinator | 14.796"),
        ("table_row", "2024 | Politie | 880"),
    ]


@pytest.mark.parametrize("stroke", ["l S", "thin box"])
def test_lines_round_every_cell(stroke: str) -> None:
    x, ys = (70, 200, 350, 500), (720, 690, 645, 615)
    lines = rules(*ys, x=x, upright=True)
    if stroke != "l S":
        level = [f"{x[0]} {y} 430 0.5 re f" for y in ys]
        lines = "\n".join(level + [f"{at} {ys[-1]} 0.5 {ys[0] - ys[-1]} re f" for at in x])
    left = tuple(at + 4 for at in x[:3])
    rows = [
        cells(left, 705, "Partner", "Taak", "Bereikbaar", bold=True),
        cells(left, 675, "Jongerenwerk", "Contact met", "Altijd"),
        cells(left, 663, "", "Jongeren en", ""),
        cells(left, 651, "", "Ouders", ""),
        cells(left, 630, "Politie", "", "Altijd"),
    ]
    [page] = drawn([lines, *rows, paragraph(72, 560, LOREM)])
    assert blocks(page) == [
        ("table_header", "Partner | Taak | Bereikbaar"),
        ("table_row", "Jongerenwerk | Contact met Jongeren en Ouders | Altijd"),
        ("table_row", "Politie | | Altijd"),
        ("paragraph", LOREM_TEXT),
    ]


def test_numbers_below_each_other_are_rows_also_without_a_line_between_them() -> None:
    x, ys = (70, 200, 350, 500), (720, 690, 630, 610)
    left = (74, 204, 354)
    rows = [
        cells(left, 705, "Gemeente", "Baten", "Lasten", bold=True),
        cells(left, 675, "Ede", "105", "-4.641"),
        cells(left, 660, "Zeist", "816", "-4.857"),
        cells(left, 645, "Wijk bij", "77", "-12"),
        cells(left, 633, "Duurstede", "", ""),
        cells(left, 615, "Totaal", "998", "-9.510"),
    ]
    [page] = drawn([rules(*ys, x=x, upright=True), *rows])
    assert [row for _, row in blocks(page)] == [
        "Gemeente | Baten | Lasten",
        "Ede | 105 | -4.641",
        "Zeist | 816 | -4.857",
        "Wijk bij Duurstede | 77 | -12",
        "Totaal | 998 | -9.510",
    ]


def test_a_row_over_all_columns_is_part_of_its_table() -> None:
    left = (74, 204, 354)
    rows = [
        cells(left, 705, "School", "Signaleert", "Zorg"),
        text(74, 685, "Partners die op afroep meedoen aan het overleg"),
        cells(left, 665, "Politie", "Adviseert", "Veiligheid"),
        cells(left, 645, "Wijkteam", "Helpt", "Zorg"),
    ]
    lines = rules(720, 700, upright=True) + "\n" + rules(680, 660, 640, upright=True)
    [page] = drawn([lines, *rows])
    assert [kind for kind, _ in blocks(page)] == ["table_row"] * 4
    assert blocks(page)[1][1] == "Partners die op afroep meedoen aan het overleg"


def test_a_frame_round_text_is_no_table() -> None:
    frame = "60 640 470 90 re S\n60 690 470 0.5 re f"
    [page] = drawn([frame, text(72, 710, "Let op", bold=True), paragraph(72, 670, LOREM), paragraph(72, 600, LOREM)])
    assert [kind for kind, _ in blocks(page)] == ["heading", "paragraph", "paragraph"]


def test_a_bar_chart_is_no_table() -> None:
    grid = "\n".join(f"100 {y} m 500 {y} l S" for y in range(400, 620, 40))
    bars = "\n".join(f"{x} 400 80 {height} re f" for x, height in ((120, 200), (200, 120), (280, 40)))
    values = [text(150, 575, "12"), text(230, 495, "6"), text(310, 415, "3"), text(150, 530, "9"), text(230, 450, "4")]
    [page] = drawn([grid, bars, *values, paragraph(72, 300, LOREM)])
    assert "table_row" not in {kind for kind, _ in blocks(page)}


COLUMN = "Samen met partners werken gemeenten aan een weerbare wijk waar inwoners elkaar blijven kennen. "


def test_a_table_in_a_column_does_not_hide_the_gutter() -> None:
    prose = f"<h1>Waarom</h1><p>{COLUMN * 5}</p><p>{COLUMN * 5}</p>"
    body = f"<h1>Een titel over de volle breedte van het blad</h1><main>{prose}{FACTORS}<p>{COLUMN * 6}</p></main>"
    columns = "main { columns: 2; column-gap: 8mm } main h1 { font-size: 14pt } table { break-inside: avoid }"
    [page] = printed(body, columns)
    found = blocks(page)
    assert found[:4] == [
        ("heading", "Een titel over de volle breedte van het blad"),
        ("heading", "Waarom"),
        ("paragraph", (COLUMN * 5).strip()),
        ("paragraph", (COLUMN * 5).strip()),
    ]
    assert found[4:8] == FACTOR_ROWS
    assert " ".join(words for _, words in found[8:]) == (COLUMN * 6).strip()


def test_gaps_alone_part_cells_and_rows() -> None:
    x = (72, 200, 360)
    rows = [
        cells(x, 700, "Begrip", "Omschrijving", "Binnen de", bold=True),
        cells(x, 688, "", "", "wet?", bold=True),
        cells(x, 668, "Activisme", "Actie voor een ideaal, hoe", "Ja"),
        cells(x, 656, "", "luidruchtig ook", ""),
        cells(x, 636, "Polari-", "Verschillen tussen groepen", "Meestal"),
        cells(x, 624, "satie", "vergroten", "wel"),
        cells(x, 604, "Terrorisme", "Geweld", "Nee"),
    ]
    [page] = drawn([*rows, paragraph(72, 560, LOREM)])
    assert blocks(page) == [
        ("table_header", "Begrip | Omschrijving | Binnen de wet?"),
        ("table_row", "Activisme | Actie voor een ideaal, hoe luidruchtig ook | Ja"),
        ("table_row", "Polarisatie | Verschillen tussen groepen vergroten | Meestal wel"),
        ("table_row", "Terrorisme | Geweld | Nee"),
        ("paragraph", LOREM_TEXT),
    ]


def test_rows_of_a_list_of_names_stay_apart() -> None:
    x = (72, 160, 280, 400)
    names = [("Antoon", "Justitie"), ("Bob", "Rijk"), ("Coen", "Gemeente"), ("Dirk", "Regio")]
    rows = [cells(x, 700, "Deelnemers", "Leden", "Van", "Rol", bold=True)]
    rows += [cells(x, 688 - 12 * number, "", name, part, "Lid") for number, (name, part) in enumerate(names)]
    [page] = drawn(rows)
    assert blocks(page)[1:] == [("table_row", f"{name} | {part} | Lid") for name, part in names]


def test_a_header_that_is_repeated_on_the_next_page_is_a_header_again() -> None:
    row = "<tr><td>Partner {n}<td>Doet mee aan het overleg<td>Elke maand"
    body = "".join(row.format(n=number) for number in range(1, 41))
    pages = printed(f"<table><thead><tr><th>Wie<th>Wat<th>Wanneer</thead>{body}</table>")
    assert len(pages) == 2
    assert {blocks(page)[0] for page in pages} == {("table_header", "Wie | Wat | Wanneer")}


@pytest.mark.parametrize("count", [1, 2])
def test_rows_on_the_next_page_are_rows_whatever_they_look_like(count: int) -> None:
    left = (74, 204, 354)
    head = cells(left, 75, "Wie", "Wat", "Wanneer", bold=True)
    first = [rules(90, 70, 50, upright=True), paragraph(72, 700, LOREM), head, cells(left, 55, "Ede", "Belt", "Nu")]
    below = [cells(left, 785, "Vaste partners", "Komen", "Elke week", bold=True)]
    below += [cells(left, 765, "Zeist", "Luistert", "Vaak")] if count == 2 else []
    pages = drawn(first, [rules(*(800, 780, 760)[: count + 1], upright=True), *below, paragraph(72, 600, LOREM)])
    assert blocks(pages[0])[1:] == [("table_header", "Wie | Wat | Wanneer"), ("table_row", "Ede | Belt | Nu")]
    rows = [("table_row", "Vaste partners | Komen | Elke week"), ("table_row", "Zeist | Luistert | Vaak")]
    assert blocks(pages[1]) == [*rows[:count], ("paragraph", LOREM_TEXT)]


def test_a_row_at_the_top_of_a_page_needs_no_line_above_it() -> None:
    left = (74, 204, 354)
    top = [cells(left, 790, "Ede", "Belt de school", "Nu"), cells(left, 778, "", "en de ouders", "")]
    [page] = drawn([rules(770, 750, upright=True), *top, cells(left, 755, "Zeist", "Wacht", "Straks")])
    assert blocks(page) == [
        ("table_row", "Ede | Belt de school en de ouders | Nu"),
        ("table_row", "Zeist | Wacht | Straks"),
    ]


def test_numbered_notes_in_small_type_are_footnotes() -> None:
    body = f"<p>{LOREM_TEXT}<span class=noot>De regeling van 2022.</span> {LOREM_TEXT}</p><p>{LOREM_TEXT}</p>"
    [page] = printed(
        body, ".noot { float: footnote; font-size: 7.5pt } @page { @footnote { border-top: 0.5pt solid } }"
    )
    assert blocks(page) == [
        ("paragraph", f"{LOREM_TEXT} ¹ {LOREM_TEXT}"),
        ("paragraph", LOREM_TEXT),
        ("footnote", "1. De regeling van 2022."),
    ]


def test_a_numbered_list_in_normal_type_at_the_bottom_is_no_footnote() -> None:
    [page] = drawn([paragraph(72, 200, LOREM), text(72, 150, "1. Bel de school"), text(72, 138, "2. Bel de ouders")])
    assert [kind for kind, _ in blocks(page)] == ["paragraph", "list_item", "list_item"]


def test_a_bold_line_above_text_nearly_as_large_is_the_title_of_a_slide() -> None:
    slide = [text(54, 475, "Wat u zelf doet", size=32, bold=True), text(54, 400, "Bellen", size=30)]
    page = read(pdf([slide], SLIDE), "dia.pdf").pages[0]
    assert blocks(page) == [("heading", "Wat u zelf doet"), ("paragraph", "Bellen")]


def test_a_heading_and_a_running_line_above_a_table_are_no_row_of_it() -> None:
    left = (74, 204, 354)
    table = [rules(770, 750, 730, upright=True), cells(left, 755, "Ede", "Belt", "Nu"), cells(left, 735, "X", "Y", "Z")]
    head = text(420, 815, "Lessen uit twaalf casussen", size=8)
    pages = drawn(
        *[
            [head, text(72, 785, f"{n} Aanbevelingen", size=13, bold=True), *table, paragraph(72, 600, LOREM)]
            for n in (1, 2, 3)
        ]
    )
    assert [blocks(page)[0] for page in pages] == [("heading", f"{n} Aanbevelingen") for n in (1, 2, 3)]
    assert [len(blocks(page)) for page in pages] == [4, 4, 4]
