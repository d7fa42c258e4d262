"""What is known of a document: given, told by the file, or derived."""

from datetime import date
from pathlib import Path

import pytest

from corpus.errors import ClassificationError, MetadataError
from corpus.types import Block, BlockKind, Classification, Metadata, Page
from ingest.metadata import (
    FIELDS,
    TITLE_LENGTH,
    GivenMetadata,
    complete,
    derive_kind,
    find_date,
    given_metadata,
    parse_classification,
    parse_date,
    parse_retention,
    read_metadata_file,
    set_by_hand,
)
from ingest.reading import Extraction, FileMetadata

NOTHING = GivenMetadata()


def extraction(text: str = "", *, heading: str = "", file_format: str = "pdf", **told: object) -> Extraction:
    blocks = (Block(BlockKind.HEADING, 0, len(heading), 1),) if heading else ()
    page = Page(1, 1, f"{heading}\n\n{text}" if heading else text, blocks)
    return Extraction(file_format, "x/y", (page,), FileMetadata(**told))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024-03-14", date(2024, 3, 14)),
        ("verslag_2024_3_4.docx", date(2024, 3, 4)),
        ("20240314 notitie", date(2024, 3, 14)),
        ("14-03-2024", date(2024, 3, 14)),
        ("4/3/2024", date(2024, 3, 4)),
        ("4.3.1999", date(1999, 3, 4)),
        ("Utrecht, 14 maart 2024", date(2024, 3, 14)),
        ("1-Februari-2023", date(2023, 2, 1)),
        ("versie 31-02-2024 van 29-02-2024", date(2024, 2, 29)),  # the first is no date
        ("2023-02-29", None),
        ("zaaknummer 1234520240314987", None),
        ("20241399", None),
        ("2018-2025", None),
        ("maart 2024", None),
        ("14-03-24", None),
        ("32 maart 2024", None),
        ("", None),
    ],
)
def test_the_first_real_date_of_a_text(text: str, wanted: date | None) -> None:
    assert find_date(text) == wanted


def test_a_date_that_can_not_be_read_is_refused_with_the_form_to_write() -> None:
    assert parse_date("14 maart 2024") == date(2024, 3, 14)
    with pytest.raises(MetadataError, match=r"Datum 'gisteren' is niet te lezen\. Schrijf hem als JJJJ-MM-DD"):
        parse_date("gisteren")


def test_a_retention_date_that_can_only_be_a_slip_is_refused() -> None:
    assert parse_retention("1-1-2031") == date(2031, 1, 1)
    assert [parse_retention(day).year for day in ("1900-01-01", "2199-12-31")] == [1900, 2199]
    for day in ("0204-01-01", "1899-12-31", "2200-01-01", "9999-12-31"):
        said = rf"Bewaartermijn {day} kan niet\. .* 1900 tot en met 2199, of laat het veld leeg"
        with pytest.raises(MetadataError, match=said):
            given_metadata({"bewaartermijn": day})
    assert given_metadata({"datum": "1672-08-20"}).date == date(1672, 8, 20)  # a source may be as old as it is


def test_a_dash_says_that_a_field_is_empty_and_is_not_to_be_derived() -> None:
    given = given_metadata({"auteur": "-", "datum": " - ", "thema": "-", "organisatie": "-", "bewaartermijn": "-"})
    assert given == GivenMetadata(empty=frozenset({"author", "date", "themes", "organisation", "retain_until"}))
    told = {"title": "Nota", "author": "J. Jansen", "date": date(2024, 3, 14)}
    made = complete(given, extraction(**told), "verslag 2023-01-01.pdf")
    assert (made.author, made.date, made.themes) == ("", None, ())
    derived = complete(NOTHING, extraction(**told), "verslag 2023-01-01.pdf")
    assert (derived.author, derived.date) == ("J. Jansen", date(2023, 1, 1))


def test_what_is_emptied_goes_before_what_another_gives_and_not_after() -> None:
    emptied, given = set_by_hand({"auteur": None, "thema": [], "titel": "Kop"}), GivenMetadata(author="Wij")
    assert emptied == GivenMetadata(title="Kop", empty=frozenset({"author", "themes"}))
    assert emptied.over(given).author == ""
    assert "author" in emptied.over(given).empty
    assert given.over(emptied) == GivenMetadata(title="Kop", author="Wij", empty=frozenset({"themes"}))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("openbaar", Classification.OPENBAAR),
        (" Intern ", Classification.INTERN),
        ("Beperkt openbaar", Classification.BEPERKT_OPENBAAR),
        ("beperkt_openbaar", Classification.BEPERKT_OPENBAAR),
        ("VERTROUWELIJK", Classification.VERTROUWELIJK),
    ],
)
def test_a_level_is_read_as_people_write_it(value: str, wanted: Classification) -> None:
    assert parse_classification(value) is wanted


@pytest.mark.parametrize("value", ["geheim", "Zeer geheim", "confidentieel"])
def test_a_level_that_may_not_be_here_is_refused_with_those_that_may(value: str) -> None:
    with pytest.raises(ClassificationError, match=r"mag niet in deze kennisbank\. Kies uit: openbaar, .*vertrouwelijk"):
        parse_classification(value)


def test_an_unknown_level_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ClassificationError, match=r"'publiek' bestaat niet\. Kies uit: openbaar, beperkt_openbaar"):
        parse_classification("publiek")


FULL = GivenMetadata(
    title="Één titel",
    kind="casus",
    organisation="Gemeente ’s-Hertogenbosch",
    author="Zoë",
    date=date(2024, 3, 14),
    themes=("jeugd", "zorg"),
    classification=Classification.INTERN,
    source="https://example.nl",
)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_table_is_read(tmp_path: Path) -> None:
    row = "map/a.pdf\tÉén titel\tCasus\tGemeente ’s-Hertogenbosch\tZoë\t14 maart 2024\tzorg; jeugd, zorg\tintern\thttps://example.nl"
    path = write(tmp_path, "metadata.tsv", "\t".join(FIELDS) + f'\n{row}\nb.pdf\tEen "half citaat\n')
    assert read_metadata_file(path) == {"map/a.pdf": FULL, "b.pdf": GivenMetadata(title='Een "half citaat')}


def test_columns_may_be_left_out_and_in_any_order_and_excel_may_have_written_it(tmp_path: Path) -> None:
    path = write(tmp_path, "m.tsv", "\ufefftitel\tfile\r\nTitel\ta.pdf\r\n")
    assert read_metadata_file(path) == {"a.pdf": GivenMetadata(title="Titel")}


def test_json_lines_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "m.jsonl",
        '{"file": "map/a.pdf", "titel": "Één titel", "soort": "casus", "organisatie": "Gemeente ’s-Hertogenbosch",'
        ' "auteur": "Zoë", "datum": "2024-03-14", "thema": ["zorg", "jeugd"], "vertrouwelijkheid": "intern",'
        ' "bron": "https://example.nl"}\n\n{"file": "b.pdf", "titel": null}\n',
    )
    assert read_metadata_file(path) == {"map/a.pdf": FULL, "b.pdf": NOTHING}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file\tnaam\na\tb\n", r"onbekende velden: naam\. De velden zijn: file, titel"),
        ("titel\tsoort\na\tb\n", "het veld file ontbreekt"),
        ("", "het veld file ontbreekt"),
        ("file\ttitel\n\tTitel\n", r"regel 2: de bestandsnaam \(file\) ontbreekt"),
        ("file\tdatum\na.pdf\t\n\nb.pdf\tgisteren\n", r"regel 4 \(b\.pdf\): Datum 'gisteren'"),
        ("file\tvertrouwelijkheid\na.pdf\tgeheim\n", r"regel 2 \(a\.pdf\): Vertrouwelijkheid geheim mag niet"),
        ('{"file": "a"}\n{kapot\n', "regel 2: geen geldige JSON"),
        ('{"file": "a"}\n[1]\n', "regel 2: verwacht werd een object"),
        ('{"file": "a", "Titel": "x"}\n', "onbekende velden: Titel"),
        ('{"titel": "x"}\n', "het veld file ontbreekt"),
        (b"file\ttitel\na\t\xe9\xe9n\n", "geen UTF-8. Sla het op als UTF-8"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(MetadataError, match=message):
        read_metadata_file(write(tmp_path, "m.tsv", text))


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match=r"nergens\.tsv bestaat niet"):
        read_metadata_file(tmp_path / "nergens.tsv")


def test_a_row_with_more_cells_than_columns_is_refused(tmp_path: Path) -> None:
    """A tab inside a value would otherwise move what follows out of sight, a level among it."""
    path = write(tmp_path, "m.tsv", "file\tvertrouwelijkheid\na.pdf\tintern\tte veel\n")
    with pytest.raises(MetadataError, match="regel 2: meer waarden dan velden"):
        read_metadata_file(path)


def test_an_empty_row_is_a_row_of_empty_values() -> None:
    assert given_metadata({}) == NOTHING
    assert given_metadata({"titel": "  ", "thema": " ; ,", "datum": None}) == NOTHING


def test_what_is_given_goes_before_what_the_file_says_and_that_before_what_is_derived() -> None:
    told = extraction(
        "tekst", heading="Kop van het stuk", title="Titel uit het bestand", author="Auteur", date=date(2020, 1, 1)
    )
    assert complete(FULL, told, "2019-05-05-nota.pdf") == Metadata(
        FULL.title,
        "casus",
        Classification.INTERN,
        "nl",
        FULL.organisation,
        "Zoë",
        FULL.date,
        FULL.themes,
        FULL.source,
    )
    derived = complete(NOTHING, told, "2019-05-05-nota.pdf")
    assert (derived.title, derived.author, derived.date) == ("Titel uit het bestand", "Auteur", date(2019, 5, 5))
    assert complete(NOTHING, told, "nota.pdf").date == date(2020, 1, 1)
    titled = complete(NOTHING, extraction("tekst", title="Stuk van 3-4-2021"), "nota.pdf")
    assert (titled.title, titled.date) == ("Stuk van 3-4-2021", date(2021, 4, 3))
    assert complete(NOTHING, extraction("tekst"), "mijn-nieuwe_notitie.txt").title == "Mijn nieuwe notitie"
    assert complete(NOTHING, extraction("tekst"), "---.txt").title == "Zonder titel"


def test_a_long_title_is_cut_at_a_word() -> None:
    title = complete(NOTHING, extraction(title="woord " * 60), "a.pdf").title
    assert len(title) <= TITLE_LENGTH
    assert title.endswith("woord…")
    assert complete(NOTHING, extraction(title="x" * TITLE_LENGTH), "a.pdf").title == "x" * TITLE_LENGTH
    assert len(complete(NOTHING, extraction(title="x" * 500), "a.pdf").title) == TITLE_LENGTH


@pytest.mark.parametrize(
    ("name", "title", "file_format", "wanted"),
    [
        ("x.pptx", "Handreiking", "pptx", "presentatie"),
        ("casus-wierhaven.docx", "", "docx", "casus"),
        ("a.docx", "Casusnotitie jongerenwerker", "docx", "casus"),
        ("besluitenlijst-college.pdf", "", "pdf", "besluitenlijst"),
        ("notulen 12 maart.docx", "", "docx", "verslag"),
        ("a.pdf", "Handreiking afbakening", "pdf", "handreiking"),
        ("a.pdf", "Evaluatie van het actieplan", "pdf", "evaluatie"),
        ("factsheet_beschermende_factoren.pdf", "", "pdf", "factsheet"),
        ("a.pdf", "Onderzoek naar meldingsbereidheid", "pdf", "onderzoek"),
        ("a.pdf", "Meerjarig lokaal actieplan", "pdf", "beleidsdocument"),
        ("a.pdf", "Zomaar iets", "pdf", "document"),
    ],
)
def test_the_kind_follows_from_format_and_words(name: str, title: str, file_format: str, wanted: str) -> None:
    assert derive_kind(name, title, file_format) == wanted


@pytest.mark.parametrize(
    ("kind", "default", "wanted"),
    [
        ("casus", None, Classification.VERTROUWELIJK),
        ("nota", None, Classification.INTERN),
        ("nota", Classification.OPENBAAR, Classification.OPENBAAR),
        ("casus", Classification.OPENBAAR, Classification.OPENBAAR),
    ],
)
def test_without_a_level_a_document_is_never_open_by_itself(
    kind: str, default: Classification | None, wanted: Classification
) -> None:
    assert complete(GivenMetadata(kind=kind), extraction("x"), "a.pdf", default).classification is wanted


def test_the_language_is_that_of_the_text_or_else_what_the_file_states() -> None:
    english = "The municipality discusses its concerns about radicalisation with the police and with the school."
    assert complete(NOTHING, extraction(english, language="nl"), "a.pdf").language == "en"
    assert complete(NOTHING, extraction("kort", language="de-DE"), "a.pdf").language == "de"
