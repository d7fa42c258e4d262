"""What `kennislab doctor` says of the reading of files, without a knowledge base."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import ocr
from service.checks import Check, run_checks
from service.settings import load_settings


@pytest.fixture(autouse=True)
def asked_again() -> Iterator[None]:
    ocr.languages.cache_clear()
    yield
    ocr.languages.cache_clear()


def checks(tmp_path: Path) -> dict[str, Check]:
    settings = load_settings({"data": str(tmp_path), "model": str(tmp_path / "geen-model")}, {})
    return {check.name: check for check in run_checks(settings)}


def test_the_sandbox_is_tried(tmp_path: Path) -> None:
    found = checks(tmp_path)["lezen"]
    assert found.fine
    assert "afgeschermd proces" in found.message
    assert bool(found.remedy) == ("netwerk eraf" in found.message)


def test_tesseract_is_advice_and_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = checks(tmp_path)["ocr"]
    assert found.fine
    assert "tesseract-ocr-nld" in found.remedy


@pytest.mark.skipif(not ocr.languages(), reason="geen tesseract met Nederlands: make tools")
def test_tesseract_is_named_with_its_languages(tmp_path: Path) -> None:
    found = checks(tmp_path)["ocr"]
    assert (found.fine, found.remedy) == (True, "")
    assert "nld" in found.message


def slides(tmp_path: Path, setting: str) -> Check:
    settings = load_settings({"data": str(tmp_path), "model": str(tmp_path / "geen-model"), "libreoffice": setting}, {})
    return {check.name: check for check in run_checks(settings)}["dia's"]


def test_libreoffice_is_advice_and_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = slides(tmp_path, "auto")
    assert found.fine
    assert "libreoffice-impress" in found.remedy
    assert slides(tmp_path, "uit").remedy == ""


def test_libreoffice_is_named_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for setting in ("auto", str(program)):
        found = slides(tmp_path, setting)
        assert (found.fine, found.remedy) == (True, "")
        assert str(program) in found.message


def test_a_wrong_path_of_libreoffice_is_a_fault(tmp_path: Path) -> None:
    found = slides(tmp_path, "/bestaat/niet/soffice")
    assert not found.fine
    assert "/bestaat/niet/soffice" in found.message
    assert "soffice" in found.remedy
