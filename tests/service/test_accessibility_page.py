"""The statement on accessibility: the page says what the document says, and every page of ours leads there."""

import re

import pytest
from axe_playwright_python.base import AXE_FILE_PATH

from service.routes.pages import FOLDER
from tests.service.accessibility_page import PAGE, SOURCE, rebuilt


def test_the_page_is_the_document() -> None:
    assert rebuilt() == PAGE.read_text(encoding="utf-8"), "python tests/service/accessibility_page.py"


@pytest.mark.parametrize("name", ["zoek.html", "beheer.html"])
def test_the_pages_lead_to_it(name: str) -> None:
    assert 'href="/toegankelijkheid"' in (FOLDER / name).read_text(encoding="utf-8")


def test_it_names_the_version_of_axe_that_is_used() -> None:
    (version,) = re.findall(r"axe v([\d.]+)", AXE_FILE_PATH.read_text(encoding="utf-8")[:200])
    assert f"axe-core {version} " in SOURCE.read_text(encoding="utf-8")
