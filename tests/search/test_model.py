"""The default model itself, in torch: golden numbers, what it is given, its limit, and no network."""

import hashlib
import shutil
import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import ModelError
from search.encoder import SentenceTransformerEncoder, load_sentence_transformer
from search.loading import load_encoder
from search.model_facts import FACTS_FILE, ModelFacts, prefixes_of

ROOT = Path(__file__).resolve().parent.parent.parent
MODEL = ROOT / "models" / "multilingual-e5-small"

# The first five of 384 numbers of each sentence as a passage.
GOLDEN = {
    "De gemeente bespreekt zorgen over radicalisering met de wijkagent.": [0.0917, -0.0398, -0.108, -0.094, 0.0783],
    "Hoe baken je de preventie van radicalisering af?": [0.0675, -0.0148, -0.0731, -0.0903, 0.0423],
    "Eén coördinator houdt het sleutelfigurennetwerk levend.": [0.0633, -0.0274, -0.0398, -0.0336, 0.0585],
    "Recept voor appeltaart met kaneel.": [0.0074, -0.0276, -0.0466, -0.0652, 0.0843],
    "De moskee en het wijkteam praten over onrust.": [0.0892, -0.0217, -0.0987, -0.0724, 0.0909],
}
GOLDEN_QUESTION = [0.0968, -0.0494, -0.0814, -0.0659, 0.0447]  # of the second sentence as a question


class NetworkError(AssertionError):
    """Something asked the network."""


def refuse(*_arguments: object, **_options: object) -> None:
    raise NetworkError("the network was asked")


@pytest.fixture(scope="module")
def torch_encoder() -> Iterator[SentenceTransformerEncoder]:
    """Loaded, and used in every test here, with the network cut off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield load_sentence_transformer(str(MODEL))


@pytest.fixture
def seen(torch_encoder: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that the model's own `encode` is given."""
    texts: list[str] = []
    encode = torch_encoder._model.encode

    def record(given: Sequence[str], **options: Any) -> Any:
        texts.extend(given)
        return encode(list(given), **options)

    monkeypatch.setattr(torch_encoder._model, "encode", record)
    return texts


def test_the_network_is_cut_off_and_the_model_works(torch_encoder: SentenceTransformerEncoder) -> None:
    with pytest.raises(NetworkError), socket.socket() as plug:
        plug.connect(("127.0.0.1", 9))
    assert torch_encoder.encode_question("werkt").shape == (384,)
    default = load_encoder(str(MODEL))
    assert default.encode_passages(["werkt"]).shape == (1, 384)


def test_golden_numbers(torch_encoder: SentenceTransformerEncoder) -> None:
    vectors = torch_encoder.encode_passages(list(GOLDEN))
    assert vectors.dtype == np.float32
    assert vectors.shape == (5, 384)
    assert vectors[:, :5] == pytest.approx(np.array(list(GOLDEN.values())), abs=1e-3)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    question = torch_encoder.encode_question(list(GOLDEN)[1])
    assert question[:5] == pytest.approx(np.array(GOLDEN_QUESTION), abs=1e-3)
    assert np.linalg.norm(question) == pytest.approx(1, abs=1e-5)


def test_a_question_is_nearest_to_what_it_is_about(torch_encoder: SentenceTransformerEncoder) -> None:
    vectors = torch_encoder.encode_passages(list(GOLDEN))
    about = {
        "Wat is afbakening van preventie?": 1,
        "Welk gebak maak je met appels?": 3,
        "How does the mosque work together with the neighbourhood team?": 4,
    }
    for question, wanted in about.items():
        assert int(np.argmax(vectors @ torch_encoder.encode_question(question))) == wanted


def test_the_model_is_given_the_prefixed_text_and_nothing_else(
    torch_encoder: SentenceTransformerEncoder, seen: list[str]
) -> None:
    torch_encoder.encode_question("Wat is één?")
    torch_encoder.encode_passages(["Titel › Kop\nDe tekst.", ""])
    assert seen == ["query: Wat is één?", "passage: Titel › Kop\nDe tekst.", "passage: "]


def test_a_question_is_not_a_passage(torch_encoder: SentenceTransformerEncoder) -> None:
    text = "preventie van radicalisering"
    assert torch_encoder.encode_question(text) @ torch_encoder.encode_passages([text])[0] < 0.99


def test_no_texts_give_no_vectors(torch_encoder: SentenceTransformerEncoder, seen: list[str]) -> None:
    assert torch_encoder.encode_passages([]).shape == (0, 384)
    assert seen == []


def test_a_vector_is_the_normalised_mean_of_the_models_last_layer(torch_encoder: SentenceTransformerEncoder) -> None:
    """Once more by hand, without sentence-transformers: tokens, layers, mean over tokens, length 1."""
    import torch
    from tokenizers import Tokenizer
    from transformers import AutoModel

    text = next(iter(GOLDEN))
    ids = Tokenizer.from_file(str(MODEL / "tokenizer.json")).encode(f"passage: {text}").ids
    model = AutoModel.from_pretrained(str(MODEL), local_files_only=True).eval()
    with torch.inference_mode():
        layer = model(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids))).last_hidden_state[0]
    mean = layer.numpy().mean(axis=0)
    assert torch_encoder.encode_passages([text])[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_a_vector_hardly_depends_on_its_neighbours(torch_encoder: SentenceTransformerEncoder) -> None:
    alone = np.stack([torch_encoder.encode_passages([text])[0] for text in GOLDEN])
    assert torch_encoder.encode_passages(list(GOLDEN)) == pytest.approx(alone, abs=1e-5)


def test_tokens_are_those_of_the_real_tokenizer_with_prefix_and_ends(torch_encoder: SentenceTransformerEncoder) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.no_truncation()
    texts = [*GOLDEN, "", "日本 😀", "€ 2.798.750", "gemeente " * 800]
    wanted = [len(tokenizer.encode(f"passage: {text}").ids) for text in texts]
    assert torch_encoder.count_tokens(texts) == wanted
    assert wanted[-1] > 512


def test_the_limit_is_the_models_own_and_what_is_beyond_it_is_not_read(
    torch_encoder: SentenceTransformerEncoder,
) -> None:
    """This is why no passage may be longer: the end of a longer text makes no difference."""
    assert torch_encoder.facts.token_limit == torch_encoder._model.max_seq_length == 512
    start = "gemeente " * 600
    one, other = torch_encoder.encode_passages([start + "moskee", start + "appeltaart"])
    assert one == pytest.approx(other, abs=1e-6)
    fits = "gemeente " * 200
    assert torch_encoder.count_tokens([fits])[0] < 512
    one, other = torch_encoder.encode_passages([fits + "moskee", fits + "appeltaart"])
    assert float(one @ other) < 0.9999


def test_the_facts_are_those_of_the_files(torch_encoder: SentenceTransformerEncoder) -> None:
    facts = torch_encoder.facts
    assert (facts.name, facts.dimension, facts.pooling) == ("multilingual-e5-small", 384, "mean")
    assert (facts.query_prefix, facts.passage_prefix) == ("query: ", "passage: ")
    with (MODEL / "model.safetensors").open("rb") as file:
        assert facts.weights_sha256 == hashlib.file_digest(file, "sha256").hexdigest()


def test_facts_are_written_and_read_back(tmp_path: Path) -> None:
    facts = ModelFacts("één model", 8, 16, "vraag: ", "", pooling="cls", weights_sha256="ab")
    facts.save(tmp_path)
    assert ModelFacts.load(tmp_path) == facts


@pytest.mark.parametrize("text", ["geen json", "[1]", '{"name": "x"}', '{"name": "x", "onbekend": 1}'])
def test_unreadable_facts_are_refused_with_the_command(tmp_path: Path, text: str) -> None:
    (tmp_path / FACTS_FILE).write_text(text)
    with pytest.raises(ModelError, match=r"kennislab\.json is niet leesbaar.*make model"):
        ModelFacts.load(tmp_path)


def test_absent_facts_and_an_absent_or_broken_model_are_refused_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"ontbreekt kennislab\.json.*make model"):
        ModelFacts.load(tmp_path)
    with pytest.raises(ModelError, match=r"bestaat niet.*make model"):
        load_sentence_transformer(str(tmp_path / "nergens"))
    with pytest.raises(ModelError, match=r"bestaat niet.*make model"):
        load_sentence_transformer("multilingual-e5-small")
    (tmp_path / "modules.json").write_text("geen json")
    with pytest.raises(ModelError, match=r"niet te laden.*make model"):
        load_sentence_transformer(str(tmp_path))


def test_a_model_that_gives_other_dimensions_than_its_facts_say_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder, ignore=shutil.ignore_patterns("*.safetensors", "*.onnx"))
    (folder / "model.safetensors").symlink_to(MODEL / "model.safetensors")
    replace(ModelFacts.load(MODEL), dimension=256).save(folder)
    with pytest.raises(ModelError, match=r"vectoren van 384 getallen; kennislab\.json zegt 256"):
        load_sentence_transformer(str(folder))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("intfloat/multilingual-e5-large", ("query: ", "passage: ")),
        ("clips/e5-base-trm-nl", ("query: ", "passage: ")),
        ("Snowflake/snowflake-arctic-embed-l-v2.0", ("query: ", "")),
        ("BAAI/bge-m3", ("", "")),
        ("iets/onbekends", ("", "")),
    ],
)
def test_prefixes_are_those_of_the_models_family(name: str, wanted: tuple[str, str]) -> None:
    assert prefixes_of(name) == wanted
