"""Abbreviations that a text explains, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.abbreviations import mine

FOUND = [
    ("het Zorg- en Veiligheidshuis (ZVH) doet mee", "ZVH", "Zorg- en Veiligheidshuis"),
    ("het ZVH (Zorg- en Veiligheidshuis) doet mee", "ZVH", "Zorg- en Veiligheidshuis"),
    ("de Algemene verordening gegevensbescherming (AVG)", "AVG", "Algemene verordening gegevensbescherming"),
    ("de Algemene Inlichtingen- en Veiligheidsdienst (AIVD)", "AIVD", "Algemene Inlichtingen- en Veiligheidsdienst"),
    (
        "de Nationaal Coördinator Terrorismebestrijding en Veiligheid (NCTV)",
        "NCTV",
        "Nationaal Coördinator Terrorismebestrijding en Veiligheid",
    ),
    ("de Vereniging van Nederlandse Gemeenten (VNG)", "VNG", "Vereniging van Nederlandse Gemeenten"),
    ("een Persoonsgerichte aanpak (PGA)", "PGA", "Persoonsgerichte aanpak"),
    ("een persoonsgerichte aanpak (hierna: PGA)", "PGA", "persoonsgerichte aanpak"),
    ("een persoonsgerichte aanpak (hierna de PGA)", "PGA", "persoonsgerichte aanpak"),
    ("het Openbaar Ministerie (OM)", "OM", "Openbaar Ministerie"),
    ("de Gemeentelijke gezondheidsdienst (GGD)", "GGD", "Gemeentelijke gezondheidsdienst"),
    ("de Kamer van Koophandel (KvK)", "KvK", "Kamer van Koophandel"),
    ("Binnenlandse Zaken en Koninkrijksrelaties (BZK)", "BZK", "Binnenlandse Zaken en Koninkrijksrelaties"),
    ("Sociale Zaken en Werkgelegenheid (SZW)", "SZW", "Sociale Zaken en Werkgelegenheid"),
    ("het Landelijk Steunpunt Extremisme (LSE)", "LSE", "Landelijk Steunpunt Extremisme"),
    ("de Basisregistratie Personen (BRP)", "BRP", "Basisregistratie Personen"),
    ("een verklaring omtrent gedrag (VOG)", "VOG", "verklaring omtrent gedrag"),
    ("een asielzoekerscentrum (AZC)", "AZC", "asielzoekerscentrum"),
    ("een samenwerkingsovereenkomst (SOK)", "SOK", "samenwerkingsovereenkomst"),
    ("de openbare orde en veiligheid (OOV)", "OOV", "openbare orde en veiligheid"),
    ("het Nederlands Jeugdinstituut (NJi)", "NJi", "Nederlands Jeugdinstituut"),
    ("het Klantcontactcentrum (KCC)", "KCC", "Klantcontactcentrum"),
    ("de Verenigde Naties (VN)", "VN", "Verenigde Naties"),
    ("het Kennisplatform Inclusief Samenleven (KIS)", "KIS", "Kennisplatform Inclusief Samenleven"),
    ("de Basisregistratie Adressen en Gebouwen (BAG)", "BAG", "Basisregistratie Adressen en Gebouwen"),
    ("een data protection impact assessment (DPIA)", "DPIA", "data protection impact assessment"),
    ("OM (Openbaar Ministerie)", "OM", "Openbaar Ministerie"),
    ("VNG (Vereniging van Nederlandse Gemeenten)", "VNG", "Vereniging van Nederlandse Gemeenten"),
    ("de AVG (de Algemene verordening gegevensbescherming)", "AVG", "Algemene verordening gegevensbescherming"),
    ("VOG (verklaring omtrent gedrag)", "VOG", "verklaring omtrent gedrag"),
    ('het "Openbaar Ministerie" (OM)', "OM", "Openbaar Ministerie"),
    ("het Openbaar\nMinisterie (OM)", "OM", "Openbaar Ministerie"),
    ("Eerst de politie. Het Openbaar Ministerie (OM) volgt.", "OM", "Openbaar Ministerie"),
]

TRAPS = [
    "in het rapport (2024)",
    "zoals beschreven (zie bijlage)",
    "de privacyregels (AVG) gelden",
    "de gemeente (Utrecht) doet mee",
    "hoofdstuk twee (II)",
    "deel drie van de wet (XIV)",
    "de politie (m.n. de wijkagent)",
    "het overleg (b.v. wekelijks)",
    "artikel 3 (lid 2)",
    "de raad (A)",
    "het ging goed (OM)",
    "van de en het (VDH)",
    "Openbaar. Ministerie (OM)",
    "Openbaar\n\nMinisterie (OM)",
    "een bedrag (EUR 500)",
    "OM (zie het begrippenkader)",
    "AVG (2018)",
    "leeg ()",
    "open (OM",
]


@pytest.mark.parametrize(("text", "short", "long"), FOUND)
def test_an_explained_abbreviation_is_found(text: str, short: str, long: str) -> None:
    assert mine(text) == ({short: long})


@pytest.mark.parametrize("text", TRAPS)
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert mine(text) == {}


@pytest.mark.xfail(reason="letters of a single long word are found by accident", strict=True)
def test_known_error_in_one_word() -> None:
    assert mine("de PKIoverheid (PvE)") == {}


def test_of_two_explanations_the_first_holds() -> None:
    text = "het Openbaar Ministerie (OM) en de Open Markt (OM)"
    assert mine(text) == {"OM": "Openbaar Ministerie"}


def test_more_than_one_in_a_text() -> None:
    assert set(mine("Openbaar Ministerie (OM), VNG (Vereniging van Nederlandse Gemeenten)")) == {"OM", "VNG"}


@given(st.text("ABCabc ()-,.:; \n", max_size=150))
def test_any_text_is_taken(text: str) -> None:
    for short, long in mine(text).items():
        assert short in text
        assert long
