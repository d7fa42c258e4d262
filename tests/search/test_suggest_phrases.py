"""What of a document is worth suggesting."""

import pytest

from search.suggest_abbreviations import abbreviations
from search.suggest_phrases import LONGEST, Kind, phrases_of


def texts(title: str = "", headings: tuple[str, ...] = (), text: str = "") -> list[str]:
    return [phrase.text for phrase in phrases_of(title, "nl", [(headings, text)])]


@pytest.mark.parametrize(
    ("text", "short", "meaning"),
    [
        ("Bel het Zorg- en Veiligheidshuis (ZVH) eerst.", "ZVH", "Zorg- en Veiligheidshuis"),
        ("van de Vereniging van Nederlandse Gemeenten (VNG).", "VNG", "Vereniging van Nederlandse Gemeenten"),
        ("de afdeling openbare orde en veiligheid (OOV)", "OOV", "openbare orde en veiligheid"),
        ("Bij een persoonsgerichte aanpak (PGA) hoort", "PGA", "persoonsgerichte aanpak"),
        ("met het Nederlands Jeugdinstituut (NJi).", "NJi", "Nederlands Jeugdinstituut"),
        ("volgens de Wet maatschappelijke ondersteuning (Wmo)", "Wmo", "Wet maatschappelijke ondersteuning"),
        ("politie en Openbaar Ministerie (OM)", "OM", "Openbaar Ministerie"),
        ("Afkorting | Betekenis\nLSE | Landelijk Steunpunt Extremisme\n", "LSE", "Landelijk Steunpunt Extremisme"),
        ("ESS: Expertise-unit Sociale Stabiliteit.", "ESS", "Expertise-unit Sociale Stabiliteit"),
        ("Centrum Informatie en Documentatie Israël (CIDI)", "CIDI", "Centrum Informatie en Documentatie Israël"),
    ],
)
def test_an_abbreviation_with_the_words_it_stands_for(text: str, short: str, meaning: str) -> None:
    assert abbreviations(text) == [(short, meaning)]


@pytest.mark.parametrize(
    "text",
    [
        "Het overleg van de gemeente (OOV) begint.",
        "Hij woont in Nederland (Utrecht).",
        "De burgemeester (Jan) en de wethouder (Piet).",
        "Volgens Jansen en anderen (Jansen)",
        "NCTV: beleid, dreigingsbeeld, duiding",
        "Wijkagent | Uitleg wat te doen bij bezoek",
        "Datum | 11 december 2025",
        "Wel: Dit had niet mogen gebeuren.",
        "OM | Strafrecht | Een advies over jeugdhulp",
        "een zin. Een andere zin (ZVH)",
        "(ZVH)",
        "Ministerie (M) en (VWS",
        "İzmir Veiligheid Huis (IVH)",
    ],
)
def test_other_words_in_brackets_or_before_a_colon_are_none(text: str) -> None:
    assert abbreviations(text) == []


def test_a_long_text_full_of_brackets_takes_no_time() -> None:
    assert abbreviations("Zorg " * 20_000 + "(ZVH) " * 20_000) == []


def test_a_phrase_is_told_with_where_it_comes_from() -> None:
    pages = [
        (("Nota preventie", "2.1 Rol van het wijkteam"), "Met het Zorg- en Veiligheidshuis (ZVH)."),
        (("Rol van het wijkteam", "ZVH: zorg en veiligheidshuis"), "Nog iets."),
    ]
    found = [(phrase.text, phrase.kind, phrase.language) for phrase in phrases_of("Nota preventie", "en", pages)]
    assert found == [
        ("Nota preventie", Kind.TITLE, "en"),
        ("Rol van het wijkteam", Kind.HEADING, "en"),
        ("ZVH: Zorg- en Veiligheidshuis", Kind.ABBREVIATION, "en"),
    ]


@pytest.mark.parametrize(
    "heading",
    """Inhoud|Inhoudsopgave|Inleiding|1 Inleiding|1. Inleiding|Bijlage|Bijlagen|Bijlage 2|Bijlage B|Hoofdstuk 3|Slide 3
    |dia 12|Pagina 4 van 9|12|3.2|IV|Tabel 1|Colofon|Voorwoord|Samenvatting|SAMENVATTING|Tot slot|Literatuur|Bronnen:
    |Dank voor uw aandacht|Wat doe je|Na|4 Na|...|–|A|Contents|Stap 2|Bijlage A: Literatuur
    |Handreiking 20 mei 2025 Team Preventie|9 november 2023""".split("|"),
)
def test_a_heading_that_says_nothing_is_left_out(heading: str) -> None:
    assert texts(headings=(heading.strip(),)) == []


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("3.2 Preventie in de wijk", "Preventie in de wijk"),
        ("4. Preventie:", "Preventie"),
        ("Bijlage B: Checklist melden", "Checklist melden"),
        ("24 uur na een incident", "24 uur na een incident"),
        ("De eerste 24 uur", "De eerste 24 uur"),
        ("Stap 2: wegen", "Stap 2: wegen"),
        ("Een tafel van vijf", "Een tafel van vijf"),
        ("Wat is er te meten?", "Wat is er te meten?"),
        ("A plan", "A plan"),
        ("Mixen van stijlen", "Mixen van stijlen"),
        ("Wat\u00adwerkt\u202e \n hier", "Watwerkt hier"),
    ],
)
def test_a_heading_goes_without_its_number(heading: str, shown: str) -> None:
    assert texts(headings=(heading,)) == [shown]


def test_what_nobody_reads_while_typing_is_left_out() -> None:
    assert texts(title="Nota " + "a" * LONGEST) == []
    assert texts(title="2024-03-01 12") == []
