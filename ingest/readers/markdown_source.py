"""What is in a Markdown file beside Markdown proper: front matter, footnotes, admonitions, icons."""

import re
from dataclasses import dataclass

_FRONT = re.compile(r"\A---[ \t]*\n(?P<lines>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"[A-Za-z_][\w .-]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NOTE = re.compile(r" {0,3}\[\^([^\]\s]+)\]:[ \t]*(.*)")
_ADMONITION = re.compile(r"( *)(?:!!!|\?\?\?\+?|:::)[ \t]*[\w -]*?(?:\"(?P<title>[^\"]*)\")?[ \t]*$")
# `:material-account-search:` is an icon, `{ .lg .middle }` and `{#anker}` are looks.
_MARKDOWN_INSIDE = re.compile(r"\s*<\w+[^>]*\smarkdown(?:=[^>]*)?(?:\s[^>]*)?>\s*$")
_ICON = re.compile(r":(?:material|fontawesome|octicons|simple|rijksoverheid)-[\w-]+:")
_LOOK = r"(?:[.#][\w-]+|[\w-]+=(?:\"[^\"]*\"|[\w-]+))"
_LOOKS = re.compile(rf"\{{:?\s*{_LOOK}(?:\s+{_LOOK})*\s*\}}")


@dataclass(frozen=True, slots=True)
class Source:
    """A Markdown file taken apart."""

    front: dict[str, str]  # keys in lower case
    text: str  # Markdown proper
    notes: dict[str, str]  # footnotes by their label, as Markdown


def take_apart(text: str) -> Source:
    """Split front matter and footnotes off, and write the rest as plain CommonMark."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front, text = _front_matter(text)
    lines, notes = _without_notes(text.split("\n"))
    return Source(front, "\n".join(_without_looks(_without_admonitions(lines))), notes)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """Keys with a value on their own line; lists and nested keys are left out."""
    found = _FRONT.match(text)
    if not found:
        return {}, text
    lines = found["lines"].split("\n")
    filled = [line for line in lines if line.strip() and not line.startswith((" ", "\t", "-", "#"))]
    pairs = [line.partition(":") for line in filled]
    if not pairs or not all(_is_pair(*pair) for pair in pairs):
        return {}, text  # a horizontal line with text below it, and no front matter
    return {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}, text[found.end() :]


def _is_pair(key: str, colon: str, value: str) -> bool:
    return bool(colon) and bool(_KEY.fullmatch(key.rstrip())) and (not value or value[0].isspace())


def _without_notes(lines: list[str]) -> tuple[list[str], dict[str, str]]:
    kept: list[str] = []
    notes: dict[str, str] = {}
    fence, label = "", ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        note = None if fence else _NOTE.match(line)
        if note:
            label = note[1]
            notes[label] = note[2]
        elif label and (line.startswith(("    ", "\t")) or (line.strip() and notes[label] and _goes_on(line))):
            notes[label] += f" {line.strip()}"
        else:
            label = label if label and not line.strip() else ""
            kept.append(line)
    return kept, notes


def _goes_on(line: str) -> bool:
    """Whether a line right below a footnote can only be the rest of it."""
    return line[:1].islower()


def _without_admonitions(lines: list[str]) -> list[str]:
    """`!!! info "Let op"` with an indented text becomes a bold line with that text below it."""
    written: list[str] = []
    indent = 0
    for line in lines:
        if indent and line.strip() and not line.startswith(" " * indent):
            indent = 0
        inner = line[indent:] if indent and line.strip() else line
        found = _ADMONITION.match(inner) if len(inner) < 300 else None
        if found:
            indent += 0 if ":::" in inner else len(found[1]) + 4
        written.append(f"\n{found['title'] or ''}\n" if found else inner)
    return written


def _without_looks(lines: list[str]) -> list[str]:
    """Without icons and classes; below `<div markdown>` Markdown begins, which takes an empty line to see."""
    plain = (_LOOKS.sub("", _ICON.sub("", line)) for line in lines)
    return [f"{line.strip()}\n" if _MARKDOWN_INSIDE.match(line) else line for line in plain]
