"""The metadata file that goes with the built documents, as `kennislab ingest --metadata` reads it."""

from collections.abc import Iterable

from corpus.voorbeeld.bouw.source import Source

COLUMNS = ("file", "titel", "soort", "organisatie", "auteur", "datum", "thema", "vertrouwelijkheid", "bron")


def metadata_row(source: Source) -> tuple[str, ...]:
    """The values of one file, in the order of COLUMNS."""
    values = (
        source.file,
        source.title,
        source.kind,
        source.organisation,
        source.author,
        source.date.isoformat(),
        ";".join(source.themes),
        source.classification,
        source.source,
    )
    return tuple(" ".join(value.split()) for value in values)


def metadata_table(sources: Iterable[Source]) -> str:
    """The whole TSV, with a header row, ordered by file."""
    rows = [COLUMNS, *sorted(metadata_row(source) for source in sources)]
    return "".join("\t".join(row) + "\n" for row in rows)
