"""Names that come from outside."""

import pytest

from ingest.names import LENGTH, clean_name


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("nota.md", "nota.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ik\\nota.md", "nota.md"),
        ("map/", "naamloos"),
        ("rap\u202etxt.md", "raptxt.md"),
        ("a\u0000b\u007f.md", "ab.md"),
        ("twee\nregels\ten  meer.md", "twee regels en meer.md"),
        ("café nota.md", "café nota.md"),
        ("cafe\u0301.md", "café.md"),
        ("...md", "md"),
        (".md", "md"),
        ("..", "naamloos"),
        ("", "naamloos"),
        ('wat<is>"dit"?.md', "wat_is__dit__.md"),
        ("x" * 400 + ".md", "x" * (LENGTH - 3) + ".md"),
        ("nota.met een heel lang achtervoegsel", "nota.met een heel lang achtervoegsel"),
    ],
)
def test_a_name_is_made_harmless(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean
    assert clean_name(clean) == clean
