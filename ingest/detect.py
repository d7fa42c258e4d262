"""What a file is, by its content; the name only decides between kinds of plain text."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from corpus.errors import ReadError
from ingest.readers.archive import LOCKED
from ingest.readers.package import Package

SUFFIXES = {
    "pdf": ("pdf",),
    "pptx": ("pptx", "pptm", "ppsx", "ppsm", "potx", "potm"),
    "docx": ("docx", "docm", "dotx", "dotm"),
    "html": ("html", "htm", "xhtml"),
    "markdown": ("md", "markdown", "mdown", "mkd"),
    "text": ("txt", "text"),
}
NAMES = {
    "pdf": "een pdf",
    "pptx": "een PowerPoint-presentatie",
    "docx": "een Word-document",
    "html": "een webpagina (HTML)",
    "markdown": "een Markdown-bestand",
    "text": "gewone tekst",
}
SUPPORTED = "Wij lezen pdf, Word (.docx), PowerPoint (.pptx), HTML, Markdown en tekst (.txt)."

_SAVE_WORD = "Open het in Word, sla het op als .docx en voeg dat bestand toe."
_SAVE_SLIDES = "Open het in PowerPoint, sla het op als .pptx en voeg dat bestand toe."
_IMAGE = (
    "Dit is een afbeelding, zonder tekst om in te zoeken. Zet de tekst in een Word- of pdf-bestand en voeg dat toe."
)
_SHEET = "Dit is een spreadsheet; die lezen wij niet. Sla de tabel op in een Word-document of pdf en voeg dat toe."
_PROGRAM = "Dit is een programma en geen document. Het hoort niet in de kennisbank."
_MEDIA = "Dit is geluid of video; dat lezen wij niet. Voeg een uitgeschreven tekst toe."
_ARCHIVE = "Dit is een ingepakt bestand (archief). Pak het uit en voeg de documenten zelf toe."
_MAIL = "Dit is een e-mailbericht of webarchief; dat lezen wij niet. Sla het op als pdf en voeg dat toe."
_RTF = f"Dit is een RTF-bestand; dat lezen wij niet. {_SAVE_WORD}"
_ODT = f"Dit is een OpenDocument-tekst (.odt); die lezen wij niet. {_SAVE_WORD}"
_ODP = f"Dit is een OpenDocument-presentatie (.odp); die lezen wij niet. {_SAVE_SLIDES}"
_DATA = f"Dit is een bestand met gegevens of code en geen document. {SUPPORTED}"
_UNKNOWN = f"Wij herkennen de inhoud van dit bestand niet. {SUPPORTED}"

_REFUSED = (
    (
        rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\x00|MM\x00\*|BM.{4}\x00{4}|RIFF.{4}WEBP|\x00{3}.ftyp(hei|avif|mif)",
        _IMAGE,
    ),
    (rb"MZ|\x7fELF|\xcf\xfa\xed\xfe|\xfe\xed\xfa|\xca\xfe\xba\xbe", _PROGRAM),
    (rb"ID3|\xff\xfb|RIFF.{4}(WAVE|AVI )|OggS|fLaC|\x1aE\xdf\xa3|.{4}ftyp", _MEDIA),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh|\xfd7zXZ", _ARCHIVE),
    (rb"\{\\rtf", _RTF),
    (rb"(?i:(?:return-path|received|mime-version|message-id):)", _MAIL),
)
_OLD_OFFICE = (
    ("EncryptedPackage", LOCKED),
    ("WordDocument", f"Dit is een oud Word-bestand (.doc); dat lezen wij niet. {_SAVE_WORD}"),
    ("PowerPoint Document", f"Dit is een oude presentatie (.ppt); die lezen wij niet. {_SAVE_SLIDES}"),
    ("Workbook", _SHEET),
    ("__substg1.0_", _MAIL),
)
_OPEN_DOCUMENT = ((b"text", _ODT), (b"presentation", _ODP), (b"spreadsheet", _SHEET))
_DATA_SUFFIXES = {
    "csv",
    "tsv",
    "json",
    "jsonl",
    "xml",
    "yaml",
    "yml",
    "log",
    "py",
    "js",
    "css",
    "sql",
    "ics",
    "vcf",
    "tex",
}
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8"))
_PDF = re.compile(rb"(?:\A|[\r\n\x00\xbf])%PDF-\d")  # some senders put a few lines in front of it
_PROLOG = re.compile(r"\A(?:\s|\ufeff|<\?xml[^>]*>|<!--.*?-->)+", re.DOTALL)
_TAGS = re.compile(r"<(?:html|head|body|title|meta|main|article|div|p|h1|h2|table|ul)\b[^>]*>", re.IGNORECASE)
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|\|[ :|-]+\|\s*$)|\]\(https?://", re.MULTILINE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SNIFF = 65_536  # bytes looked at to tell kinds of text apart


@dataclass(frozen=True, slots=True)
class Detected:
    """The format of a file, and what an editor should know when its name says something else."""

    format: str  # a key of SUFFIXES
    remark: str = ""


def detect(data: bytes, name: str) -> Detected:
    """The format of a file. Raises ReadError, with what to do, for what we do not read."""
    if not data:
        raise ReadError("Het bestand is leeg (0 bytes). Controleer of het goed is opgeslagen of gedownload.")
    suffix = PurePosixPath(name.replace("\\", "/").replace("\0", "")).suffix.lower().lstrip(".")
    found = _by_magic(data) or _kind_of_text(data, suffix)
    known = {item for items in SUFFIXES.values() for item in items} | {"doc", "ppt", "xls", "xlsx", "odt", "odp", "rtf"}
    if suffix in SUFFIXES[found] or suffix not in known:
        return Detected(found)
    return Detected(
        found, f"De naam eindigt op .{suffix}, maar de inhoud is {NAMES[found]}; zo is het bestand gelezen."
    )


def _by_magic(data: bytes) -> str:
    """The format that the first bytes tell; "" for what may be text."""
    if _PDF.search(data[:1024]):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(b"PK\x05\x06"):
        raise ReadError(_ARCHIVE)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        found = (reason for mark, reason in _OLD_OFFICE if mark.encode("utf-16-le") in data)
        raise ReadError(next(found, f"Dit is een bestand uit een oude Office-versie; dat lezen wij niet. {SUPPORTED}"))
    for pattern, reason in _REFUSED:
        if re.match(pattern, data[:64], re.DOTALL) and not (data[0] < 0x7F and _looks_like_prose(data)):
            raise ReadError(reason)
    return ""


def _looks_like_prose(data: bytes) -> bool:
    """Whether what starts like a program or sound ("MZ", "ID3") is a text that happens to start with those letters."""
    return data[:3] in (b"ID3", b"BZh", data[:2] + b" ") and not _CONTROL.search(data[:_SNIFF])


def _kind_of_zip(data: bytes) -> str:
    package = Package(data)
    main = package.main_part()
    for folder, found in (("word/", "docx"), ("ppt/", "pptx")):
        if main.startswith(folder) or (not main and any(name.startswith(folder) for name in package.names)):
            return found
    if main.startswith("xl/"):
        raise ReadError(_SHEET)
    start = data[:120]
    for word, reason in _OPEN_DOCUMENT:
        if b"application/vnd.oasis.opendocument." + word in start:
            raise ReadError(reason)
    raise ReadError(_UNKNOWN if main or b"application/" in start else _ARCHIVE)


def _kind_of_text(data: bytes, suffix: str) -> str:
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "latin-1")
    if encoding != "utf-16" and (b"\0" in data or len(_CONTROL.findall(data[:_SNIFF])) > len(data[:_SNIFF]) // 50):
        raise ReadError(_UNKNOWN)
    start = data[:_SNIFF].decode(encoding, errors="replace")
    body = _PROLOG.sub("", start).lower()
    if body.startswith(("<!doctype html", "<html")) or (suffix in SUFFIXES["html"] and _TAGS.search(start)):
        return "html"
    if body.startswith("<svg"):
        raise ReadError(_IMAGE)
    if suffix in _DATA_SUFFIXES or start.lstrip("\ufeff").startswith("<?xml"):
        raise ReadError(_DATA)
    if suffix in SUFFIXES["markdown"]:
        return "markdown"
    if suffix in SUFFIXES["text"]:
        return "text"
    if body.startswith("<") and len(_TAGS.findall(start)) > 2:
        return "html"
    return "markdown" if len(_MARKDOWN.findall(start)) >= 2 else "text"
