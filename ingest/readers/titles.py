"""Telling a real title from what programs fill in by themselves."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from corpus.types import BlockKind, Page
from ingest.text import clean_line

_FILLED_IN = re.compile(
    r"(power ?point.{0,3}(presenta|slide|template).*|titel|title|untitled|naamloos|zonder titel|document ?\d*|"
    r"(presentatie|presentation|dia|slide|werkblad|sjabloon|template) ?\d*|"
    r"microsoft (office )?(word|powerpoint)\b.*|memo|notitie|"
    r"(klik|click)\b.*|(word|office)[- ]?(document|sjabloon|thema|theme).*|geen (dia)?titel|no (slide )?title)",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"(?i)\S+\.(pdf|html?|md|txt|odt)|.*\.(docx?|pptx?|dotx?|potx?|indd)")
_PROGRAM = re.compile(
    r"(python-(docx|pptx)|microsoft( office)?([ -](user|gebruiker))?|office|gebruiker|user|admin(istrator)?|beheerder|"
    r"eigenaar|owner|auteur|author|un-named|unknown|onbekend|default|pandoc|apache poi|libreoffice.*|openoffice.*)",
    re.IGNORECASE,
)
_KIND_OF_TEXT = re.compile(r"(?i)(memo|notitie|verslag|notulen|agenda|nota|brief|concept|besluitenlijst|bijlage) ?:?")
_CONTENTS = re.compile(r"(inhoud(sopgave)?|(table of )?contents|colofon|index) ?:?", re.IGNORECASE)
_GENERAL = re.compile(
    r"(\d[\d.]*\s+)?(inhoud(sopgave)?|(table of )?contents|colofon|inleiding|introductie|introduction|"
    r"(management)?samenvatting|voorwoord|aanwezig(en)?|afwezig(en)?|deelnemers|mededelingen|welkom.{0,20}|"
    r"opening( en mededelingen)?|leeswijzer|doel|aanleiding|vragen|wie doet wat) ?[:?]?",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"(?:betreft|onderwerp|titel|subject) ?:? \| ([^|]{4,150})", re.IGNORECASE)
_OPENING = (BlockKind.HEADING, BlockKind.PARAGRAPH)


def real_title(title: str | None, name: str) -> str:
    """The title, or "" when it is empty, a default of the program, or the name of a file."""
    title = clean_line(title or "")
    same = PurePosixPath(name.replace("\\", "/")).stem.casefold()
    if len(title) < 3 or title.casefold() == same or _FILLED_IN.fullmatch(title) or _FILE_NAME.fullmatch(title):
        return ""
    return title if any(char.isalpha() for char in title) and (" " in title or "_" not in title) else ""


def real_author(author: str | None) -> str:
    """The author, or "" for the name of a program or an unnamed user."""
    author = clean_line(author or "")
    return "" if len(author) < 2 or _PROGRAM.fullmatch(author) else author


def opening_title(page: Page) -> str:
    """What a text opens with, as people read it: its subject, the heading or short line on top, or its first heading.

    A line that only names the kind of text ("Memo") is taken together with what comes next.
    """
    lines = [page.text[block.start : block.end] for block in page.blocks if block.kind in _OPENING][:2]
    opens = bool(lines) and page.blocks[0].kind in _OPENING and _is_line(lines[0])
    if opens and not _KIND_OF_TEXT.fullmatch(lines[0]) and not _GENERAL.fullmatch(lines[0]):
        return lines[0]
    second = lines[1] if opens and len(lines) > 1 and _is_line(lines[1]) and not _GENERAL.fullmatch(lines[1]) else ""
    rest = _subject(page) or second or first_heading([page])
    if opens and _KIND_OF_TEXT.fullmatch(lines[0]):
        return f"{lines[0].rstrip(' :')}: {rest}" if rest and rest != lines[0] else lines[0]
    return rest


def _subject(page: Page) -> str:
    """What a table on top of a memo or minutes gives as the subject."""
    rows = (page.text[block.start : block.end] for block in page.blocks[:8])
    return next((found[1] for found in map(_SUBJECT.fullmatch, rows) if found), "")


def _is_line(text: str) -> bool:
    return len(text.split()) <= 14 and not text.endswith((".", ",", ";"))


def first_heading(pages: Sequence[Page]) -> str:
    """The first heading of a document; "" when it has none, or one that every document has ("Inleiding")."""
    for page in pages:
        for block in page.blocks:
            text = page.text[block.start : block.end]
            if block.kind is BlockKind.HEADING and not _CONTENTS.fullmatch(text):
                return "" if _GENERAL.fullmatch(text) else text
    return ""


def language_code(value: str | None) -> str:
    """The language of a tag such as nl-NL: nl; "" for what is no tag."""
    match = re.match(r"\s*([a-zA-Z]{2,3})(?=[-_\s]|\s*$)", value or "")
    return match[1].lower() if match else ""
