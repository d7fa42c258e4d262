"""Content of a PDF page: what is read token by token is what pypdf reads byte by byte."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.errors import PyPdfError
from pypdf.generic import ContentStream

from ingest.readers import pdf_operators
from ingest.readers.pdf_operators import Operation, operations

WELL_WRITTEN = [
    b"BT /F1 12 Tf 1 0 0 1 72.5 -.75 Tm (Een tekst) Tj ET",
    b"[(Rad) -20 (ical) 3.5 <00410042> ] TJ",
    b"/P <</MCID 3>> BDC (x) Tj EMC /Span << /MCID\n14 >> BDC EMC",
    b"/Span <</ActualText (af) /MCID 2>>BDC EMC",
    rb"(haakjes \( en \) en \\ en \101\12\7x\n) Tj",
    b"<4A 4b\n4> Tj <> Tj",
    b"q 1.5 w 0 0 m 10 10 l S Q f* T* 'x",
    b"/Naam-1.a+b gs +5 -7. 0.0 rg",
    b"1 2 3",
    b"[(af)",
    b"\x00\x0c q\x0cQ ",
    b"",
]
ODD = [
    b"% een opmerking\nq Q",
    b"(binnen (haakjes) erin) Tj",
    b"(geen \\d teken) Tj (regel\\\nafgebroken) Tj (\\777) Tj",
    b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q",
    b"[[1 2] 3] 0 d",
    b"/A#42 gs /\xe9 gs",
    b"[null true 1] TJ",
    b"12345678901 1.2.3 --4 m",
    b"q\x0bQ 5\x0bw",
    b"(open",
    b"[(open",
    b"<zz> Tj",
    b"] TJ",
    b"1 0 R Tj",
    b"endstream }{ q",
]


def by_pypdf(data: bytes) -> list[Operation] | str:
    stream = ContentStream(None, None, "bytes")
    stream._data = data
    try:
        return [(operands, bytes(name)) for operands, name in stream.operations]
    except (PyPdfError, AssertionError, ValueError) as error:
        return type(error).__name__


def by_us(data: bytes) -> list[Operation] | str:
    stream = ContentStream(None, None, "bytes")
    stream._data = data
    try:
        return [(operands, bytes(name)) for operands, name in operations(stream)]
    except (PyPdfError, AssertionError, ValueError) as error:
        return type(error).__name__


@pytest.mark.parametrize("data", WELL_WRITTEN, ids=range(len(WELL_WRITTEN)))
def test_what_is_well_written_is_read_here_and_the_same(data: bytes) -> None:
    assert pdf_operators._read(data) == by_pypdf(data)


@pytest.mark.parametrize("data", ODD, ids=range(len(ODD)))
def test_what_is_odd_is_left_to_pypdf(data: bytes) -> None:
    with pytest.raises(pdf_operators._OddError):
        pdf_operators._read(data)
    assert by_us(data) == by_pypdf(data)


def test_whole_numbers_stay_whole() -> None:
    (((whole, broken), _),) = pdf_operators._read(b"3 3. Td")
    assert (type(whole), type(broken)) == (int, float)


def test_a_very_long_stream_is_left_to_what_bounds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_operators, "MAX_TOKENS", 9)
    assert len(pdf_operators._read(b"q Q " * 4)) == 8
    with pytest.raises(pdf_operators._OddError):
        pdf_operators._read(b"q Q " * 5)


TOKENS = [
    *(b"12", b"-.5", b"3.", b"+7", b"1e5", b"(a)", b"(\\(b\\051)", b"(c(d))", b"<6162>", b"<6>", b"[", b"]", b"/F1"),
    *(b"/", b"<<", b">>", b"/MCID", b"<</MCID 7>>", b"Tj", b"TJ", b"'", b'"', b"T*", b"BI", b"ID", b"EI", b"R", b"%"),
    *(b"null", b"true", b"\\", b"\x00", b"\x0b", b"\xff", b"{", b")"),
]
BETWEEN = [b" ", b"\n", b"", b"\r\n", b"\t", b"\x0c"]


@given(st.lists(st.tuples(st.sampled_from(TOKENS), st.sampled_from(BETWEEN)), max_size=12))
def test_any_content_is_read_as_pypdf_reads_it(parts: list[tuple[bytes, bytes]]) -> None:
    data = b"".join(token + between for token, between in parts)
    found: Any = by_us(data)
    assert found == by_pypdf(data)
