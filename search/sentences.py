"""Cutting Dutch (and English) text into sentences, as spans."""

import re

# After these a full stop does not end a sentence. Lower case, without the last point.
ABBREVIATIONS = frozenset(
    """
    a.d a.u.b afb al amvb art b.v bijl bijv blz bv ca cf d.d d.w.z dd dhr dr drs e.a e.d e.e.a e.g e.v em enz
    etc evt excl fig gem h.m i.c i.c.m i.e i.h.a i.o i.p.v i.s.m i.v.m incl ing ir jl jr lic lid m.a.w m.b.t
    m.b.v m.i m.i.v m.n m.u.v max mevr mgr min mln mr mrd mw n.a.v n.b n.o.v n.t.b n.v.t nl no nr nrs o.a o.b.v
    o.g.v o.i o.l.v o.m o.v.v p.m p.o par pag plm prof r.k red resp st t.a.v t.b.v t.g.v t.k.n t.m t.n.v t.o.v
    t.w.v tel tab v.a v.d v.w.b vgl vs w.o z.g z.o.z z.s.m zgn zie
    """.split()
)

# What begins with a set of characters is found fast; the look back keeps it from trying every point of a row of them.
_END = re.compile(r"[.!?…](?<![.!?…]{2})[.!?…]*[\"'”’)\]]*(?=\s)")
_AFTER_MARK = re.compile(r"[(\[\"'“‘]")  # what may stand right before a word
_NEAR = 64


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences, in order; together they hold every character that is not white space.

    A line break ends a sentence too: inside a passage it parts paragraphs, list items and table rows.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _line_spans(text):
        begin = start
        for match in _END.finditer(text, start, end):
            if _ends_sentence(text, begin, match):
                spans.append((begin, match.end()))
                begin = _skip_spaces(text, match.end(), end)
        if begin < end:
            spans.append((begin, end))
    return spans


def _line_spans(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for line in text.split("\n"):
        start = at + len(line) - len(line.lstrip())
        end = at + len(line.rstrip())
        if start < end:
            spans.append((start, end))
        at += len(line) + 1
    return spans


def _skip_spaces(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _ends_sentence(text: str, begin: int, match: re.Match[str]) -> bool:
    after = _skip_spaces(text, match.end(), len(text))
    following = text[after : after + 2].lstrip("\"'“‘(")
    if following and following[0].islower():
        return False
    if match.group()[0] != ".":
        return True
    last = _last_word(text, begin, match.start()).lower()
    # "1." starts a numbered item; "J." is an initial.
    return (
        last not in ABBREVIATIONS
        and not (len(last) == 1 and last.isalpha())
        and not (begin + len(last) == match.start() and last.isdigit())
    )


def _last_word(text: str, begin: int, end: int) -> str:
    """The word just before `end`. Looked for in the last characters only: a sentence may be as long as a book."""
    near = text[max(begin, end - _NEAR) : end]
    if not near or near[-1].isspace():
        return ""
    word = near.rsplit(maxsplit=1)[-1]
    if len(word) == _NEAR:
        word = text[begin:end].rsplit(maxsplit=1)[-1]
    return _AFTER_MARK.split(word)[-1]
