"""Structure of untagged PDFs: running lines, paragraphs, headings, lists, columns, tables, notes, contents, slides."""

import pytest

from corpus.types import Page
from ingest.readers.pdf import read
from tests.ingest.pdf_samples import SLIDE, paragraph, pdf, text

LOREM = [
    "Gemeenten werken aan weerbaarheid met een brede groep van partners in wijk en",
    "regio. Zij kennen de inwoners en de plekken waar spanning kan ontstaan, en delen",
    "die kennis met scholen, jongerenwerk en politie, ieder vanuit een eigen taak.",
]
LOREM_TEXT = " ".join(LOREM)


def blocks(page: Page) -> list[tuple[str, str]]:
    return [(f"{block.kind.value}{block.level or ''}", page.text[block.start : block.end]) for block in page.blocks]


def read_pages(*pages: list[str], size: tuple[float, float] = (595.0, 842.0)) -> list[Page]:
    found = read(pdf(pages, size), "nota.pdf").pages
    for page in found:
        end = 0
        for block in page.blocks:
            assert end <= block.start < block.end <= len(page.text)
            assert not page.text[end : block.start].strip()
            end = block.end
        assert not page.text[end:].strip()
    return list(found)


def test_lines_become_paragraphs_and_a_gap_parts_them() -> None:
    [page] = read_pages([paragraph(72, 700, LOREM), paragraph(72, 650, LOREM)])
    assert page.text == f"{LOREM_TEXT}\n\n{LOREM_TEXT}"
    assert blocks(page) == [("paragraph", LOREM_TEXT), ("paragraph", LOREM_TEXT)]


def test_a_short_last_line_ends_a_paragraph_without_a_gap() -> None:
    [page] = read_pages([paragraph(72, 700, [*LOREM[:2], "Dat werkt.", *LOREM])])
    assert blocks(page) == [("paragraph", f"{' '.join(LOREM[:2])} Dat werkt."), ("paragraph", LOREM_TEXT)]


def test_words_broken_over_lines() -> None:
    lines = [
        "De opzet staat beschreven in de laatst vastgestelde versie van de radicaliserings-",
        "preventie. De opgave is sociaal-economisch van aard, maar wie naar de sociaal-",
        "economische cijfers kijkt ziet meer. Vraag het na bij de vaste en ervaren ESS-",
        "adviseur. Die weet ook hoe het in de verschillende regio's is gesteld met in-",
        "en uitstroom van de jongeren die worden begeleid.",
    ]
    [page] = read_pages([paragraph(72, 700, lines)])
    assert "radicaliseringspreventie." in page.text
    assert "naar de sociaal-economische cijfers" in page.text
    assert "ervaren ESS-adviseur." in page.text
    assert "met in- en uitstroom" in page.text


def test_ligatures_and_odd_spaces() -> None:
    [page] = read_pages([text(72, 700, "Het proﬁel en de oﬀerte van\u00a0de gemeente")])
    assert page.text == "Het profiel en de offerte van de gemeente"


def test_words_drawn_apart_get_a_space_and_kerned_letters_do_not() -> None:
    words = "BT /F1 10 Tf 72 700 Td [(wei) 20 (ger) -15 (ing) -280 (van) -300 (toegang)] TJ ET"
    apart = text(72, 650, "beleid") + "\n" + text(104, 650, "en") + "\n" + text(118, 650, "uitvoering")
    [page] = read_pages([words, apart])
    assert page.text == "weigering van toegang\n\nbeleid en uitvoering"


FIRST = "Bladzijde {} begint hier met tekst die de hele regel vult, zoals in een boek."


def header_pages(count: int) -> list[list[str]]:
    # Left and right pages have their own header, as in a book.
    return [
        [
            text(72, 800, "Handreiking weerbaarheid" if number % 2 else "Gemeente Voorbeeld", size=8),
            paragraph(
                72,
                700,
                [FIRST.format(number), *LOREM],
            ),
            text(280, 40, str(number + 2), size=8),
            text(72, 28, f"Versie 1.{number} | concept", size=8),
        ]
        for number in range(1, count + 1)
    ]


def test_running_headers_footers_and_page_numbers_are_left_out() -> None:
    pages = read_pages(*header_pages(8))
    for number, page in enumerate(pages, start=1):
        assert page.text == f"{FIRST.format(number)} {LOREM_TEXT}"


def test_a_named_page_number_on_a_single_page() -> None:
    [page] = read_pages([paragraph(72, 700, LOREM), text(72, 30, "Pagina 1 van 1", size=8)])
    assert page.text == LOREM_TEXT


def test_text_that_comes_back_in_the_middle_of_pages_stays() -> None:
    pages = read_pages(*([paragraph(72, 500, LOREM)] for _ in range(5)))
    assert [page.text for page in pages] == [LOREM_TEXT] * 5


def test_a_number_at_the_top_that_does_not_count_along_stays() -> None:
    pages = read_pages(
        [text(72, 810, "2019"), paragraph(72, 700, LOREM)], [paragraph(72, 700, LOREM), paragraph(72, 600, LOREM)]
    )
    assert pages[0].text.startswith("2019")


def test_headings_by_size_with_levels_and_over_two_lines() -> None:
    [page] = read_pages(
        [
            text(72, 780, "Weerbaar in de wijk, samen aan de slag met", size=20),
            text(72, 756, "scholen en ouders", size=20),
            text(72, 720, "1 Aanleiding", size=14, bold=True),
            paragraph(72, 700, LOREM),
            text(72, 640, "1.1 Wat eraan voorafging", size=11.5, bold=True),
            paragraph(72, 620, LOREM),
        ]
    )
    assert blocks(page) == [
        ("heading1", "Weerbaar in de wijk, samen aan de slag met scholen en ouders"),
        ("heading2", "1 Aanleiding"),
        ("paragraph", LOREM_TEXT),
        ("heading3", "1.1 Wat eraan voorafging"),
        ("paragraph", LOREM_TEXT),
    ]


def test_a_bold_line_above_text_is_a_heading_and_bold_in_a_sentence_is_not() -> None:
    sentence = "BT /F1 10 Tf 72 600 Td (Het is ) Tj /F2 10 Tf (niet) Tj /F1 10 Tf ( de bedoeling.) Tj ET"
    [page] = read_pages([text(72, 700, "Rol van de school", bold=True), paragraph(72, 680, LOREM), sentence])
    assert blocks(page) == [
        ("heading1", "Rol van de school"),
        ("paragraph", LOREM_TEXT),
        ("paragraph", "Het is niet de bedoeling."),
    ]


@pytest.mark.parametrize(
    "line", ["Tabel 3: aantal meldingen", "Figuur 1 Het netwerk", "Let op: bel altijd eerst de coördinator.", "2024"]
)
def test_captions_sentences_and_numbers_in_bold_are_no_headings(line: str) -> None:
    [page] = read_pages([text(72, 700, line, bold=True), paragraph(72, 670, LOREM)])
    assert [kind for kind, _ in blocks(page)] == ["paragraph", "paragraph"]


def test_list_items_lose_their_bullet_and_keep_their_number() -> None:
    [page] = read_pages(
        [
            paragraph(72, 700, LOREM),
            text(72, 650, "\u2022  melden bij het team en wachten op bericht, ook als het even"),
            text(84, 638, "duurt"),
            text(72, 626, "- overleggen"),
            text(72, 614, "a) wegen"),
            text(72, 602, "1."),
            text(95, 602, "Afronden met alle partners"),
        ]
    )
    assert blocks(page)[1:] == [
        ("list_item", "melden bij het team en wachten op bericht, ook als het even duurt"),
        ("list_item", "overleggen"),
        ("list_item", "a) wegen"),
        ("list_item", "1. Afronden met alle partners"),
    ]
    assert "duurt\noverleggen\na) wegen\n1. Afronden" in page.text


LEFT = [f"linkerkolom regel {word} vult de kolom" for word in ("een", "twee", "drie", "vier", "vijf", "zes")]
RIGHT = [f"rechterkolom regel {word} vult haar ook" for word in ("een", "twee", "drie", "vier", "vijf", "zes")]


@pytest.mark.parametrize("shift", [0, 5])
def test_two_columns_are_read_one_after_the_other(shift: int) -> None:
    full = "Een inleiding over de volle breedte van de bladzijde, die boven beide kolommen staat en lang is."
    [page] = read_pages(
        [text(72, 740, full), paragraph(72, 700, LEFT, leading=14), paragraph(310, 700 - shift, RIGHT, leading=14)]
    )
    assert page.text == f"{full}\n\n{' '.join(LEFT)} {' '.join(RIGHT)}"


def test_columns_of_a_table_are_rows() -> None:
    rows = [("Gemeente", "Meldingen", "Jaar"), ("Utrecht", "12", "2023"), ("Ede", "3", "2024")]
    drawn = [
        text(x, 700 - 16 * number, cell, bold=number == 0)
        for number, row in enumerate(rows)
        for x, cell in zip((72, 220, 360), row, strict=True)
    ]
    [page] = read_pages([*drawn, paragraph(72, 600, LOREM)])
    assert blocks(page) == [
        ("table_header", "Gemeente | Meldingen | Jaar"),
        ("table_row", "Utrecht | 12 | 2023"),
        ("table_row", "Ede | 3 | 2024"),
        ("paragraph", LOREM_TEXT),
    ]


def test_footnotes_and_their_numbers() -> None:
    raised = (
        "BT /F1 10 Tf 72 600 Td (Zie het onderzoek) Tj /F1 6 Tf 4 Ts (1) Tj /F1 10 Tf 0 Ts ( naar polarisatie.) Tj ET"
    )
    [page] = read_pages(
        [paragraph(72, 700, LOREM), raised, text(72, 150, "1 Jansen, Samen leven, Utrecht 2020.", size=7.5)]
    )
    assert blocks(page) == [
        ("paragraph", LOREM_TEXT),
        ("paragraph", "Zie het onderzoek ¹ naar polarisatie."),
        ("footnote", "1 Jansen, Samen leven, Utrecht 2020."),
    ]


def test_contents_pages() -> None:
    [dotted, plain] = read_pages(
        [
            text(72, 740, "Inhoudsopgave", size=16),
            text(72, 700, "1 Inleiding ............................. 3"),
            text(72, 686, "2 Aanpak . . . . . . . . . . . . . . . . 7"),
            paragraph(72, 600, LOREM),
        ],
        [
            text(72, 740, "Inhoud", size=16),
            text(72, 700, "Inleiding"),
            text(480, 700, "3"),
            text(72, 686, "Aanpak"),
            text(480, 686, "12"),
            paragraph(72, 600, LOREM),
        ],
    )
    assert [kind for kind, _ in blocks(dotted)] == ["contents", "contents", "contents", "paragraph"]
    assert blocks(plain)[:3] == [("contents", "Inhoud"), ("contents", "Inleiding 3"), ("contents", "Aanpak 12")]


def test_the_title_of_a_slide_is_its_heading() -> None:
    slides = [
        [
            text(60, 470, f"Wat werkt bij spoor {word}", size=32),
            text(60, 380, "\u2022 Vroeg erbij zijn", size=18),
            text(60, 340, "\u2022 Bondgenoten zoeken", size=18),
        ]
        for word in ("aandacht", "school", "buurt")
    ]
    pages = read_pages(*slides, size=SLIDE)
    assert blocks(pages[1]) == [
        ("heading1", "Wat werkt bij spoor school"),
        ("list_item", "Vroeg erbij zijn"),
        ("list_item", "Bondgenoten zoeken"),
    ]


def test_boxes_beside_each_other_on_a_slide_are_not_mixed() -> None:
    left = [text(60, 380, "Wat doet de school", size=18), text(60, 355, "met deze zorgen?", size=18)]
    right = [text(500, 380, "Wie belt de ouders", size=18), text(500, 355, "na het gesprek?", size=18)]
    pages = read_pages([text(60, 470, "Twee vragen", size=32), *left, *right], size=SLIDE)
    assert blocks(pages[0]) == [
        ("heading1", "Twee vragen"),
        ("paragraph", "Wat doet de school met deze zorgen?"),
        ("paragraph", "Wie belt de ouders na het gesprek?"),
    ]


def test_a_title_that_is_drawn_last_comes_first() -> None:
    slide = [text(60, 380, "Vroeg erbij zijn", size=18), text(60, 470, "Wat werkt", size=32)]
    assert blocks(read_pages(slide, size=SLIDE)[0])[0] == ("heading1", "Wat werkt")


def test_slides_with_the_same_title_keep_it() -> None:
    slide = [
        text(60, 490, "Stellingen", size=32),
        text(60, 380, "Vroeg erbij zijn", size=18),
        text(60, 20, "ESS", size=9),
    ]
    pages = read_pages(*[slide] * 4, size=SLIDE)
    assert blocks(pages[3]) == [("heading1", "Stellingen"), ("paragraph", "Vroeg erbij zijn")]


def test_text_outside_the_page_and_text_drawn_twice() -> None:
    twice = [text(72, 700, "Vette kop door dubbel tekenen"), text(72.3, 700, "Vette kop door dubbel tekenen")]
    [page] = read_pages([*twice, text(72, 1200, "buiten de bladzijde"), text(-900, 500, "links ervan")])
    assert page.text == "Vette kop door dubbel tekenen"


def test_turned_text_comes_last_as_its_own_line() -> None:
    turned = "BT /F1 10 Tf 0 1 -1 0 40 300 Tm (Concept van maart) Tj ET"
    [page] = read_pages([turned, paragraph(72, 700, LOREM)])
    assert page.text == f"{LOREM_TEXT}\n\nConcept van maart"
