"""The import rules of DESIGN: data flows one way and imports point the other way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("corpus", "search", "ingest", "service")
MAY_IMPORT = {
    "corpus": {"corpus"},
    "search": {"search", "corpus"},
    "ingest": {"ingest", "search", "corpus"},
    "service": {"service", "ingest", "search", "corpus"},
}
FORBIDDEN = {
    "corpus": {"fastapi", "torch", "faiss", "sentence_transformers"},
    "search": {"fastapi"},
    "ingest": {"fastapi", "faiss", "torch", "sqlite3"},
    "service": {"faiss", "torch", "sentence_transformers", "sqlite3"},
}
# Loading these takes seconds or much memory, so only who needs them pays.
HEAVY = {"torch", "faiss", "sentence_transformers", "transformers", "onnxruntime"}


def modules() -> list[Path]:
    return [
        path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "voorbeeld" not in path.parts
    ]


def imports(tree: ast.AST) -> Iterator[tuple[str, int, bool]]:
    """Name, line and whether it stands inside a function, for each import; relative ones as '.'."""
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) in inside
        elif isinstance(node, ast.ImportFrom):
            yield "." if node.level else str(node.module), node.lineno, id(node) in inside


def violations(package: str, source: str) -> list[str]:
    """What a module of this package does against the rules."""
    found = []
    tree = ast.parse(source)
    typing_only = {
        node.lineno
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    for name, line, lazy in imports(tree):
        top = name.split(".")[0]
        if name == ".":
            found.append(f"{line}: relative import")
        elif top in PACKAGES and top not in MAY_IMPORT[package]:
            found.append(f"{line}: {package} imports {name}")
        elif top in PACKAGES and lazy:
            found.append(f"{line}: {name} imported inside a function")
        elif top in FORBIDDEN[package] and line not in typing_only:
            found.append(f"{line}: {package} imports {name}")
        elif top in HEAVY and not lazy and line not in typing_only:
            found.append(f"{line}: {name} imported at the top")
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_what_it_may(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    assert not violations(package, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("corpus", "import search.text"),
        ("search", "from ingest.pipeline import Pipeline"),
        ("ingest", "import service.app"),
        ("service", "import faiss"),
        ("search", "import torch"),
        ("ingest", "from . import pipeline"),
        ("service", "def f():\n    from corpus.types import Page"),
        ("search", "import fastapi"),
    ],
)
def test_a_planted_violation_is_found(package: str, source: str) -> None:
    assert violations(package, source)


def test_no_import_cycles() -> None:
    graph: dict[str, set[str]] = {}
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules()}
    for path in modules():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        targets = {target for target, _, _ in imports(tree) if target in names}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                targets |= {f"{node.module}.{alias.name}" for alias in node.names} & names
        graph[name] = targets
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " → ".join([*path, name])
        if name not in done:
            for target in graph[name]:
                visit(target, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())
    assert done == names


def test_files_stay_small() -> None:
    long = {str(path): count for path in modules() if (count := len(path.read_text().splitlines())) > 400}
    assert not long
