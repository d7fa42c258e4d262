"""What the documents on scaling say is so, as far as it can be checked without a cluster."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus.postgres import MINIMUM_VERSION, parse_url
from search.milvus_address import VECTOR_INDEXES, parse_milvus
from search.milvus_index import MINIMUM_VERSION as MINIMUM_MILVUS
from service.cli import build_parser
from service.settings import SETTINGS, load_settings

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "docs" / "opschalen"
TEXT = (ROOT / "docs" / "opschalen.md").read_text(encoding="utf-8")


def loaded(name: str) -> dict[str, Any]:
    content = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def test_the_compose_file_is_whole_and_names_real_images() -> None:
    content = loaded("compose.yaml")
    services = content["services"]
    images = {name: one["image"].split(":")[0] for name, one in services.items()}
    assert {images[name] for name in ("postgres", "seaweedfs", "milvus", "etcd", "minio")} == {
        "postgres",
        "chrislusf/seaweedfs",
        "milvusdb/milvus",
        "quay.io/coreos/etcd",
        "minio/minio",
    }
    for one in services.values():
        assert set(one.get("depends_on", ())) <= services.keys()
        # One without a name is the container's own.
        named = {volume.split(":")[0] for volume in one.get("volumes", ()) if not volume.startswith("/")}
        assert named <= content["volumes"].keys()
        assert not one["image"].endswith(":latest")


def test_the_settings_in_the_compose_file_exist_and_are_accepted() -> None:
    settings = loaded("compose.yaml")["services"]["service"]["environment"]
    of_everyone = {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}  # whoever speaks S3 knows these
    assert settings.keys() - of_everyone <= {setting.variable for setting in SETTINGS}
    assert load_settings({}, {"KENNISLAB_FILES": settings["KENNISLAB_FILES"]}).files is not None
    assert parse_url(settings["KENNISLAB_CATALOGUE"].replace("${POSTGRES_PASSWORD:?}", "x")).host == "postgres"
    assert parse_milvus(settings["KENNISLAB_INDEX"]).shown == "milvus:19530"


def test_its_commands_are_verbs() -> None:
    parser = build_parser()
    for name in ("service", "werker"):
        command = loaded("compose.yaml")["services"][name]["command"]
        assert command[0] == "kennislab"
        assert parser.parse_args(command[1:]).verb in {"serve", "work"}


@pytest.mark.parametrize("name", ["helm-postgresql.yaml", "helm-milvus.yaml", "helm-seaweedfs.yaml"])
def test_the_values_for_helm_are_yaml_with_a_version(name: str) -> None:
    assert loaded(name)
    assert re.search(r"(tag|imageName): \S*\d", (FOLDER / name).read_text(encoding="utf-8"))


def test_links_and_numbers_in_the_text() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target
    assert f"PostgreSQL {MINIMUM_VERSION} of nieuwer" in TEXT
    assert f"Milvus {'.'.join(map(str, MINIMUM_MILVUS))} of nieuwer" in TEXT
    assert all(name in TEXT for name in VECTOR_INDEXES)
    assert set(re.findall(r"KENNISLAB_[A-Z0-9_]*[A-Z0-9]", TEXT)) <= {setting.variable for setting in SETTINGS}
