"""Markdown (CommonMark with tables). All text is one page without a number."""

import re
from collections.abc import Sequence
from datetime import date

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.errors import ReadError
from corpus.types import BlockKind
from ingest.limits import MAX_CHARACTERS, too_long
from ingest.metadata import find_date
from ingest.readers.decoding import decode
from ingest.readers.grid import add_table
from ingest.readers.html import parse_html
from ingest.readers.html_blocks import HtmlBlocks
from ingest.readers.markdown_source import Source, take_apart
from ingest.readers.package import damage_reported
from ingest.readers.titles import language_code, opening_title, real_author, real_title
from ingest.reading import Extraction, FileMetadata
from ingest.text import PageBuilder, clean_line, without_bullet

MEDIA_TYPE = "text/markdown"
NO_TEXT = "Het Markdown-bestand bevat geen tekst om in te zoeken. Controleer of dit het goede bestand is."
BROKEN = "Het Markdown-bestand is zo opgebouwd dat wij het niet kunnen lezen. Maak lijsten en citaten minder diep."

_NOTE_MARK = re.compile(r"\[\^([^\[\]\s]+)\]")
_TASK = re.compile(r"\A\[[ xX]\]\s+")
_LABEL = re.compile(r"[(\[{>|]\"([^\"\n]{3,})")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_HTML_LINE_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HTML_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)


def read(data: bytes, name: str) -> Extraction:
    """The text of a Markdown file. Raises ReadError when there is none."""
    text, remarks = decode(data)
    if len(text) > MAX_CHARACTERS:
        raise ReadError(too_long(len(text)))
    with damage_reported(BROKEN):
        source = take_apart(text.replace("\0", ""))
        reader = _MarkdownReader(source)
        reader.add_all()
    page = reader.builder.page(1, None)
    if not page.has_text:
        raise ReadError(NO_TEXT)
    metadata = _metadata(source.front, name)
    title = metadata.title or real_title(opening_title(page), name)
    metadata = FileMetadata(title, metadata.author, metadata.date, metadata.language)
    return Extraction("markdown", MEDIA_TYPE, (page,), metadata, remarks)


class _MarkdownReader:
    """Walks through the tokens of a file and collects its blocks."""

    def __init__(self, source: Source) -> None:
        self.builder = PageBuilder()
        self._parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
        self._tokens = self._parser.parse(source.text)
        self._notes = dict(source.notes)
        self._referred: list[str] = []  # footnotes to be placed after the block that refers to them
        self._rows: list[list[str]] = []

    def add_all(self) -> None:
        """Append everything, and at the end the footnotes that nothing refers to."""
        depth = 0  # of lists
        for at, token in enumerate(self._tokens):
            depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
            if token.type == "inline":
                self._inline(self._tokens[at - 1], token, depth)
            elif token.type in ("fence", "code_block"):
                self._code(token)
            elif token.type == "html_block":
                self._html(token.content)
            elif token.type == "tr_open":
                self._rows.append([])
            elif token.type == "table_close":
                add_table(self.builder, self._rows, int(len(self._rows) > 1 and any(self._rows[0])))
                self._rows = []
                self._place_notes()
        self._referred = list(self._notes)
        self._place_notes()

    def _inline(self, opening: Token, token: Token, depth: int) -> None:
        text = _NOTE_MARK.sub(self._take_note, self._text(token.children or ()))
        if opening.type in ("th_open", "td_open"):
            self._rows[-1].append(text)
            return
        if opening.type == "heading_open":
            self.builder.add(BlockKind.HEADING, text, level=int(opening.tag[1]))
        elif depth:
            self.builder.add(BlockKind.LIST_ITEM, _TASK.sub("", text))
        else:
            plain = without_bullet(text)
            self.builder.add(BlockKind.PARAGRAPH if plain == text else BlockKind.LIST_ITEM, plain)
        self._place_notes()

    def _code(self, token: Token) -> None:
        """Code as one paragraph; of a diagram in code the texts in its boxes, each once."""
        labels = _LABEL.findall(token.content) if token.info.split()[:1] == ["mermaid"] else []
        for label in dict.fromkeys(clean_line(_TAG.sub(" ", found)) for found in labels):
            self.builder.add(BlockKind.LIST_ITEM, label)
        if labels:
            return
        if token.type == "code_block" and _TAG.match(token.content.strip()):
            self._html(token.content)  # HTML that is indented too far
        else:
            self.builder.add(BlockKind.PARAGRAPH, token.content)

    def _text(self, tokens: Sequence[Token]) -> str:
        parts: list[str] = []
        for token in tokens:
            if token.type in ("text", "code_inline", "text_special"):
                parts.append(token.content)
            elif token.type in ("softbreak", "hardbreak") or _HTML_LINE_BREAK.match(token.content):
                parts.append(" ")
        return "".join(parts)

    def _take_note(self, mark: re.Match[str]) -> str:
        if mark[1] not in self._notes:
            return mark[0]
        self._referred.append(mark[1])
        return ""

    def _place_notes(self) -> None:
        for label in self._referred:
            if label in self._notes:
                inline = self._parser.parseInline(self._notes.pop(label))
                self.builder.add(BlockKind.FOOTNOTE, self._text(inline[0].children or ()))
        self._referred = []

    def _html(self, content: str) -> None:
        content = _HTML_UNSEEN.sub("", _HTML_COMMENT.sub("", content))
        root = parse_html(content)
        body = None if root is None else root.find(".//body")
        if body is not None:
            HtmlBlocks(self.builder).add(body)


def _metadata(front: dict[str, str], name: str) -> FileMetadata:
    def first(*keys: str) -> str:
        return clean_line(next((front[key] for key in keys if front.get(key)), ""))

    return FileMetadata(
        title=real_title(first("title", "titel"), name),
        author=real_author(first("author", "auteur", "authors", "auteurs").strip("[]")),
        date=_date(first("date", "datum", "published", "last_updated", "updated", "modified")),
        language=language_code(first("lang", "language", "taal")),
    )


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return find_date(value)
