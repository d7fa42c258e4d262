"""Which blocks are headings, and of which level."""

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from corpus.types import BlockKind
from ingest.readers.pdf_draft import BULLET, CAPTION, NUMBERING, Draft

LARGER = 1.13  # times the body size
LONGEST = 140  # characters
MAX_LINES = 3
MAX_SHARE = 0.25  # of the letters of a document may look like headings; above it the look says nothing
_ENDS_A_SENTENCE = re.compile(r"[.,;:…]$|[.!]\s*[\"'”’)]$")
_WORDS = re.compile(r"[^\W\d_]{3}")


def mark_headings(pages: Sequence[list[Draft]], body: float, outline: Mapping[str, int]) -> None:
    """Turn paragraphs that look like headings into headings, and give levels by size order."""
    drafts = [draft for page in pages for draft in page]
    letters = sum(len(draft.text) for draft in drafts)
    doubt_tags(drafts, body)
    for looks in (_is_large, _is_bold):
        found = [
            draft for draft, after in zip_longest(drafts, drafts[1:]) if _may_be(draft) and looks(draft, after, body)
        ]
        if sum(len(draft.text) for draft in found) <= MAX_SHARE * letters:
            _give_levels(found, drafts, body)
    _mark_bookmarked(drafts, letters, outline)


def _mark_bookmarked(drafts: Sequence[Draft], letters: int, outline: Mapping[str, int]) -> None:
    """Paragraphs that are the title of a bookmark; bookmarks on most of the text are worth nothing."""
    found = [
        (draft, level)
        for draft in drafts
        if draft.kind is BlockKind.PARAGRAPH and (level := outline.get(_plain(draft.text), 0))
    ]
    if sum(len(draft.text) for draft, _ in found) > MAX_SHARE * letters:
        return
    for draft, level in found:
        if len(draft.text) <= LONGEST and not _ENDS_A_SENTENCE.search(draft.text):
            draft.kind, draft.level = BlockKind.HEADING, level


def doubt_tags(drafts: Sequence[Draft], body: float) -> None:
    """Take back headings of the tags that are sentences in plain type, and all of them when most text is tagged so."""
    tagged = [draft for draft in drafts if draft.kind is BlockKind.HEADING]
    worthless = sum(len(draft.text) for draft in tagged) > MAX_SHARE * sum(len(draft.text) for draft in drafts)
    for draft in tagged:
        plain = not draft.bold and draft.size < LARGER * body
        sentence = len(draft.text) > LONGEST or bool(_ENDS_A_SENTENCE.search(draft.text))
        numbered = bool(NUMBERING.match(draft.text)) and not sentence
        if (worthless and not numbered) or (plain and sentence) or len(draft.text) > 2 * LONGEST:
            item = BULLET.match(draft.text)
            draft.kind, draft.level = (BlockKind.LIST_ITEM if item else BlockKind.PARAGRAPH), 0


def _may_be(draft: Draft) -> bool:
    text = draft.text
    if draft.kind is BlockKind.LIST_ITEM:
        if not NUMBERING.match(text) or not draft.bold:
            return False
    elif draft.kind is not BlockKind.PARAGRAPH:
        return False
    short = len(draft.lines) <= MAX_LINES and len(text) <= LONGEST
    return short and bool(_WORDS.search(text)) and not CAPTION.match(text)


def _is_large(draft: Draft, after: Draft | None, body: float) -> bool:
    large = all(line.size >= LARGER * body for line in draft.lines)
    return large and (draft.size >= 1.4 * body or not _ENDS_A_SENTENCE.search(draft.text))


def _is_bold(draft: Draft, after: Draft | None, body: float) -> bool:
    """A bold line above text that is not."""
    if not draft.bold or draft.size < 0.95 * body or after is None:
        return False
    if _ENDS_A_SENTENCE.search(draft.text) and not (NUMBERING.match(draft.text) and draft.text.endswith(".")):
        return False
    if after.kind is BlockKind.HEADING:
        return after.size != draft.size or bool(NUMBERING.match(after.text))
    return not after.bold and len(draft.text) <= 100


def _give_levels(found: Sequence[Draft], drafts: Sequence[Draft], body: float) -> None:
    """By size order; below the levels of headings that are there already, as far as those are as large."""
    known: dict[int, float] = {}
    for draft in drafts:
        if draft.kind is BlockKind.HEADING:
            known[draft.level] = max(known.get(draft.level, 0.0), draft.size)
    deepest = max(known, default=0)
    sizes = sorted({round(draft.size * 2) / 2 for draft in found}, reverse=True)
    for draft in found:
        above = [level for level, size in known.items() if size > draft.size + 0.3]
        same = [level for level, size in known.items() if abs(size - draft.size) <= 0.3]
        rank = sizes.index(round(draft.size * 2) / 2) + 1
        level = min(same) if same and not _smaller_look(draft, body) else max(above, default=0) + rank
        if not known:
            level = rank
        elif _smaller_look(draft, body):
            level = deepest + 1
        draft.level = min(max(level, 1) + _depth(draft, found), 6)
    for draft in found:
        draft.kind = BlockKind.HEADING


def _smaller_look(draft: Draft, body: float) -> bool:
    return draft.size < LARGER * body


def _depth(draft: Draft, found: Sequence[Draft]) -> int:
    """How much deeper its number goes than that of others of the same size: 3.2.1 below 3.2."""
    own = NUMBERING.match(draft.text)
    if own is None:
        return 0
    others = [NUMBERING.match(other.text) for other in found if abs(other.size - draft.size) < 0.3]
    shallowest = min(match[1].count(".") for match in others if match)
    return own[1].count(".") - shallowest


def mark_slide_titles(pages: Sequence[list[Draft]]) -> None:
    """The largest type on a slide is its title, unless the file says which text is. All slides are of one level."""
    for drafts in pages:
        for number, heading in enumerate(draft for draft in drafts if draft.kind is BlockKind.HEADING):
            heading.level = min(number + 1, 2)
        texts = [draft for draft in drafts if draft.kind is not BlockKind.TABLE_ROW and _WORDS.search(draft.text)]
        if not texts or any(draft.kind is BlockKind.HEADING for draft in drafts):
            continue
        largest = max(texts, key=lambda draft: draft.size)
        others = [draft for draft in texts if draft is not largest]
        larger = not others or largest.size >= 1.1 * min(draft.size for draft in others)
        bolder = largest.bold and not any(draft.bold for draft in others)
        if len(largest.text) <= LONGEST and (larger or bolder):
            largest.kind, largest.level = BlockKind.HEADING, 1
            if largest.top >= max(draft.top for draft in drafts):  # some programs draw the title last
                drafts.remove(largest)
                drafts.insert(0, largest)


def _plain(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text.casefold())


def outline_key(title: str) -> str:
    """Title of a bookmark, as `mark_headings` looks it up: letters only."""
    return _plain(title)
