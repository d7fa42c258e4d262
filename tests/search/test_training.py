"""Training our own encoder: finding the passages, hard negatives, batches, what may change and what may not."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.catalogue import Catalogue
from corpus.errors import ModelError, QuestionFileError
from corpus.scope import EVERYTHING
from search import model_delta
from search.encoder import Encoder
from search.training.lessons import Lesson, Texts, Unit, make_lessons
from search.training.loop import Hyperparameters, Trainer, batches
from search.training.questions import Asked, examples, kinds, read_asked, text_hash

Put = Callable[..., str]
ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "corpus" / "leervragen"


def asked(catalogue: Catalogue, document_id: str, question: str, number: int = 0) -> Asked:
    passage = catalogue.passages_of(document_id)[number]
    where = (f"{document_id}.txt", passage.page, passage.start, passage.end)
    return Asked(*where, text_hash(passage.text), (("natuurlijk", question),))


def fill(put: Put, count: int = 60) -> list[str]:
    return [
        put(f"d{number:02d}", [f"Onderwerp {number} gaat over woord{number} en zaak{number}."])
        for number in range(count)
    ]


# -- questions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["voorbeeld", "dev"])
def test_the_questions_of_the_repository_are_whole(name: str) -> None:
    rows = read_asked(QUESTIONS / f"{name}.jsonl")
    texts = [text for row in rows for _, text in row.questions]
    assert len(texts) >= 3000
    assert all(row.questions and row.end > row.start and len(row.sha256) == 64 for row in rows)
    assert all(text == text.strip() and len(text) > 3 for text in texts)
    places = [(row.file, row.page, row.start) for row in rows]
    assert len(places) == len(set(places))


def test_there_are_eight_thousand_and_none_is_a_question_that_we_measure_with() -> None:
    texts = {
        text.casefold()
        for name in ("voorbeeld", "dev")
        for row in read_asked(QUESTIONS / f"{name}.jsonl")
        for _, text in row.questions
    }
    assert len(texts) >= 8000
    judged = (ROOT / "corpus" / "voorbeeld" / "vragen.jsonl").read_text(encoding="utf-8").splitlines()
    assert not texts & {json.loads(line)["question"].casefold() for line in judged}


def test_only_the_rows_of_our_own_documents_carry_text() -> None:
    ours = [json.loads(line) for line in (QUESTIONS / "voorbeeld.jsonl").read_text(encoding="utf-8").splitlines()]
    others = [json.loads(line) for line in (QUESTIONS / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all(text_hash(row["passage"]) == row["sha256"] for row in ours)
    assert all(row.keys() == {"file", "page", "start", "end", "sha256", "questions"} for row in others)


def test_a_wrong_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vragen.jsonl"
    path.write_text('{"file": "a.pdf"}\n', encoding="utf-8")
    with pytest.raises(QuestionFileError, match="regel 1"):
        read_asked(path)


def test_a_passage_is_found_by_its_hash_and_else_by_its_place(put: Put, catalogue: Catalogue) -> None:
    put("a", ["Eerste alinea over preventie."], ["Tweede bladzijde over de wijk."])
    row = asked(catalogue, "a", "Vraag?", number=1)
    moved = replace(row, sha256="0" * 64)
    away = replace(moved, start=row.end + 100, end=row.end + 200)
    other = replace(row, file="weg.txt")
    found, lost = examples(catalogue, [row, moved, away, other])
    assert [one.passage.page for one in found] == [2, 2]
    assert lost == [away, other]
    assert kinds(found) == {"natuurlijk": 2}


# -- lessons -----------------------------------------------------------------------------------------------------------


def test_negatives_are_of_other_documents_and_the_right_text_is_the_passage(
    put: Put, catalogue: Catalogue, encoder: Encoder
) -> None:
    fill(put)
    rows = [asked(catalogue, f"d{number:02d}", f"Wat is er met woord{number}?") for number in (3, 7)]
    texts = Texts()
    number = texts.add(catalogue)
    found, _ = examples(catalogue, rows)
    lessons = list(make_lessons(catalogue, number, found, encoder))
    assert [texts.of(lesson.whole) for lesson in lessons] == [one.passage.indexed_text(one.title) for one in found]
    for lesson in lessons:
        assert len(lesson.negatives) == 40
        assert lesson.passage not in {(whole.collection, whole.key) for whole, _ in lesson.negatives}


def test_documents_that_are_kept_apart_are_no_negatives_either(
    put: Put, catalogue: Catalogue, encoder: Encoder
) -> None:
    fill(put, 60)
    apart = {f"d{number:02d}" for number in range(40, 60)}
    found, _ = examples(catalogue, [asked(catalogue, "d03", "Wat is er met woord3?")])
    texts = Texts()
    (lesson,) = make_lessons(catalogue, texts.add(catalogue), found, encoder, without=apart)
    hidden = {key for name in apart for key in catalogue.keyed_passages_of(name)}
    assert len(lesson.negatives) == 34  # 39 others, less the first five
    assert not hidden & {unit.key for pair in lesson.negatives for unit in pair}


def test_the_window_of_a_long_passage_is_the_one_nearest_to_the_question(
    put: Put, catalogue: Catalogue, encoder: Encoder
) -> None:
    long = " ".join(f"w{number}" for number in range(90)) + " kernwoord staat hier aan het eind"
    put("lang", [long])
    fill(put, 50)
    texts = Texts()
    number = texts.add(catalogue)
    found, _ = examples(catalogue, [asked(catalogue, "lang", "kernwoord staat hier")])
    (lesson,) = make_lessons(catalogue, number, found, encoder)
    assert lesson.window.number > 0
    assert "kernwoord" in texts.of(lesson.window)


def lessons_for(count: int, passages: int) -> list[Lesson]:
    unit = Unit(0, 0, 0)
    return [Lesson(f"vraag {n}", "d", (0, n % passages), unit, unit, ((unit, unit),)) for n in range(count)]


def test_a_batch_never_has_two_questions_of_one_passage_and_the_epochs_are_kept() -> None:
    made = list(batches(lessons_for(200, 70), Hyperparameters(batch=16, epochs=3)))
    assert len(made) == 200 * 3 // 16
    for batch in made:
        assert len({lesson.passage for lesson in batch}) == len(batch) == 16


def test_the_same_seed_gives_the_same_batches_and_another_seed_others() -> None:
    lessons = lessons_for(100, 100)
    assert list(batches(lessons, Hyperparameters(batch=8, seed=5))) == list(
        batches(lessons, Hyperparameters(batch=8, seed=5))
    )
    assert list(batches(lessons, Hyperparameters(batch=8, seed=5))) != list(
        batches(lessons, Hyperparameters(batch=8, seed=6))
    )


# -- the loop ----------------------------------------------------------------------------------------------------------


def test_training_teaches_and_leaves_the_vocabulary_and_lowest_layers_alone(
    put: Put, catalogue: Catalogue, encoder: Encoder
) -> None:
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    base = ROOT / "models" / "multilingual-e5-small"
    tokenizer = PreTrainedTokenizerFast.from_pretrained(base)
    torch.manual_seed(1)
    model = BertModel(
        BertConfig(
            vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
        )
    )
    fill(put, 64)
    texts = Texts()
    number = texts.add(catalogue)
    rows = [asked(catalogue, f"d{n:02d}", f"woord{n} zaak{n}") for n in range(48)]
    lessons = list(make_lessons(catalogue, number, examples(catalogue, rows)[0], encoder))
    before = {name: value.detach().clone() for name, value in model.state_dict().items()}
    settings = Hyperparameters(epochs=8, batch=16, rate=3e-3, frozen_layers=1, window_share=0.5, temperature=0.1)
    trainer = Trainer(model, tokenizer, encoder.facts, texts, settings)
    with torch.no_grad():
        first = float(trainer._loss(lessons[:16]))
    trainer.run(lessons)
    with torch.no_grad():
        last = float(trainer._loss(lessons[:16]))
    assert last < first * 0.7
    changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert changed
    assert all(name.startswith("encoder.layer.1.") for name in changed)


# -- the delta ---------------------------------------------------------------------------------------------------------


def states(rank: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    dice = np.random.default_rng(7)
    base = {
        "a.weight": dice.normal(size=(40, 30)),
        "a.bias": dice.normal(size=40),
        "b.weight": dice.normal(size=(8, 8)),
    }
    change = dice.normal(size=(40, rank)) @ dice.normal(size=(rank, 30)) * 0.01
    trained = {**base, "a.weight": base["a.weight"] + change, "a.bias": base["a.bias"] + 0.01}
    return (
        {name: value.astype(np.float32) for name, value in base.items()},
        {name: value.astype(np.float32) for name, value in trained.items()},
    )


def test_factors_of_enough_rank_give_the_trained_weights_back(tmp_path: Path) -> None:
    base, trained = states(rank=5)
    delta = model_delta.factors(base, trained, rank=5)
    assert not any(name.startswith("b.") for name in delta)
    model_delta.save(tmp_path / "delta.safetensors", delta)
    again = model_delta.applied(base, model_delta.load(tmp_path / "delta.safetensors"))
    for name, value in trained.items():
        np.testing.assert_allclose(again[name], value, atol=2e-4)


def test_part_of_a_delta_lies_between_base_and_trained() -> None:
    base, trained = states(rank=3)
    half = model_delta.applied(base, model_delta.factors(base, trained, rank=3), share=0.5)
    np.testing.assert_allclose(half["a.weight"], (base["a.weight"] + trained["a.weight"]) / 2, atol=2e-4)
    np.testing.assert_array_equal(half["b.weight"], base["b.weight"])


def test_a_delta_of_another_model_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    base, trained = states(rank=2)
    delta = model_delta.factors(base, trained, rank=2)
    with pytest.raises(ModelError, match=r"a\.weight|a\.bias"):
        model_delta.applied({"c.weight": base["b.weight"]}, delta)
    broken = tmp_path / "stuk.safetensors"
    broken.write_bytes(random.Random(1).randbytes(200))
    with pytest.raises(ModelError, match="niet leesbaar"):
        model_delta.load(broken)


def test_passages_of_the_sample_are_found_in_a_loaded_catalogue(put: Put, catalogue: Catalogue) -> None:
    """What the file says of one passage, checked on a document that is made here."""
    put("x", ["Een alinea die hier staat."])
    row = asked(catalogue, "x", "Waar staat de alinea?")
    found, lost = examples(catalogue, [row])
    assert not lost
    assert found[0].passage in catalogue.passages_of(next(iter(catalogue.ids(EVERYTHING))))
