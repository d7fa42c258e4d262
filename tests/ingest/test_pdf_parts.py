"""Parts of the PDF reader on their own: content, hyphens, quality, the second extraction."""

import io
from collections import Counter

import pytest
from pypdf import PdfReader

from ingest.readers.pdf_content import Fragment, page_fragments, visible
from ingest.readers.pdf_font import Fonts
from ingest.readers.pdf_geometry import page_size
from ingest.readers.pdf_hyphens import Hyphens
from ingest.readers.pdf_lines import coalesce, make_line, segments, visual_lines
from ingest.readers.pdf_paths import MAX_BOXES, Paths
from ingest.readers.pdf_quality import badness, is_bad
from ingest.readers.pdf_second import SecondReader, text_drafts
from tests.ingest.pdf_samples import A4, pdf, text


def fragments(*content: str, rotate: int = 0) -> list[Fragment]:
    page = PdfReader(io.BytesIO(pdf([content]))).pages[0]
    if rotate:
        page.rotate(rotate)
    return list(visible(page_fragments(page, Fonts()), *page_size(page)))


def test_a_fragment_knows_its_place_width_size_and_weight() -> None:
    [plain, bold] = fragments(text(72, 700, "Vrede", size=10), text(72, 600, "Vrede", size=12, bold=True))
    # Widths of Helvetica: V 667, r 333, e 556, d 556, e 556.
    assert (plain.x0, plain.y, plain.size, plain.bold) == (72, 700, 10, False)
    assert plain.x1 == pytest.approx(72 + 26.68)
    assert (bold.size, bold.bold) == (12, True)
    # Bold: V 667, r 389, e 556, d 611, e 556.
    assert bold.x1 == pytest.approx(72 + 12 * 2.779)


def test_scaling_and_spacing_count() -> None:
    [scaled] = fragments("q 2 0 0 2 10 20 cm BT /F1 5 Tf 50 Tz 1 Tc 30 300 Td (ee) Tj ET Q")
    assert (scaled.x0, scaled.y, scaled.size) == (70, 620, 10)
    assert scaled.x1 == pytest.approx(70 + 2 * 0.5 * (2 * 0.556 * 5 + 2))


def test_the_same_characters_as_the_extraction_of_pypdf() -> None:
    data = pdf(
        [
            [
                text(72, 700, "Eén (twee) \\ drie é € ﬁ"),
                "BT /F1 9 Tf 12 TL 72 600 Td (a) Tj (b) ' 1 2 (c) \" T* [(d)] TJ ET",
            ]
        ]
    )
    page = PdfReader(io.BytesIO(data)).pages[0]
    ours = "".join(fragment.text for fragment in page_fragments(page, Fonts()))
    assert Counter("".join(ours.split())) == Counter("".join(page.extract_text().split()))


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_turned_page_is_seen_as_it_is_shown(angle: int) -> None:
    width, height = A4
    matrix = {90: "0 1 -1 0 {y} {x}", 180: "-1 0 0 -1 {w} {h}", 270: "0 -1 1 0 {b} {h2}"}[angle]
    numbers = matrix.format(y=width - 500, x=100, w=width - 100, h=height - 500, b=500, h2=height - 100)
    [fragment] = fragments(f"BT /F1 10 Tf {numbers} Tm (rechtop) Tj ET", rotate=angle)
    assert not fragment.turned
    assert fragment.x0 == pytest.approx(100)
    assert fragment.y == pytest.approx(500)


def test_operators_without_operands_and_unknown_fonts_are_passed_over() -> None:
    [fragment] = fragments("Td Tj TJ Tf cm Q EMC", "BT /F9 10 Tf (onbekend) Tj ET", text(72, 700, "bekend"))
    assert fragment.text == "bekend"


def test_letters_that_are_placed_one_by_one_become_words() -> None:
    x, content = 72.0, []
    for letter, width in (("j", 0.222), ("a", 0.556), (" ", 0.278), ("d", 0.556), ("u", 0.556), ("s", 0.5)):
        content.append(text(x, 700, letter))
        x += 10 * width
    [line] = segments(visual_lines(coalesce(fragments(*content)))[0])
    assert line.text == "ja dus"


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["een beleids-", "nota over"], "een beleidsnota over"),
        (["de ESS-", "adviseur komt"], "de ESS-adviseur komt"),
        (["in Noord-", "Holland"], "in Noord-Holland"),
        (["in- en", "uitstroom"], "in- en uitstroom"),
        (["in-", "en uitstroom"], "in- en uitstroom"),
        (["een sociaal-", "economisch plan"], "een sociaal-economisch plan"),
        (["de wijk -", "en de school"], "de wijk - en de school"),
        (["een anti-institutionele bewe-", "ging"], "een anti-institutionele beweging"),
        (["zie https://example.nl/nota-", "weerbaarheid"], "zie https://example.nl/nota-weerbaarheid"),
        (["gewone", "regels"], "gewone regels"),
        (["een pro-", "bleem voor oud-", "ers"], "een probleem voor ouders"),
        (["de burgemeester", "en een oud-", "burgemeester"], "de burgemeester en een oud-burgemeester"),
        (["wie pro-", "Russisch is"], "wie pro-Russisch is"),
        (["het veiligheidsdo‐", "mein"], "het veiligheidsdomein"),
        (["een sociaal‐", "economisch plan"], "een sociaal-economisch plan"),
        (["Geonovum werkt", "met de Geonovum-", "communicatie"], "Geonovum werkt met de Geonovum-communicatie"),
        (["het Veiligheids-", "huis"], "het Veiligheidshuis"),
        (["Haar haar in Haar-", "lemmermeer"], "Haar haar in Haarlemmermeer"),
        (["de Nederland-", "se taal in Nederland is"], "de Nederlandse taal in Nederland is"),
        (["Vervanging/", "modernisering"], "Vervanging/modernisering"),
        (["dit is of / ", "of dat"], "dit is of /  of dat"),
        (["aan a@b.nl/", "c@d.nl"], "aan a@b.nl/ c@d.nl"),
        (["de programma's-", "opzet"], "de programma'sopzet"),
    ],
)
def test_lines_are_joined(lines: list[str], joined: str) -> None:
    assert Hyphens(lines).join(lines) == joined


def test_the_words_of_the_document_decide_about_a_hyphen() -> None:
    broken = ["een extreem-", "rechtse groep"]
    assert Hyphens(["extreem-rechtse leuzen", *broken]).join(broken) == "een extreem-rechtse groep"
    assert Hyphens(["extreemrechtse leuzen", *broken]).join(broken) == "een extreemrechtse groep"


def test_a_document_with_a_sign_for_broken_words_keeps_its_own_hyphens() -> None:
    broken = ["een begro‐", "ting voor de radicaal-", "rechtse bur‐", "en op‐", "gave, anti-overheid"]
    joined = "een begroting voor de radicaal-rechtse buren opgave, anti-overheid"
    assert Hyphens(broken).join(broken) == joined


def test_one_such_sign_is_enough_to_close_a_word_but_not_to_trust_all_others() -> None:
    lines = ["een pro‐", "bleem voor de beleids-", "nota over anti-overheid"]
    assert Hyphens(lines).join(lines) == "een probleem voor de beleidsnota over anti-overheid"


def test_a_sign_that_also_stands_inside_words_is_a_plain_hyphen() -> None:
    lines = [
        "sociaal‐economisch en anti‐overheid",
        "de ESS‐",
        "adviseur, een politiek-",
        "juridisch plan met sociaal‐",
        "e",
    ]
    assert Hyphens(lines).join(lines[1:3]) == "de ESS-adviseur, een politiek-"


def test_a_soft_hyphen_at_the_end_of_a_line_breaks_a_word() -> None:
    lines = [
        make_line([Fragment(part, 0, 50, 700, 10, False, 2.8)]) for part in ("een voor\u00ad", "beeld\u00adig plan")
    ]
    texts = [line.text for line in lines]
    assert Hyphens(texts).join(texts) == "een voorbeeldig plan"


def painted(*content: str) -> list[tuple[float, float, float, float, bool]]:
    page = PdfReader(io.BytesIO(pdf([[*content, text(72, 700, "tekst")]]))).pages[0]
    paths = Paths()
    page_fragments(page, Fonts(), paths)
    return [(box.x0, box.y0, box.x1, box.y1, box.fill is not None) for box in paths.boxes]


def test_lines_and_boxes_are_seen_where_they_are_shown() -> None:
    assert painted("2 0 0 2 10 20 cm 5 6 m 15 6 l S") == [(20, 32, 40, 32, False)]
    assert painted("0.9 g 10 20 30 40 re f") == [(10, 20, 40, 60, True)]
    assert painted("0.9 g 10 20 m 40 20 l 40 60 l 10 60 l h f") == [(10, 20, 40, 60, True)]
    assert len(painted("10 20 30 40 re s")) == 4


@pytest.mark.parametrize(
    "content",
    ["1 1 1 rg 10 20 30 40 re f", "10 20 30 40 re W n", "10 20 m 50 90 l S", "10 20 m 1 2 3 4 5 6 c S", "5 l re S"],
)
def test_what_no_table_has_is_passed_over(content: str) -> None:
    assert painted(content) == []


def test_a_drawing_of_very_many_lines_has_no_boxes() -> None:
    assert painted("\n".join(f"{x % 500} 20 m {x % 500} 90 l S" for x in range(MAX_BOXES + 1))) == []


GOOD = "De gemeente weegt met partners wat er nodig is, e.g. bij art. 5 van de Wet, en meldt dat op www.voorbeeld.nl/a."


@pytest.mark.parametrize(
    "bad",
    [
        "Degemeenteweegtmetpartnerswaternodigis enmeldtdatbijhetministerie voor de en met een ander",
        "D e g e m e e n t e w e e g t m e t p a r t n e r s w a t n o d i g i s",
        "De g\ufffdmeente w\ufffd\ufffdgt met p\ufffdrtners wat er n\ufffddig is en meldt dat",
    ],
)
def test_bad_text_is_told_from_good(bad: str) -> None:
    assert is_bad(bad)
    assert not is_bad(GOOD)
    assert badness(GOOD) < badness(bad)


def test_no_text_is_worst() -> None:
    assert badness("") == 1.0


def test_the_second_extraction_reads_pages_and_survives_what_it_cannot_read() -> None:
    second = SecondReader(pdf([[text(72, 700, "Eén")], [text(72, 700, "Twee")]]))
    assert [second.page_text(1), second.page_text(2), second.page_text(3)] == ["Eén", "Twee", ""]
    second.close()
    assert SecondReader(b"geen pdf").page_text(1) == ""


def test_paragraphs_of_plain_lines() -> None:
    lines = [
        "Loopkop 3",
        "Dit is een lange regel die de kolom",
        "vult en hier eindigt.",
        "- een punt",
        "Een nieuwe alinea begint hier en loopt",
    ]
    drafts = text_drafts("\n".join(lines), frozenset({"loopkop #"}))
    assert [(draft.kind.value, draft.text) for draft in drafts] == [
        ("paragraph", "Dit is een lange regel die de kolom vult en hier eindigt."),
        ("list_item", "- een punt"),
        ("paragraph", "Een nieuwe alinea begint hier en loopt"),
    ]
