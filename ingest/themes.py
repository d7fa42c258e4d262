"""Themes for a document that was given none: known themes that its title or headings name.

A theme is proposed when its words, as the keyword leg reads them, stand side by side in the title or in at least two
headings. Nothing is guessed from the running text: there every theme of the field is mentioned sooner or later.
"""

from collections.abc import Collection, Iterable, Sequence

from corpus.catalogue import Catalogue
from corpus.scope import Scope
from corpus.types import BlockKind, Classification, Metadata, Page
from search.analysis import terms

# What a knowledge base in this field speaks of, for one that has no themes of its own yet.
COMMON = (
    *("preventie", "polarisatie", "radicalisering", "rechts-extremisme", "anti-institutioneel extremisme"),
    *("jongeren", "jongerenwerk", "jeugdhulp", "onderwijs", "gemeenschappen", "online", "meldpunt", "nazorg"),
    *("casusoverleg", "persoonsgerichte aanpak", "weging", "regie", "samenwerking", "lokale aanpak", "privacy"),
    *("maatschappelijke onrust", "communicatie", "openbare orde", "demonstratierecht", "discriminatie", "evaluatie"),
)
AT_MOST = 3
PROPOSED = "Thema voorgesteld"  # how the remark begins that says so


def known_themes(catalogue: Catalogue, level: Classification) -> set[str]:
    """Themes of documents that everyone may see who may see this level, and the common ones."""
    levels = frozenset(other for other in Classification if other.rank <= level.rank)
    return {*COMMON, *catalogue.themes(Scope(levels=levels))}


def propose_themes(metadata: Metadata, pages: Sequence[Page], known: Collection[str]) -> tuple[str, ...]:
    """At most three themes, those of the title first, then those of most headings."""
    title = terms(metadata.title, metadata.language)
    headings = [terms(heading, metadata.language) for heading in _headings(pages)]
    found = []
    for theme in known:
        words = terms(theme, metadata.language)
        count = sum(_contains(heading, words) for heading in headings)
        if words and (_contains(title, words) or count >= 2):
            found.append((not _contains(title, words), -count, theme))
    return tuple(sorted(theme for *_order, theme in sorted(found)[:AT_MOST]))


def _headings(pages: Sequence[Page]) -> Iterable[str]:
    for page in pages:
        yield from (page.text[block.start : block.end] for block in page.blocks if block.kind is BlockKind.HEADING)


def _contains(sequence: Sequence[str], part: Sequence[str]) -> bool:
    size = len(part)
    return any(list(sequence[start : start + size]) == list(part) for start in range(len(sequence) - size + 1))
