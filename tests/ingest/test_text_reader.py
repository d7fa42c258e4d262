"""Plain text: encodings, paragraphs, headings, lists."""

import pytest

from corpus.errors import ReadError
from corpus.types import BlockKind
from ingest.readers.text import read
from ingest.reading import Extraction

H, P, L = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM
DUTCH = "De coördinatie is privé geregeld: één aanpak, geïntegreerd. Überhaupt geen scène of crèche.\n"


def blocks(extraction: Extraction) -> list[tuple[BlockKind, int, str]]:
    page = extraction.pages[0]
    return [(block.kind, block.level, page.text[block.start : block.end]) for block in page.blocks]


def read_text(text: str) -> list[tuple[BlockKind, int, str]]:
    return blocks(read(text.encode(), "nota.txt"))


def test_text_is_one_page_without_a_number() -> None:
    extraction = read("Eerste alinea.\n\nTweede alinea.\n".encode("utf-8-sig"), "nota.txt")
    assert [(page.position, page.number, page.text) for page in extraction.pages] == [
        (1, None, "Eerste alinea.\n\nTweede alinea.")
    ]
    assert (extraction.format, extraction.media_type, extraction.remarks) == ("text", "text/plain", ())


def test_lines_cut_off_by_hand_are_joined_and_broken_words_mended() -> None:
    text = (
        "Deze handreiking helpt gemeenten om radicalisering vroeg te zien. De beleids-\n"
        "nota beschrijft welke stappen een professional kan zetten en wie daarbij hel-\n"
        "pen. Denk aan de in- en uitstroom van jongeren en aan de rol van het onder-\n"
        "wijs.\n"
    )
    assert read_text(text) == [
        (
            P,
            0,
            "Deze handreiking helpt gemeenten om radicalisering vroeg te zien. De beleidsnota beschrijft welke stappen "
            "een professional kan zetten en wie daarbij helpen. Denk aan de in- en uitstroom van jongeren en aan de "
            "rol van het onderwijs.",
        )
    ]


def test_short_lines_stay_apart() -> None:
    assert read_text("Met vriendelijke groet,\nJan Jansen\nGemeente Voorbeeld\n") == [
        (P, 0, "Met vriendelijke groet,"),
        (P, 0, "Jan Jansen"),
        (P, 0, "Gemeente Voorbeeld"),
    ]


def test_long_lines_are_paragraphs_of_their_own() -> None:
    first, second = "Eerste zin die lang is. " * 10, "Tweede zin. " * 15
    assert read_text(f"{first}\n{second}\n") == [(P, 0, first.strip()), (P, 0, second.strip())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aanpak\n======\n\nDe tekst.", [(H, 1, "Aanpak"), (P, 0, "De tekst.")]),
        ("Aanpak\n------\nDe tekst.", [(H, 2, "Aanpak"), (P, 0, "De tekst.")]),
        ("DE AANPAK\n\nDe tekst.", [(H, 1, "DE AANPAK"), (P, 0, "De tekst.")]),
        ("1. Aanleiding\n\nDe tekst.", [(H, 1, "1. Aanleiding"), (P, 0, "De tekst.")]),
        ("2.1 Doel\n\nDe tekst.", [(H, 2, "2.1 Doel"), (P, 0, "De tekst.")]),
        ("2 Aanpak\n\n2.1 Doel\n\nTekst.", [(H, 1, "2 Aanpak"), (H, 2, "2.1 Doel"), (P, 0, "Tekst.")]),
    ],
)
def test_headings(text: str, expected: list[tuple[BlockKind, int, str]]) -> None:
    assert read_text(text) == expected


@pytest.mark.parametrize(
    "text", ["NCTV.\n\nDe tekst.", "Dit is een korte zin\n\nDe tekst.", "1. Een zin is dit.\n\nTekst."]
)
def test_no_headings(text: str) -> None:
    assert H not in {kind for kind, _, _ in read_text(text)}


def test_lists_with_bullets_and_numbers() -> None:
    text = "- eerste punt dat\n  doorloopt\n• tweede punt\n1. Eén\n2. Twee\na) drie\n"
    assert read_text(text) == [
        (L, 0, "eerste punt dat doorloopt"),
        (L, 0, "tweede punt"),
        (L, 0, "1. Eén"),
        (L, 0, "2. Twee"),
        (L, 0, "a) drie"),
    ]


def test_numbered_items_with_empty_lines_between_are_no_headings() -> None:
    assert [kind for kind, _, _ in read_text("1. Eerste punt\n\n2. Tweede punt\n\n3. Derde punt")] == [L, L, L]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_say_what_they_are(encoding: str) -> None:
    extraction = read(DUTCH.encode(encoding), "nota.txt")
    assert extraction.pages[0].text == DUTCH.strip()
    assert extraction.remarks == ()


@pytest.mark.parametrize(
    ("encoding", "shown"), [("cp1252", "Windows-1252"), ("mac_roman", "Mac Roman"), ("cp850", "DOS")]
)
@pytest.mark.parametrize("times", [1, 30])
def test_older_encodings_are_recognised_with_a_remark(encoding: str, shown: str, times: int) -> None:
    extraction = read((DUTCH * times).encode(encoding), "nota.txt")
    assert extraction.pages[0].text.startswith(DUTCH.strip())
    assert shown in extraction.remarks[0]


def test_windows_quotes_and_euro() -> None:
    assert read("Zij zei: “ja” – voor € 5…".encode("cp1252"), "a.txt").pages[0].text == "Zij zei: “ja” – voor € 5…"


def test_utf8_that_was_cut_off_halfway_a_character_is_still_utf8() -> None:
    extraction = read(DUTCH.strip().encode() + "é".encode()[:1], "nota.txt")
    assert extraction.pages[0].text == DUTCH.strip()
    assert "beschadigd" in extraction.remarks[0]


def test_title_is_the_first_line_when_it_is_a_title() -> None:
    assert read(b"HANDREIKING WIJKAANPAK\n\nDe tekst.", "x.txt").metadata.title == "HANDREIKING WIJKAANPAK"
    assert read(b"Dit is gewoon een zin.\n\nEn nog een.", "x.txt").metadata.title == ""


@pytest.mark.parametrize(("data", "words"), [(b" \n\t\n", "geen tekst"), (b"tekst\x00tekst", "iets anders dan tekst")])
def test_no_text_and_binary_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        read(data, "nota.txt")
