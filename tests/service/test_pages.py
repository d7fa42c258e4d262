"""The pages go out whole, under a policy that lets nothing else run, and only they."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.errors import ModelError
from search.searcher import Searcher
from service.app import create_app
from service.routes.pages import FOLDER, MEDIA_TYPES, PAGES, contact_address

ROOT = Path(__file__).resolve().parent.parent.parent
ASSETS = sorted(path.name for path in FOLDER.iterdir() if path.suffix in MEDIA_TYPES and path.suffix != ".html")
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


def closed() -> Searcher:
    raise ModelError("geen model")


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(closed, 'https://example.nl/contact?a=1&b="2"')) as opened:
        yield opened


@pytest.mark.parametrize("address", sorted(PAGES))
def test_a_page_is_html_in_dutch_under_a_strict_policy(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert set(answer.headers["content-security-policy"].split("; ")) == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.text.startswith('<!doctype html>\n<html lang="nl">')
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("address", sorted(PAGES))
def test_nothing_stands_in_the_page_that_the_policy_forbids(client: TestClient, address: str) -> None:
    text = client.get(address).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//(?!example\.nl/)', text)


def test_the_question_has_no_name_so_that_no_form_can_put_it_in_an_address(client: TestClient) -> None:
    (field,) = re.findall(r'<input[^>]*id="vraag"[^>]*>', client.get("/").text)
    assert " name=" not in field
    assert 'autocomplete="off"' in field


def test_the_contact_is_filled_in_as_text(client: TestClient) -> None:
    text = client.get("/").text
    assert 'data-contact="https://example.nl/contact?a=1&amp;b=&quot;2&quot;"' in text
    assert "{{" not in text


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("https://example.nl/x", "https://example.nl/x"),
        ("mailto:a@example.nl", "mailto:a@example.nl"),
        ("a@example.nl", "mailto:a@example.nl"),
        ("bel 070-1234567", ""),
        ("javascript:alert(1)@x", ""),
        ("", ""),
    ],
)
def test_a_contact_that_is_no_address_leads_nowhere(setting: str, address: str) -> None:
    assert contact_address(setting) == address


@pytest.mark.parametrize("name", ASSETS)
def test_what_a_page_is_made_of_has_its_own_type(client: TestClient, name: str) -> None:
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA_TYPES[Path(name).suffix]
    assert answer.content == (FOLDER / name).read_bytes()
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_a_browser_finds_the_icon_by_itself(client: TestClient) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.content == (FOLDER / "icon.svg").read_bytes()


def test_every_name_that_is_used_exists(client: TestClient) -> None:
    used = set()
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'"/static/([^"]+)"', text))
        used |= set(re.findall(r'from "\./([^"]+)"', text))
    assert len(used) > 12
    assert used <= set(ASSETS)


def test_unchanged_costs_nothing(client: TestClient) -> None:
    for address in ("/", "/static/base.css"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert client.get(address, headers={"If-None-Match": '"anders"'}).status_code == 200
        assert client.head(address).headers["content-length"] == first.headers["content-length"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/zoek.html",
        "/static/",
        "/static/onbekend.css",
        "/static/..%2f..%2fservice%2fapp.py",
        "/static/%2e%2e/routes/pages.py",
        "/static//etc/passwd",
        "/static/zoek.js/",
        "/zoek.html",
        "/bron/",
    ],
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_pages_are_part_of_the_package() -> None:
    """What setuptools is told to take along covers every file, so that an installed Kennislab has its pages."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'service = ["web/*"' in text
    assert all(path.parent == FOLDER for path in FOLDER.rglob("*") if path.is_file())


def test_no_script_makes_markup_of_text_or_keeps_a_question() -> None:
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|localStorage|document\.cookie"
    )
    for path in FOLDER.glob("*.js"):
        assert not re.search(forbidden, path.read_text(encoding="utf-8")), path.name
