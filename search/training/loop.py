"""The training loop: contrastive (InfoNCE) with in-batch negatives and one hard negative a question.

The vocabulary's table and the lowest layers stay as they are: they hold what the model knows of a hundred languages,
and a few thousand questions should not unlearn it.
"""

import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.model_facts import ModelFacts
from search.training.lessons import Lesson, Texts

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import BertModel, PreTrainedTokenizerFast

logger = logging.getLogger(__name__)

SHAPE = 32  # lengths are padded to a multiple: for every new shape the matrix products are compiled again


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """Settings of a training run."""

    epochs: float = 1.3
    batch: int = 32
    rate: float = 3e-5
    temperature: float = 0.02
    frozen_layers: int = 4
    question_tokens: int = 48
    passage_tokens: int = 128
    window_share: float = 0.6  # batches of windows; the others are of whole passages
    seed: int = 1


def batches(lessons: Sequence[Lesson], settings: Hyperparameters) -> Iterator[list[Lesson]]:
    """Batches in random order for the epochs asked; no two questions of one passage in a batch."""
    order = random.Random(settings.seed)
    wanted = int(len(lessons) * settings.epochs) // settings.batch
    made = 0
    while made < wanted:
        waiting = list(lessons)
        order.shuffle(waiting)
        while len(waiting) >= settings.batch and made < wanted:
            batch, waiting = _without_repeats(waiting, settings.batch)
            if len(batch) < settings.batch:
                break
            yield batch
            made += 1


def _without_repeats(waiting: list[Lesson], size: int) -> tuple[list[Lesson], list[Lesson]]:
    seen: set[tuple[int, int]] = set()
    batch: list[Lesson] = []
    left: list[Lesson] = []
    for lesson in waiting:
        if len(batch) < size and lesson.passage not in seen:
            seen.add(lesson.passage)
            batch.append(lesson)
        else:
            left.append(lesson)
    return batch, left


class Trainer:
    """Holds the model while it learns. `model` is transformers' BertModel, `tokenizer` that of its folder."""

    def __init__(
        self,
        model: "BertModel",
        tokenizer: "PreTrainedTokenizerFast",
        facts: ModelFacts,
        texts: Texts,
        settings: Hyperparameters,
    ) -> None:
        self.model, self.tokenizer, self.facts, self.texts, self.settings = model, tokenizer, facts, texts, settings
        self._dice = random.Random(settings.seed + 1)

    def run(self, lessons: Sequence[Lesson]) -> None:
        """Train in place, with a line in the log for every twenty steps."""
        import torch

        torch.manual_seed(self.settings.seed)
        self._freeze()
        learning = [weight for weight in self.model.parameters() if weight.requires_grad]
        optimiser = torch.optim.AdamW(learning, lr=self.settings.rate, weight_decay=0.01)
        plan = list(batches(lessons, self.settings))
        warm = max(1, len(plan) // 10)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min((step + 1) / warm, max(0.02, (len(plan) - step) / (len(plan) - warm + 1)))
        )
        # Without dropout: it would take twice the time here, and a few passes over hand-written questions do without.
        self.model.train(mode=False)
        began, losses = time.monotonic(), []
        for step, batch in enumerate(plan, start=1):
            loss = self._loss(batch)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad(set_to_none=True)
            losses.append(float(loss.detach()))
            if step % 20 == 0 or step == len(plan):
                recent = losses[-20:]
                logger.info(
                    "stap %d/%d loss %.3f %.0f s", step, len(plan), sum(recent) / len(recent), time.monotonic() - began
                )

    def _freeze(self) -> None:
        for weight in self.model.embeddings.parameters():
            weight.requires_grad = False
        for layer in self.model.encoder.layer[: self.settings.frozen_layers]:
            for weight in layer.parameters():
                weight.requires_grad = False
        if self.model.pooler is not None:
            for weight in self.model.pooler.parameters():
                weight.requires_grad = False

    def _loss(self, batch: Sequence[Lesson]) -> "Tensor":
        """Cross-entropy of finding each question's own passage among all passages of the batch."""
        import torch

        use_window = self._dice.random() < self.settings.window_share
        right = [lesson.window if use_window else lesson.whole for lesson in batch]
        wrong = [self._dice.choice(lesson.negatives)[int(use_window)] for lesson in batch]
        prefix = self.facts.passage_prefix
        with torch.autocast("cpu", dtype=torch.bfloat16):
            questions = self._embed(
                [self.facts.query_prefix + lesson.question for lesson in batch], self.settings.question_tokens
            )
            shown = [*right, *wrong]
            passages = self._embed([prefix + self.texts.of(unit) for unit in shown], self.settings.passage_tokens)
        scores = questions @ passages.T / self.settings.temperature
        same = torch.tensor([[(unit.collection, unit.key) == lesson.passage for unit in shown] for lesson in batch])
        same.fill_diagonal_(False)
        return torch.nn.functional.cross_entropy(scores.masked_fill(same, -1e4), torch.arange(len(batch)))

    def _embed(self, texts: list[str], limit: int) -> "Tensor":
        """Unit vectors, shape (len(texts), dimension), by mean pooling; texts of like length go together."""
        import torch

        tokens = self.tokenizer(texts, truncation=True, max_length=limit, padding=False)["input_ids"]
        order = sorted(range(len(tokens)), key=lambda at: len(tokens[at]))
        parts, places = [], []
        part = 16
        for start in range(0, len(order), part):
            own = order[start : start + part]
            padded = self.tokenizer.pad(
                {"input_ids": [tokens[at] for at in own]}, pad_to_multiple_of=SHAPE, return_tensors="pt"
            )
            states = self.model(
                input_ids=padded["input_ids"], attention_mask=padded["attention_mask"]
            ).last_hidden_state
            mask = padded["attention_mask"].unsqueeze(-1).float()
            parts.append((states.float() * mask).sum(1) / mask.sum(1))
            places += own
        vectors = torch.cat(parts)[torch.argsort(torch.tensor(places))]
        return torch.nn.functional.normalize(vectors, dim=1)
