"""Questions to ask beside those that are measured: thousands, each another, as a service gets them.

They are the questions that the encoder learnt from, which belong to the sample. Who asks the same ones again and again
measures what is remembered of the last answer.
"""

import json
import random
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "corpus" / "leervragen" / "voorbeeld.jsonl"
WARM_UP = 200  # after so many a process has seen most of the words that it will see


def many_questions() -> list[str]:
    """All of them, in an order that is always the same."""
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    questions = [one["text"] for row in rows for one in row["questions"]]
    random.Random(4).shuffle(questions)
    return questions
