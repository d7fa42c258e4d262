"""Page numbers as people write them."""

from collections.abc import Sequence
from itertools import groupby


def listed(numbers: Sequence[int]) -> str:
    """3, 7 tot en met 12 en 15, for numbers in order."""
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), key=lambda item: item[1] - item[0])]
    parts = [part for run in runs for part in _written(run)]
    return f"{', '.join(parts[:-1])} en {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _written(run: Sequence[int]) -> list[str]:
    return [f"{run[0]} tot en met {run[-1]}"] if len(run) > 3 else list(map(str, run))


def have(numbers: Sequence[int]) -> str:
    """The verb that goes with that many."""
    return "heeft" if len(numbers) == 1 else "hebben"
