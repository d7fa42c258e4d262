"""Builds the sample knowledge base: `.venv/bin/python corpus/voorbeeld/bouw.py [--controle] [BESTAND ...]`."""

import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[0] = str(HERE.parent.parent)  # the repository root; this folder would hide the package bouw behind this file

from corpus.voorbeeld.bouw import build  # noqa: E402 - after the path is set
from corpus.voorbeeld.bouw.metadata import metadata_table  # noqa: E402
from corpus.voorbeeld.bouw.source import Source, SourceError, read_sources  # noqa: E402

DOCUMENTS, METADATA = HERE / "documenten", HERE / "metadata.tsv"


def main(arguments: list[str] | None = None) -> int:
    """0 when all is built (or equal, with --controle), 1 when a source is wrong or a file differs."""
    parser = argparse.ArgumentParser(description="Bouwt documenten/ en metadata.tsv uit bronnen/.")
    parser.add_argument("--controle", action="store_true", help="alleen nagaan welke bestanden verschillen in tekst")
    parser.add_argument("bestand", nargs="*", help="alleen deze bestanden bouwen, zonder metadata.tsv aan te raken")
    options = parser.parse_args(arguments)
    try:
        sources = read_sources(HERE / "bronnen")
        chosen = [source for source in sources if not options.bestand or source.file in options.bestand]
        if len(chosen) < len(options.bestand):
            unknown = sorted(set(options.bestand) - {source.file for source in sources})
            raise SourceError(f"Geen bron voor {', '.join(unknown)}. Geef de naam zoals bij 'bestand' in de YAML-kop.")
        if options.controle:
            return _check(chosen, whole=not options.bestand)
        return _build(chosen, whole=not options.bestand)
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1


def _build(sources: list[Source], *, whole: bool) -> int:
    DOCUMENTS.mkdir(exist_ok=True)
    for source in sources:
        start = time.perf_counter()
        path = build.build(source, DOCUMENTS)
        print(f"{source.file}: {path.stat().st_size // 1024} kB in {time.perf_counter() - start:.1f} s")
    if whole:
        for path in build.stale(sources, DOCUMENTS):
            path.unlink()
            print(f"{path.name}: verwijderd, de bron is er niet meer")
        build.write_metadata(sources, METADATA)
        print(f"{len(sources)} documenten gebouwd in {DOCUMENTS}")
    return 0


def _check(sources: list[Source], *, whole: bool) -> int:
    problems = [(source.file, problem) for source in sources if (problem := build.differs(source, DOCUMENTS))]
    if whole:
        problems += [(path.name, "heeft geen bron") for path in build.stale(sources, DOCUMENTS)]
        kept = METADATA.read_text(encoding="utf-8") if METADATA.exists() else ""
        if kept != metadata_table(sources):
            problems.append((METADATA.name, "komt niet overeen met de YAML-koppen"))
    for name, problem in problems:
        print(f"{name}: {problem}")
    if problems:
        print("Bouw opnieuw met: .venv/bin/python corpus/voorbeeld/bouw.py")
        return 1
    print(f"{len(sources)} documenten zijn gelijk aan hun bron")
    return 0


if __name__ == "__main__":
    sys.exit(main())
