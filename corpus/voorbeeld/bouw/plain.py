"""Markdown and plain text files."""

import re

from corpus.voorbeeld.bouw import pandoc
from corpus.voorbeeld.bouw.source import Source, SourceError

COLUMNS = 78
FILTER = f"--lua-filter={pandoc.STYLES / 'plat.lua'}"


def build_markdown(source: Source) -> bytes:
    """GitHub's Markdown with a small front matter."""
    head = {
        "titel": source.title,
        "soort": source.kind,
        "organisatie": source.organisation,
        "auteur": source.author,
        "datum": source.date.isoformat(),
    }
    lines = [f"{key}: {_quoted(value)}" for key, value in head.items() if value]
    body = pandoc.convert(source.text, "gfm", [FILTER, "--wrap=none"])
    subtitle = f"*{source.subtitle}*\n\n" if source.subtitle else ""
    return "\n".join(["---", *lines, "---", "", f"# {source.title}", "", subtitle + _lower_headings(body)]).encode()


def build_text(source: Source) -> bytes:
    """Plain text of 78 columns, the way it comes out of an old registration system."""
    title = f"{source.title}\n{'=' * min(len(source.title), COLUMNS)}"
    lines = [title, source.subtitle, f"{source.organisation}, {source.date_text}"]
    body = pandoc.convert(source.text, "plain", [FILTER, f"--columns={COLUMNS}"])
    text = "\n\n".join(line for line in lines if line) + "\n\n" + body.strip() + "\n"
    if source.encoding != "utf-8":
        text = text.replace("\n", "\r\n")
    try:
        return text.encode(source.encoding)
    except UnicodeEncodeError as error:
        wrong = text[error.start : error.end]
        raise SourceError(f"{source.path.name}: het teken {wrong!r} bestaat niet in {source.encoding}.") from error


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"[:#\[\]{}]", value) else value


def _lower_headings(body: str) -> str:
    """Every heading one level down: the title is the only one of level 1."""
    return re.sub(r"^(#{1,5}) ", r"#\1 ", body, flags=re.MULTILINE)
