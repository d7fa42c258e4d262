"""What the documents say is so."""

import re
from pathlib import Path

import pytest

from corpus import errors
from service.cli import VERBS, build_parser
from service.problems import STATUSES
from service.settings import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):(?:.*)## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_readme_is_one_page() -> None:
    assert len(README.splitlines()) <= 80


@pytest.mark.parametrize("verb", [module.NAME for module in VERBS])
def test_every_verb_is_in_the_readme(verb: str) -> None:
    assert re.search(rf"^\| `{verb}\b", README, re.MULTILINE)


def test_the_readme_names_only_make_targets_that_exist() -> None:
    text = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert set(re.findall(r"make ([a-z-]+)", text)) - {"run", "test"} <= make_targets()
    assert {"run", "test", "test-all", "check", "fix", "eval", "doctor", "clean", "setup"} <= make_targets()


def test_flags_in_the_readme_exist() -> None:
    known = {flag for action in _all_actions() for flag in action}
    assert set(re.findall(r"(--[a-z][a-z-]+)", README)) <= known | {"--help"}


def _all_actions() -> list[list[str]]:
    """The flags of every verb, and of what a verb such as `keys` has under it."""
    found, parsers = [], [build_parser()]
    while parsers:
        for action in parsers.pop()._actions:
            found.append(action.option_strings)
            if isinstance(action.choices, dict):
                parsers.extend(action.choices.values())
    return found


def test_every_setting_has_a_name_and_help() -> None:
    assert all(setting.help and setting.name.islower() for setting in SETTINGS)
    assert {"KENNISLAB_DATA", "KENNISLAB_MODEL"} <= {setting.variable for setting in SETTINGS}


def test_every_error_has_a_status_and_stands_in_the_tree() -> None:
    classes = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert len(classes) > 8
    for error in classes:
        assert error in STATUSES, error
        assert error.__name__ in (errors.__doc__ or "")


def test_links_in_the_documents_lead_somewhere() -> None:
    own = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "corpus" / "voorbeeld" / "README.md"]
    for path in [*own, *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert "://" in target or (path.parent / target).exists(), f"{path.name}: {target}"
