"""What the search is made of, so that an evaluation can leave an ingredient out and see what it was worth.

The standard recipe is what everybody gets; the others exist for `kennislab evaluate --ablation`.
"""

from dataclasses import dataclass
from enum import StrEnum

WEIGHTS = (0.6, 0.2, 0.2)  # of the vector leg, words and character grams; chosen on two collections
# What the BM25 of a question's best 200 passages usually spans. The weights are of scores in units of this; what the
# cosines span is the model's (`Calibration.spread`).
WORDS_SPREAD, GRAMS_SPREAD = 15.5, 51.0


class Fusion(StrEnum):
    """How the lists of the legs become one."""

    WEIGHTED_SUM = "gewogen som"
    RANK = "op rang"  # reciprocal rank fusion, which needs no weights


class UnitUse(StrEnum):
    """Which vectors of a passage make its score."""

    BOTH = "geheel en vensters"  # mean of the whole and the best window
    WHOLE = "alleen geheel"
    WINDOWS = "alleen vensters"  # the whole where a passage is too short to have windows


@dataclass(frozen=True, slots=True)
class Recipe:
    """The ingredients of one search. A leg with weight 0 is not searched at all."""

    weights: tuple[float, float, float] = WEIGHTS  # vector leg, words, character grams
    fusion: Fusion = Fusion.WEIGHTED_SUM
    units: UnitUse = UnitUse.BOTH
    compound_parts: bool = True  # in the question's terms; documents keep theirs
    separable_verbs: bool = True  # likewise


STANDARD = Recipe()
