"""The address of a store of files, and the access to it."""

from pathlib import Path

import pytest

from corpus.errors import SettingsError
from corpus.s3_address import S3Access
from service.settings import Settings, load_settings
from service.workers import shared_flags

SECRET = "zeergeheim"  # noqa: S105 - of nobody
SERVER = {"AWS_ENDPOINT_URL": "https://opslag.intern:8333", "AWS_ACCESS_KEY_ID": "jan", "AWS_SECRET_ACCESS_KEY": SECRET}


def settings(**environment: str) -> Settings:
    return load_settings({}, environment)


def test_without_the_setting_files_are_in_the_data_folder() -> None:
    assert settings().files is None
    assert settings(KENNISLAB_FILES="embedded").files is None


def test_the_names_that_every_program_knows_are_understood() -> None:
    found = settings(KENNISLAB_FILES="s3://bak/kb/een/", AWS_REGION="eu-central-1", **SERVER).files
    assert found is not None
    assert (found.bucket, found.prefix, found.url) == ("bak", "kb/een", "s3://bak/kb/een")
    assert found.access == S3Access("https://opslag.intern:8333", "eu-central-1", "jan", SECRET)
    assert found.copies_bytes == 1 << 30


def test_ours_go_before_those_and_a_flag_before_all() -> None:
    ours = {"KENNISLAB_S3_ENDPOINT": "http://hier:1", "KENNISLAB_S3_ACCESS_KEY": "a", "KENNISLAB_S3_SECRET_KEY": "b"}
    given = SERVER | ours | {"KENNISLAB_FILES": "s3://bak", "KENNISLAB_FILES_CACHE_MB": "5"}
    found = load_settings({"files": "s3://anders/kb"}, given).files
    assert found is not None
    assert (found.url, found.access) == ("s3://anders/kb", S3Access("http://hier:1", "", "a", "b"))
    assert found.copies_bytes == 5 << 20
    assert load_settings({"files": "embedded"}, given).files is None


def test_a_worker_is_told_where_files_are_but_no_secret() -> None:
    flags = shared_flags(settings(KENNISLAB_FILES="s3://bak/kb", **SERVER))
    assert "s3://bak/kb" in flags
    assert SECRET not in " ".join(flags)
    assert "embedded" in shared_flags(settings())


def test_in_a_cloud_no_key_is_needed() -> None:
    assert settings(KENNISLAB_FILES="s3://bak").files is not None  # of AWS itself: the machine may have one
    given = {"AWS_ENDPOINT_URL": "https://s3.intern", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}
    assert settings(KENNISLAB_FILES="s3://bak", **given).files is not None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"KENNISLAB_FILES": f"s3://jan:{SECRET}@bak/kb"}, "een adres als s3://bucket/map"),
        ({"KENNISLAB_FILES": f"http://jan:{SECRET}@bak/kb"}, "een adres als s3://bucket/map"),
        ({"KENNISLAB_FILES": "s3://"}, "een adres als s3://bucket/map"),
        ({"KENNISLAB_FILES": "s3://Bak"}, "een adres als s3://bucket/map"),
        ({"KENNISLAB_FILES": "s3://bak/../kb"}, "een adres als s3://bucket/map"),
        ({"KENNISLAB_FILES": "s3://bak/kb//een"}, "een adres als s3://bucket/map"),
        ({"KENNISLAB_FILES": "s3://bak", "AWS_ACCESS_KEY_ID": ""}, "s3_access_key niet"),
        ({"KENNISLAB_FILES": "s3://bak", "AWS_SECRET_ACCESS_KEY": ""}, "s3_secret_key niet"),
        ({"AWS_ENDPOINT_URL": f"https://jan:{SECRET}@server"}, "geen adres van een server"),
        ({"AWS_ENDPOINT_URL": "ftp://server"}, "geen adres van een server"),
        ({"AWS_ENDPOINT_URL": "https://server:poort"}, "geen adres van een server"),
        ({"AWS_CA_BUNDLE": "/bestaat/niet.pem"}, "geen bestand /bestaat/niet.pem"),
        ({"KENNISLAB_FILES_CACHE_MB": "0"}, "files_cache_mb"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(f"{k}={v}" for k, v in value.items())[-60:],
)
def test_what_can_not_be_is_refused_without_repeating_a_secret(changes: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        settings(**(SERVER | changes))
    assert SECRET not in str(refused.value)


def test_a_server_without_a_key_is_refused() -> None:
    with pytest.raises(SettingsError, match="is een sleutel nodig"):
        settings(KENNISLAB_FILES="s3://bak", AWS_ENDPOINT_URL="https://s3.intern")


def test_the_settings_hide_the_key(tmp_path: Path) -> None:
    certificates = tmp_path / "ca.pem"
    certificates.write_text("")
    found = settings(KENNISLAB_FILES="s3://bak/kb", AWS_CA_BUNDLE=str(certificates), **SERVER)
    assert found.s3.certificates == str(certificates)
    assert SECRET not in repr(found)
    assert SECRET not in repr(found.files)
