"""What reading one file may take."""

from dataclasses import dataclass

from ingest.files import MAX_FILE_BYTES

MB = 1 << 20
MAX_CHARACTERS = 10_000_000  # of text in one file: about 4000 full pages


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on one file; what goes over one is `mislukt`, with that as the reason."""

    seconds: float = 120  # of waiting, before text recognition
    recognition_seconds: float = 600  # of waiting, once text recognition has begun
    cpu_seconds: int = 120  # of processor time
    memory: int = 2048 * MB  # bytes of address space
    file_size: int = MAX_FILE_BYTES
    pages: int = 5000
    characters: int = MAX_CHARACTERS
    output: int = 64 * MB  # bytes of the text and its structure


def too_long(characters: int, most: int = MAX_CHARACTERS) -> str:
    """The reason for a file with more text than the limit."""
    return f"Het bestand bevat {_grouped(characters)} tekens tekst; het maximum is {_grouped(most)}. Deel het op."


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def too_large(size: int) -> str:
    """The reason for a file above the limit."""
    return f"Het bestand is groter dan {size // MB} MB. Deel het op."
