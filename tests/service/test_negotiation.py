"""Which forms a client accepts (RFC 9110, 12.5.1), and what a service can give."""

import pytest

from service.negotiation import accepts, produced

JSON = frozenset({"application/json"})


@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        ("", True),
        ("*/*", True),
        ("application/json", True),
        ("application/*;q=0.1", True),
        ("text/html, application/xhtml+xml, */*;q=0.8", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/json;q=onzin", True),
        ("text/html", False),
        ("application/json;q=0", False),
        ("application/json;q=0, */*", False),
        ("application/xml, application/json ; q=0.2", True),
        (" , ", True),
    ],
)
def test_the_most_precise_range_decides(accept: str, taken: bool) -> None:
    assert accepts(accept, JSON) is taken


def test_a_file_has_the_form_that_it_has() -> None:
    """Of several forms it is not the client that chooses."""
    one = {
        "operationId": "een",
        "responses": {"200": {"content": {"application/json": {}}}, "400": {"content": {"x": 1}}},
    }
    two = {"operationId": "twee", "responses": {"200": {"content": {"text/html": {}, "application/pdf": {}}}}}
    none = {"operationId": "geen", "responses": {"204": {"description": "Gelukt."}}}
    found = produced({"paths": {"/a": {"get": one, "post": two}, "/b": {"delete": none}}})
    assert found == {"een": JSON, "twee": frozenset(), "geen": frozenset()}
