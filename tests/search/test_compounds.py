"""Which words are split, and into what."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import compounds
from search.compounds import parts
from search.folding import fold

# A compound, then its parts.
COMPOUNDS = """
    radicaliseringspreventie radicalisering preventie
    jongerenwerker jongeren werker
    jongerenwerkers jongeren werkers
    wijkteam wijk team
    wijkteams wijk teams
    sleutelfiguren sleutel figuren
    sleutelfiguur sleutel figuur
    veiligheidshuis veiligheid huis
    veiligheidshuizen veiligheid huizen
    casusoverleg casus overleg
    weegploeg weeg ploeg
    weegploegen weeg ploegen
    meldpunt meld punt
    meldpunten meld punten
    informatiedeling informatie deling
    opvanglocatie opvang locatie
    opvanglocaties opvang locaties
    raadsbrief raad brief
    raadsbrieven raad brieven
    tegendemonstratie tegen demonstratie
    voedingsbodem voeding bodem
    terugvalpreventie terugval preventie
    gezinsbegeleiding gezin begeleiding
    moskeebestuur moskee bestuur
    moskeebesturen moskee besturen
    burgerschapsopdracht burgerschap opdracht
    jeugdgezondheidszorg jeugd gezondheid zorg
    gezondheidszorg gezondheid zorg
    onderwijsachterstand onderwijs achterstand
    overheidsbeleid overheid beleid
    gemeenteraad gemeente raad
    gemeenteraadsverkiezingen gemeente raad verkiezingen
    coördinatieoverleg coordinatie overleg
    kinderopvang kinder opvang
    nieuwsbrief nieuws brief
    mensenrechten mensen rechten
    complottheorie complot theorie
    complottheorieën complot theorieen
    pestprotocol pest protocol
    wijkagent wijk agent
    wijkagenten wijk agenten
    bestuurslid bestuur lid
    bestuursleden bestuur leden
    beleidsplan beleid plan
    beleidsplannen beleid plannen
    deradicaliseringstraject deradicalisering traject
    rubriceringsniveau rubricering niveau
    weerbaarheidstraining weerbaarheid training
    nepnieuws nep nieuws
    landbouwbeleid landbouw beleid
    huisvestingsverordening huisvesting verordening
    verkeersmaatregelen verkeer maatregelen
    effectindicatoren effect indicatoren
    gebedshuis gebed huis
    bewonersbijeenkomst bewoners bijeenkomst
    vertrouwenspersoon vertrouwen persoon
    geweldsincident geweld incident
    herstelbesluit herstel besluit
    persoonsgegevens persoon gegevens
    informatiebeveiliging informatie beveiliging
    belastingdienst belasting dienst
    politiebureau politie bureau
    woningbouw woning bouw
    uitvoeringsprogramma uitvoering programma
    samenwerkingsverband samenwerking verband
    samenwerkingsverbanden samenwerking verbanden
    omgevingsvergunning omgeving vergunning
    jeugdhulp jeugd hulp
    jeugdzorg jeugd zorg
    schoolplein school plein
    ouderavond ouder avond
    voedselbank voedsel bank
    arbeidsmarkt arbeid markt
    handelingsperspectief handeling perspectief
    dreigingsbeeld dreiging beeld
    terrorismebestrijding terrorisme bestrijding
    buurthuis buurt huis
    sportvereniging sport vereniging
    leerplichtambtenaar leer plicht ambtenaar
    gezinscoach gezin coach
    crisiscommunicatie crisis communicatie
    demonstratierecht demonstratie recht
    ketenpartner keten partner
    ketenpartners keten partners
    privacywetgeving privacy wetgeving
    toezichthouder toezicht houder
    veiligheidsregio veiligheid regio
    vrijwilligerswerk vrijwilligers werk
    asielopvang asiel opvang
    gegevensuitwisseling gegevens uitwisseling
    projectleider project leider
    risicotaxatie risico taxatie
    hulpverleningstraject hulpverlening traject
    beïnvloedingscampagne beinvloeding campagne
    raadsinformatiebrief raad informatie brief
    raadslid raad lid
    evaluatierapport evaluatie rapport
    risicofactoren risico factoren
    wetsvoorstel wet voorstel
    themasessie thema sessie
    kennisbank kennis bank
    lesmateriaal les materiaal
    rolmodel rol model
    praktijkvoorbeelden praktijk voorbeelden
    groepsdruk groep druk
    groepsapp groep app
    vriendengroep vrienden groep
    beeldvorming beeld vorming
    gedragsverandering gedrag verandering
    nazorgtraject nazorg traject
    identiteitsvorming identiteit vorming
    jongerencentrum jongeren centrum
    Veiligheidshuis veiligheid huis
    VEILIGHEIDSHUIS veiligheid huis
""".strip().splitlines()

WHOLE = """
    overheid overheden gemeente gemeenten gezin gezinnen geheim gesprek gesprekken jongeren onderzoek
    onderzoeken bijeenkomst bijeenkomsten aanpak ondersteuning integratie voorkomen samenleving samenwerking
    handhaving wethouder wethouders maatregel maatregelen hoofdstuk paragraaf standaarden besturen verstrekken
    verstrekking indicatoren trekkers meesturen passage interactie transacties achteraf onderwijs ontwikkeling
    verantwoordelijkheid mogelijkheid gemeentelijke werkgever leerling vluchteling ziekenhuis netwerk
    burgemeester maatschappij wetenschap burgerschap eigenschap radicalisering polarisatie discriminatie
    organisatie communicatie informatie coördinatie identiteit veiligheid eenzaamheid weerbaarheid betrouwbaar
    extremisme jihadisme terrorisme jeugdigen vrijwilliger begeleiding behandeling vergadering verordening
    voorziening uitvoering plaatsvinden deelnemen afbakening opvang terugval achterstand vijftien negentien
    tegenstelling antisemitisme natuurlijk persoonlijk bijvoorbeeld
""".split()

# What the rule gets wrong today, read in a sample of real words; strict, so that an improvement shows.
KNOWN_ERRORS = "renderende waarborgsommen kwijtraakt doeleinden simpelweg".split()
KNOWN_MISSES = "spijbelgedrag zorgmijders uitreizigersproblematiek".split()

NOT_WORDS = [
    "",
    "a",
    "2024",
    "co2",
    "wijkteam2",
    "veiligheids-huis",
    "werkgroep's",
    "日本語",
    "a" * 61,
    "werkgroep" * 9,
]


@pytest.mark.parametrize("line", COMPOUNDS, ids=lambda line: line.split()[0])
def test_a_compound_has_these_parts(line: str) -> None:
    word, *expected = line.split()
    assert parts(word) == tuple(expected)


@pytest.mark.parametrize("word", WHOLE)
def test_a_simple_or_derived_word_is_not_split(word: str) -> None:
    assert parts(word) == ()


@pytest.mark.parametrize("word", NOT_WORDS)
def test_what_is_no_word_of_letters_is_not_split(word: str) -> None:
    assert parts(word) == ()


@pytest.mark.xfail(reason="known false splits", strict=True)
@pytest.mark.parametrize("word", KNOWN_ERRORS)
def test_known_false_split(word: str) -> None:
    assert parts(word) == ()


@pytest.mark.xfail(reason="a part is not in the word list", strict=True)
@pytest.mark.parametrize("word", KNOWN_MISSES)
def test_known_miss(word: str) -> None:
    assert parts(word)


def test_capitals_and_composition_do_not_matter() -> None:
    assert parts("Coo\u0308rdinatieoverleg") == parts("COÖRDINATIEOVERLEG") == ("coordinatie", "overleg")


@given(st.one_of(st.text(max_size=70), st.text("aeiounrstdgkl", min_size=7, max_size=40)))
def test_parts_stand_in_the_word_in_order(word: str) -> None:
    found, at = parts(word), 0
    assert len(found) != 1
    for part in found:
        at = fold(word).index(part, at) + len(part)


def test_a_word_seen_before_is_fast() -> None:
    words = [line.split()[0] for line in COMPOUNDS]
    for word in words:
        parts(word)
    start = time.perf_counter()
    for _ in range(20):
        for word in words:
            parts(word)
    assert (time.perf_counter() - start) / (20 * len(words)) < 20e-6


def test_it_has_a_version_for_the_fingerprint() -> None:
    assert compounds.VERSION
