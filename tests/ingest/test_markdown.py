"""Markdown: structure, footnotes, front matter, and HTML in between."""

from datetime import date

import pytest

from corpus.errors import ReadError
from corpus.types import BlockKind
from ingest.readers.markdown import read

H, P, L = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM
TH, TR, F = BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW, BlockKind.FOOTNOTE


def blocks(text: str) -> list[tuple[BlockKind, str]]:
    page = read(text.encode(), "nota.md").pages[0]
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def test_headings_paragraphs_and_lists_with_their_layout() -> None:
    page = read(b"# Kop\n\nEen alinea\nover twee regels.\n\nOnder\n-----\n\n- een\n  - twee\n- drie\n", "n.md").pages[0]
    assert (page.position, page.number) == (1, None)
    assert page.text == "Kop\n\nEen alinea over twee regels.\n\nOnder\n\neen\ntwee\ndrie"
    assert [(block.kind, block.level) for block in page.blocks] == [(H, 1), (P, 0), (H, 2), (L, 0), (L, 0), (L, 0)]


def test_table_with_header_row_and_empty_cells() -> None:
    text = "| Maatregel | Wie | Kosten |\n|---|:-:|--:|\n| Buurtteam | *gemeente* | 5 |\n| | politie | |\n"
    assert blocks(text) == [
        (TH, "Maatregel | Wie | Kosten"),
        (TR, "Buurtteam | gemeente | 5"),
        (TR, "| politie"),
    ]


def test_table_with_an_empty_header_has_none() -> None:
    assert blocks("| | |\n|-|-|\n| Datum | 12 mei |\n| Plaats | Woerden |\n") == [
        (TR, "Datum | 12 mei"),
        (TR, "Plaats | Woerden"),
    ]


def test_links_keep_their_text_and_pictures_leave_nothing() -> None:
    text = (
        "Zie [de **nota**](https://x.nl/a_b) en ![logo](l.png) of <https://y.nl>.\n\n[![knop](k.svg)](https://z.nl)\n"
    )
    assert blocks(text) == [(P, "Zie de nota en of https://y.nl.")]


def test_footnotes_stand_after_the_block_that_refers_to_them() -> None:
    text = (
        "Eerste zin.[^1] Vervolg.[^lang]\n\nTweede alinea.\n\n[^1]: Bron\n"
        "[^lang]: Een noot over\n    twee regels met *nadruk*.\n"
        "[^los]: Nergens genoemd.\n"
    )
    assert blocks(text) == [
        (P, "Eerste zin. Vervolg."),
        (F, "Bron"),
        (F, "Een noot over twee regels met nadruk."),
        (P, "Tweede alinea."),
        (F, "Nergens genoemd."),
    ]


def test_footnote_marks_in_code_and_without_a_note_stay() -> None:
    assert blocks("Een [^x] verwijzing.\n\n```\n[^1]: geen noot\n```\n") == [
        (P, "Een [^x] verwijzing."),
        (P, "[^1]: geen noot"),
    ]


def test_footnotes_in_a_table_come_after_the_table() -> None:
    assert blocks("| A | B |\n|-|-|\n| x[^1] | y |\n| z | w |\n\n[^1]: Noot.\n") == [
        (TH, "A | B"),
        (TR, "x | y"),
        (TR, "z | w"),
        (F, "Noot."),
    ]


def test_html_in_markdown_is_read_as_html() -> None:
    text = (
        "<!-- niet\n\nzichtbaar -->\n\nRegel<br>einde met <b>vet</b>.\n\n<script>\nvar x;\n</script>\n\n"
        "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>\n\n<p align=center>Midden</p>\n"
    )
    assert blocks(text) == [
        (P, "Regel einde met vet."),
        (TH, "A | B"),
        (TR, "1 | 2"),
        (P, "Midden"),
    ]


def test_markdown_inside_a_div_is_markdown() -> None:
    assert blocks('<div class="grid" markdown>\n- __Een__\n- :material-home: Twee\n</div>\n') == [
        (L, "Een"),
        (L, "Twee"),
    ]


def test_admonitions_become_a_line_and_their_text() -> None:
    text = '!!! warning dismissible "Let op"\n    De tekst\n    loopt door.\n\n    - punt\n\nErna.\n'
    assert blocks(text) == [(P, "Let op"), (P, "De tekst loopt door."), (L, "punt"), (P, "Erna.")]


def test_code_is_a_paragraph_and_a_diagram_gives_its_texts() -> None:
    assert blocks("```python\na = 1\nb = 2\n```\n") == [(P, "a = 1 b = 2")]
    diagram = (
        '```mermaid\nflowchart TD\n  A("Is het<br/>openbaar?")-->B["Wijs af"]\n  A("Is het<br/>openbaar?")-->C\n```\n'
    )
    assert blocks(diagram) == [(L, "Is het openbaar?"), (L, "Wijs af")]
    assert blocks("```mermaid\ngraph TD; A-->B\n```\n") == [(P, "graph TD; A-->B")]


def test_task_lists_and_typed_bullets() -> None:
    assert blocks("- [ ] te doen\n- [x] gedaan\n\n• een punt\n") == [(L, "te doen"), (L, "gedaan"), (L, "een punt")]


def test_front_matter_is_metadata_and_no_text() -> None:
    text = (
        '---\ntitle: "Wijkaanpak: zo doe je dat"\nauteur: Team Advies\ndate: 2024-05-06\nlang: nl-NL\n'
        "hide:\n  - toc\n---\n\n# Kop\n\nTekst.\n"
    )
    extraction = read(text.encode(), "nota.md")
    told = extraction.metadata
    assert (told.title, told.author, told.date, told.language) == (
        "Wijkaanpak: zo doe je dat",
        "Team Advies",
        date(2024, 5, 6),
        "nl",
    )
    assert extraction.pages[0].text == "Kop\n\nTekst."


def test_a_line_on_top_is_no_front_matter() -> None:
    assert blocks("---\nGewone tekst.\n\n---\nMeer.\n") == [(P, "Gewone tekst."), (P, "Meer.")]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Aanpak\n\nTekst.", "Aanpak"),
        ("Tekst die een zin is.\n\n# Aanpak\n", "Aanpak"),
        ("# Verslag\n\n| | |\n|-|-|\n| Betreft | Overleg wijkteams |\n", "Verslag: Overleg wijkteams"),
        ("## Inhoudsopgave\n\n- Doel\n\n# Reactie van de raad\n", "Reactie van de raad"),
        ("Alleen een zin.\n", ""),
    ],
)
def test_title(text: str, title: str) -> None:
    assert read(text.encode(), "nota.md").metadata.title == title


def test_deep_lists_are_not_lost() -> None:
    text = "".join(f"{'  ' * depth}- diepte {depth}\n" for depth in range(25))
    assert [found for _, found in blocks(text)] == [f"diepte {depth}" for depth in range(25)]


@pytest.mark.parametrize(
    "text", ["", "   \n\n", "<!-- niets -->\n", "![alleen beeld](x.png)\n", "---\ntitle: x\n---\n"]
)
def test_no_text_is_refused(text: str) -> None:
    with pytest.raises(ReadError, match="geen tekst"):
        read(text.encode(), "nota.md")
