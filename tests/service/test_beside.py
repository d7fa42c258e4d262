"""The processes beside the first one: what they are told, and what they leave to it."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from search.embedded_index import EmbeddedIndex
from search.encoder import Encoder
from search.milvus_address import parse_milvus
from service.beside import Beside, beside_of, programs_beside
from service.cli import build_parser
from service.settings import Settings, load_settings
from service.wiring import open_searcher


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(load_settings({}, {}), data=tmp_path / "data", processes=3)


def test_each_gets_a_number_the_port_and_where_the_others_are(settings: Settings) -> None:
    programs = programs_beside(settings, [7, 8], Path("/tijdelijk/kennislab-x"), lambda: False)
    found = []
    for program in programs:
        assert list(program.command[:3]) == [sys.executable, "-m", "service.answer"]
        assert (program.files, program.may_start()) == ([7, 8], False)
        options = build_parser().parse_args(["serve", *program.command[3:]])
        assert options.data == str(settings.data.resolve())
        found.append(beside_of(options.beside))
    assert found == [Beside(number, [7, 8], Path("/tijdelijk/kennislab-x")) for number in (2, 3)]
    assert programs_beside(replace(settings, processes=1), [7], Path("/x"), lambda: True) == []


def test_no_password_is_on_a_command_line(settings: Settings) -> None:
    url, index = "postgresql+psycopg://ess:geheim@pg/kennislab", parse_milvus("milvus://ess:geheim@milvus:19530")
    for program in programs_beside(replace(settings, catalogue_url=url, milvus=index), [7], Path("/x"), lambda: True):
        assert "geheim" not in " ".join(program.command)


@pytest.mark.parametrize(("beside", "keeps"), [(False, True), (True, False)], ids=["first", "beside"])
def test_only_the_first_keeps_the_snapshot(settings: Settings, encoder: Encoder, beside: bool, keeps: bool) -> None:
    open_searcher(settings, encoder, create=True).index.close()
    searcher = open_searcher(settings, encoder, serving=True, beside=beside)
    try:
        assert isinstance(searcher.index, EmbeddedIndex)
        assert (searcher.index._keeper is not None) == keeps
    finally:
        searcher.index.close()
