"""The checks of `kennislab doctor`: each says what it looked at, what it found and what to do."""

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from corpus.catalogue import Catalogue
from corpus.database import MINIMUM_SQLITE, sqlite_version
from corpus.errors import KennislabError
from corpus.s3_address import S3Address
from corpus.s3_client import S3Client
from corpus.scope import EVERYTHING
from ingest.sandbox import check_sandbox
from ingest.tesseract import languages
from search.encoder import Encoder
from search.loading import load_encoder
from search.milvus_index import MilvusIndex
from service.settings import Settings
from service.slides import AUTO, OFF, find_office
from service.wiring import catalogue_of, fingerprint_of, index_of

MINIMUM_FREE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; `remedy` is empty when there is nothing to do, and advice when all is fine none the less."""

    name: str
    fine: bool
    message: str
    remedy: str = ""


def run_checks(settings: Settings) -> Iterator[Check]:
    """All checks; those that need what an earlier one could not open are left out."""
    yield _sqlite()
    yield _disk(settings)
    if settings.files is not None:
        yield _store(settings.files)
    yield _sandbox()
    yield _recognition()
    yield _slides(settings.libreoffice)
    try:
        encoder = load_encoder(settings.model, settings.runtime)
    except KennislabError as error:
        yield Check("model", fine=False, message=str(error), remedy="make model")
        return
    yield Check("model", fine=True, message=f"{encoder.facts.name}, {encoder.facts.dimension} getallen per vector")
    try:
        catalogue = catalogue_of(settings)
    except KennislabError as error:
        yield Check("catalogus", fine=False, message=str(error), remedy="kennislab ingest MAP")
        return
    try:
        yield from _catalogue_checks(catalogue, settings, encoder)
    finally:
        catalogue.close()


def _sqlite() -> Check:
    found, wanted = (".".join(map(str, version)) for version in (sqlite_version(), MINIMUM_SQLITE[:2]))
    fine = sqlite_version() >= MINIMUM_SQLITE
    remedy = "" if fine else f"Gebruik een Python met SQLite {wanted} of nieuwer."
    return Check("sqlite", fine, f"versie {found}", remedy)


def _disk(settings: Settings) -> Check:
    folder = next(path for path in [settings.data.resolve(), *settings.data.resolve().parents] if path.exists())
    free = shutil.disk_usage(folder).free
    fine = free >= MINIMUM_FREE_BYTES
    return Check("schijf", fine, f"{free / 2**30:.1f} GB vrij", "" if fine else f"Maak ruimte vrij op {folder}.")


def _store(address: S3Address) -> Check:
    """Whether files can be written, read and erased there, tried with a small one of our own."""
    name = f"proef/{secrets.token_hex(8)}"
    try:
        client = S3Client(address)
        client.put(name, name.encode())
        found = client.get(name)
        client.delete(name)
        list(client.listed("proef"))
    except KennislabError as error:
        return Check("opslag", False, str(error), "Zie docs/opschalen.md, onder Bestanden in een opslag als S3.")
    if found != name.encode():
        return Check("opslag", False, f"{address.shown} geeft iets anders terug dan er in ging", "Vraag de beheerder.")
    endpoint = address.access.endpoint
    if endpoint.startswith("http://") and urlsplit(endpoint).hostname not in {"127.0.0.1", "::1", "localhost"}:
        remedy = "Gebruik een adres met https, of een netwerk dat zelf versleutelt."
        return Check("opslag", True, f"{address.shown}; bestanden gaan onversleuteld over het netwerk", remedy)
    return Check("opslag", True, f"{address.shown}: schrijven, lezen, wissen en opsommen gaat")


def _sandbox() -> Check:
    try:
        cut_off = check_sandbox()
    except KennislabError as error:
        return Check("lezen", False, str(error), "Start Kennislab op Linux of macOS, met geheugen en processen over.")
    message = "bestanden worden gelezen in een afgeschermd proces"
    if cut_off:
        return Check("lezen", True, f"{message}, zonder netwerk")
    remedy = "Sta user namespaces toe, of geef de service zelf geen toegang tot het netwerk naar buiten."
    return Check("lezen", True, f"{message}; dit systeem laat niet toe dat het netwerk eraf gaat", remedy)


def _recognition() -> Check:
    found = languages()
    if found:
        return Check("ocr", True, f"tesseract leest scans ({' en '.join(found)})")
    remedy = "Installeer tesseract-ocr en tesseract-ocr-nld om scans te lezen."
    return Check("ocr", True, "geen tesseract met Nederlands: van scans wordt de tekst niet gelezen", remedy)


def _slides(setting: str) -> Check:
    if setting == OFF:
        return Check("dia's", True, "LibreOffice wordt niet gebruikt (instelling libreoffice): dia's zijn alleen tekst")
    office = find_office(setting)
    if office is not None:
        return Check("dia's", True, f"LibreOffice tekent dia's ({office})")
    if setting == AUTO:
        remedy = "Installeer libreoffice-impress-nogui om dia's ook als beeld te zien."
        return Check("dia's", True, "geen LibreOffice: van een presentatie is er alleen de tekst", remedy)
    remedy = "Geef met de instelling libreoffice het pad van soffice, of auto of uit."
    return Check("dia's", False, f"{setting} is geen programma dat hier te starten is", remedy)


def _catalogue_checks(catalogue: Catalogue, settings: Settings, encoder: Encoder) -> Iterator[Check]:
    yield _integrity(catalogue)
    yield _originals(catalogue)
    counts = catalogue.counts()
    same = counts["passages"] == counts["keyword"]
    message = (
        f"{counts['documents']} documenten, {counts['passages']} passages, {counts['keyword']} in de trefwoordenindex"
    )
    yield Check("trefwoorden", same, message, "" if same else "kennislab rebuild")
    yield _vectors(catalogue, settings, encoder)


def _integrity(catalogue: Catalogue) -> Check:
    with catalogue.database.read() as connection:
        if connection.dialect.name != "sqlite":  # it checks what it reads by itself
            version = str(connection.exec_driver_sql("SHOW server_version").scalar())
            return Check("catalogus", True, f"{catalogue.database.name}, PostgreSQL {version}")
        found = str(connection.exec_driver_sql("PRAGMA quick_check").scalar())
    fine = found == "ok"
    return Check("catalogus", fine, "in orde" if fine else found, "" if fine else "Zet een reservekopie terug.")


def _originals(catalogue: Catalogue) -> Check:
    found = catalogue.documents(EVERYTHING)
    try:
        lacking = set(catalogue.files.lacking({document.sha256: document.size for document in found}))
    except KennislabError as error:
        return Check("bestanden", False, str(error), "Zie hierboven.")
    broken = [document.file_name for document in found if document.sha256 in lacking]
    message = f"ontbreekt of is beschadigd: {', '.join(broken[:5])}" if broken else "alle originele bestanden zijn er"
    return Check("bestanden", not broken, message, "Bied deze bestanden opnieuw aan." if broken else "")


def _vectors(catalogue: Catalogue, settings: Settings, encoder: Encoder) -> Check:
    try:
        index = index_of(catalogue, settings, fingerprint_of(encoder))
        counts = index.counts()
        if isinstance(index, MilvusIndex):
            index.disconnect()
    except KennislabError as error:
        return Check("vectoren", fine=False, message=str(error), remedy="kennislab rebuild")
    remedy = "" if counts.equal else "kennislab rebuild"
    return Check("vectoren", counts.equal, f"{counts.vector} passages in de vectorindex", remedy)
