"""No pattern of ours takes much more than twice the time for a text of twice the length."""

import ast
import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

import pytest

import ingest
import search

LENGTH = 6000  # characters; what is linear takes a millisecond, what is quadratic a tenth of a second or more
SECONDS = 0.1
METHODS = {"search", "match", "fullmatch", "finditer", "findall", "sub", "split"}
NOT_RUN = ("search.training", "search.model_build")
# Patterns that are only used on what cannot be long, each with the reason.
SHORT = {
    "ingest.readers.html._CHARSET": "the first 4096 bytes",
    "ingest.readers.html._SITE": "a title without runs of white space",
    "ingest.readers.pdf_draft._CONTENTS_LINE": "LONGEST_CONTENTS_LINE",
    "ingest.readers.pdf_hyphens._LINK": "_LOOK_BACK",
    "ingest.readers.pdf_hyphens._BROKEN": "_LOOK_BACK",
    "ingest.readers.pdf_hyphens._SLASH": "_LOOK_BACK",
    "ingest.readers.pdf_running._PAGE_WORDS": "LONGEST_PAGE_NUMBER",
    "ingest.readers.markdown_source._ADMONITION": "lines below 300 characters",
}
PIECES = (
    *(
        " ",
        "\t",
        "\n",
        " \n",
        "a",
        "A",
        "aB",
        "1",
        "1.",
        "1 ",
        "-",
        "- ",
        ".",
        ". ",
        "_",
        "*",
        "# ",
        "(",
        "[",
        "[^",
        "](",
        "<",
    ),
    *(
        "<a ",
        "<!--",
        "<style",
        "</",
        '"',
        "'",
        "=",
        "/",
        ":",
        ": ",
        "www.",
        "http://",
        "@",
        "{",
        "{.a ",
        "| ",
        "a-",
        "a, ",
    ),
    *(
        "a a",
        "20200",
        "é",
        "•",
        "x\n\n",
        "---\n",
        "```",
        '("',
        "!!! ",
        "<div markdown",
        "A. ",
        "\u00ad",
        "\uf0b7",
        "p. 1",
        "…",
    ),
)


@dataclass(frozen=True)
class Use:
    """A pattern and what is done with it."""

    name: str
    pattern: re.Pattern[str] | re.Pattern[bytes]
    method: str

    def run(self, text: str) -> None:
        content = text.encode() if isinstance(self.pattern.pattern, bytes) else text
        whole = self.method in ("search", "match", "fullmatch")
        made: Callable[..., object] = getattr(self.pattern, self.method if whole else "findall")
        made(content)


def modules() -> Iterator[ModuleType]:
    for package in (ingest, search):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.startswith(NOT_RUN):
                yield importlib.import_module(found.name)


def uses(module: ModuleType) -> Iterator[Use]:
    """Patterns at the top of a module with the methods that are called on them; patterns in a call to `re`."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(node, ast.Attribute) or node.attr not in METHODS or not isinstance(node.value, ast.Name):
            continue
        pattern = getattr(module, node.value.id, None)
        if isinstance(pattern, re.Pattern):
            yield Use(f"{module.__name__}.{node.value.id}", pattern, node.attr)
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        called = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        if (
            called is None
            or not isinstance(called.value, ast.Name)
            or called.value.id != "re"
            or called.attr not in METHODS
        ):
            continue
        if isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
            yield Use(f"{module.__name__}:{node.lineno}", re.compile(node.args[0].value), called.attr)


def slowest(use: Use) -> tuple[float, str]:
    """Seconds of processor time for the worst text, and what that was made of."""
    worst = (0.0, "")
    for piece in PIECES:
        for head, tail in (("", ""), ("a", "!"), ("<a ", "\x01")):
            text = head + piece * (LENGTH // len(piece)) + tail
            started = time.process_time()
            use.run(text)
            worst = max(worst, (time.process_time() - started, piece))
            if worst[0] > SECONDS:
                return worst
    return worst


ALL = {f"{use.name} {use.method}": use for module in modules() for use in uses(module) if use.name not in SHORT}


def test_the_patterns_are_found() -> None:
    assert len(ALL) > 60
    named = {use.name for module in modules() for use in uses(module)}
    assert SHORT.keys() <= named, "a pattern that is gone"


def test_a_slow_pattern_is_noticed() -> None:
    assert slowest(Use("proef", re.compile(r"(?:a|b)*\s*c|.*\d.*\dx"), "search"))[0] > SECONDS


@pytest.mark.parametrize("name", ALL)
def test_a_pattern_is_quick_on_repeated_characters(name: str) -> None:
    found, piece = slowest(ALL[name])
    if found > SECONDS:
        found, piece = slowest(ALL[name])  # the machine may have been busy
    assert found <= SECONDS, f"{found:.2f} s on {LENGTH} characters of {piece!r}"
