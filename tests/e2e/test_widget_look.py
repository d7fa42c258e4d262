"""Light or dark: as the portal says, or as the attribute `weergave` says."""

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Open
from tests.e2e.portal import CALM, Portal

LIGHT, DARK = "rgb(28, 37, 48)", "rgb(233, 235, 238)"  # of the letters


def ink(page: Page) -> str:
    script = "host => getComputedStyle(host.shadowRoot.querySelector('.zoekvak')).color"
    return str(page.locator("kennislab-zoek").evaluate(script))


@pytest.mark.parametrize(
    ("attribute", "system", "expected"),
    [
        ("", "dark", LIGHT),  # the portal says nothing of dark
        ('weergave="licht"', "dark", LIGHT),
        ('weergave="donker"', "light", DARK),
        ('weergave="auto"', "light", LIGHT),
        ('weergave="auto"', "dark", DARK),
        ('weergave="paars"', "dark", LIGHT),
    ],
)
def test_it_is_light_or_dark_as_asked(
    server: str, portal: Portal, open_page: Open, attribute: str, system: str, expected: str
) -> None:
    page = open_page(color_scheme=system).page
    page.goto(portal.place(server, attribute, style=CALM))
    assert ink(page) == expected


def test_it_changes_at_once_and_goes_before_what_the_portal_says(server: str, portal: Portal, open_page: Open) -> None:
    page = open_page(color_scheme="dark").page
    page.goto(portal.place(server))
    assert ink(page) == DARK
    for value, expected in (("licht", LIGHT), ("donker", DARK)):
        page.locator("kennislab-zoek").evaluate("(host, value) => host.setAttribute('weergave', value)", value)
        assert ink(page) == expected
