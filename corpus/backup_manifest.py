"""What a backup says of itself, as JSON with Dutch names: people look in it when they choose which one to put back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from corpus.errors import BackupError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A file in the backup."""

    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup and what it was made of."""

    made: str  # the moment that the catalogue was copied: UTC, RFC 3339
    version: str  # of Kennislab
    fingerprint: str  # of the index, empty when nothing was indexed yet
    last_change: int  # newest number of the change sequence
    counts: Mapping[str, int]
    parts: tuple[Part, ...]
    missing: tuple[str, ...] = ()  # hashes of originals that were lost or damaged when the backup was made

    def to_json(self) -> bytes:
        """As it stands in the archive."""
        content = {
            "soort": "kennislab-reservekopie",
            "formaat": FORMAT,
            "gemaakt": self.made,
            "kennislab": self.version,
            "aantallen": dict(self.counts),
            "laatsteWijziging": self.last_change,
            "vingerafdruk": self.fingerprint,
            "ontbreekt": list(self.missing),
            "onderdelen": [{"naam": part.name, "bytes": part.size, "sha256": part.sha256} for part in self.parts],
        }
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Manifest":
        """The manifest that `to_json` wrote. Raises BackupError for anything else."""
        try:
            content = json.loads(data)
            if content["formaat"] != FORMAT:
                raise BackupError(f"Deze reservekopie heeft formaat {content['formaat']}. Werk Kennislab bij.")
            return cls(
                made=str(content["gemaakt"]),
                version=str(content["kennislab"]),
                fingerprint=str(content["vingerafdruk"]),
                last_change=int(content["laatsteWijziging"]),
                counts={str(name): int(count) for name, count in content["aantallen"].items()},
                parts=tuple(Part(str(p["naam"]), int(p["bytes"]), str(p["sha256"])) for p in content["onderdelen"]),
                missing=tuple(map(str, content["ontbreekt"])),
            )
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise BackupError("Het manifest van de reservekopie is niet te lezen. Gebruik een andere.") from error
