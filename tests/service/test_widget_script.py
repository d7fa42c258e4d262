"""The script of `<kennislab-zoek>` and the page that shows it: what goes out, for whom, and how big it is."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.errors import ModelError
from search.searcher import Searcher
from service.app import create_app
from service.routes.pages import FOLDER, POLICY
from service.routes.widget import EXAMPLE, EXAMPLE_SERVER, PARTS, STYLES

ROOT = Path(__file__).resolve().parent.parent.parent
MANUAL = (ROOT / "docs" / "inbouwen.md").read_text(encoding="utf-8")


def closed() -> Searcher:
    raise ModelError("geen model")


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(closed, "https://example.nl/contact")) as opened:
        yield opened


def test_any_website_may_load_the_script(client: TestClient) -> None:
    answer = client.get("/widget.js", headers={"Origin": "https://portaal.example"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("address", ["/widget.js", "/voorbeeld-portaal"])
def test_unchanged_costs_nothing(client: TestClient, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert client.get(address, headers={"If-None-Match": '"anders"'}).content == first.content
    assert client.head(address).headers["content-length"] == first.headers["content-length"]


def test_it_is_one_small_plain_script(client: TestClient) -> None:
    text = client.get("/widget.js").text
    assert len(gzip.compress(text.encode())) < 25_000
    assert not re.search(r"^\s*(?:import|export)\b", text, re.MULTILINE)
    assert text.startswith("(() => {")
    assert "customElements.define" in text


def test_every_part_is_in_it(client: TestClient) -> None:
    text = client.get("/widget.js").text
    names = {path.name for path in FOLDER.glob("widget*.js")}
    assert names <= set(PARTS)
    for name in PARTS:
        imported = re.findall(r'from "\./([^"]+)"', (FOLDER / name).read_text(encoding="utf-8"))
        assert {PARTS.index(other) < PARTS.index(name) for other in imported} <= {True}, name
    for word in re.findall(r"^export (?:async )?(?:function|class|const) (\w+)", text_of_parts(), re.MULTILINE):
        assert len(re.findall(rf"^(?:async )?(?:function|class|const) {word}\b", text, re.MULTILINE)) == 1, word


def text_of_parts() -> str:
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in PARTS)


def test_it_keeps_nothing_and_knows_no_other_server(client: TestClient) -> None:
    text = client.get("/widget.js").text
    assert not re.search(r"cookie|localStorage|sessionStorage|indexedDB|sendBeacon", text)
    assert not re.search(r"https?://\w", text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)


def test_the_page_of_the_manual_is_the_page_that_works(client: TestClient) -> None:
    page = (FOLDER / EXAMPLE).read_text(encoding="utf-8")
    assert page in MANUAL
    served = client.get("/voorbeeld-portaal")
    assert served.headers["content-security-policy"] == POLICY
    assert served.text == page.replace(EXAMPLE_SERVER, "")
    assert '<script src="/widget.js" async></script>' in served.text


def test_the_manual_names_what_exists(client: TestClient) -> None:
    script = client.get("/widget.js").text
    style = "".join((FOLDER / name).read_text(encoding="utf-8") for name in STYLES)
    code = (FOLDER / "widget.js").read_text(encoding="utf-8")
    attributes = "server|sleutel|taal|soort|thema|organisatie|documenttaal|aantal|suggesties|naam|kopniveau"
    for name in attributes.split("|"):
        assert f"`{name}`" in MANUAL
        assert f'"{name}"' in code or f"{name}:" in code
    for value in re.findall(r':host\(\[weergave="(\w+)"\]\)', style):
        assert f"`{value}`" in MANUAL
    assert "`weergave`" in MANUAL
    for name in set(re.findall(r"var\(\s*--kennislab-([a-z-]+)", style)):
        kind = name.removeprefix("kleur")
        assert f"--kennislab-{name}" in MANUAL or f"`{kind}`" in MANUAL, name
    parts = MANUAL[MANUAL.index("Met `::part()`") : MANUAL.index("Andere CSS")]
    used = set(" ".join(re.findall(r'part: ["`]([a-z$ {}-]+)', script)).split())
    used |= {"markering", "titel-link", "open"}
    assert set(re.findall(r"`([a-z-]+)`", parts)) <= used
