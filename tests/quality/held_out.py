"""`make held-out`: the search on documents of sources that its encoder has never seen; prints the whole report.

For each of three groups of sources an encoder is trained on the questions of all other sources and of the sample. It
then answers the questions of its own group, over all documents. The questions of the groups together make the report.
Last, the weights of the legs are chosen on one half of the questions and tried on the other, against one vector a
passage and nothing else.

`python tests/quality/held_out.py BENCH BASE_MODEL WORK`: hours on two cores. What WORK holds already is not made again.
"""

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from search.ablation import ablate  # noqa: E402
from search.bootstrap import difference, mean  # noqa: E402
from search.evaluation import Evaluation  # noqa: E402
from search.judged import Judged  # noqa: E402
from search.model_merge import merge  # noqa: E402
from search.questions import Question, read_questions  # noqa: E402
from search.recipe import STANDARD, Recipe, UnitUse  # noqa: E402
from search.report import make_report  # noqa: E402
from service.evaluation_text import lines  # noqa: E402
from service.settings import load_settings  # noqa: E402
from service.wiring import open_searcher  # noqa: E402

GROUPS = 3
SAMPLE = ROOT / "corpus" / "voorbeeld"
LESSONS = ROOT / "corpus" / "leervragen"
FIGURE = "passages.ndcg@10"
DENSE = replace(STANDARD, weights=(1.0, 0.0, 0.0), units=UnitUse.WHOLE)  # one vector a passage, as everybody has
# What is chosen from: how much the vectors count, and how the rest divides over words and character grams.
CHOICES = [
    replace(STANDARD, weights=(round(dense, 2), round((1 - dense) * words, 3), round((1 - dense) * (1 - words), 3)))
    for dense in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    for words in (0.0, 0.5, 1.0)
]


def sources(bench: Path) -> dict[str, str]:
    """The repository that each file came from."""
    with (bench / "dev" / "docs.tsv").open(encoding="utf-8") as file:
        return {row["file"]: row["repo"] for row in csv.DictReader(file, delimiter="\t")}


def grouped(questions: Sequence[Question], source: Mapping[str, str]) -> list[list[Question]]:
    """The questions in groups that share no source, the largest first, of sizes as equal as that allows."""
    clusters: list[tuple[set[str], list[Question]]] = []
    for question in questions:
        own, asked = {source[one.file] for one in question.relevant}, [question]
        for cluster in [one for one in clusters if one[0] & own]:
            clusters.remove(cluster)
            own, asked = own | cluster[0], cluster[1] + asked
        clusters.append((own, asked))
    groups: list[list[Question]] = [[] for _ in range(GROUPS)]
    for _, asked in sorted(clusters, key=lambda one: (-len(one[1]), min(one[0]))):
        min(groups, key=len).extend(asked)
    return groups


def run(module: str, *arguments: object) -> None:
    """A command of ours, in a process of its own."""
    code = "import sys; from service.cli import main; sys.exit(main())"
    start = ["-c", code] if module == "kennislab" else ["-m", module]
    subprocess.run([sys.executable, *start, *map(str, arguments)], cwd=ROOT, check=True)


def ingested(work: Path, bench: Path, base: Path) -> tuple[Path, Path]:
    """Both collections with the vectors of the base model: the wrong answers of the lessons are chosen by those."""
    sample, dev = work / "voorbeeld", work / "dev"
    metadata = ("--metadata", SAMPLE / "metadata.tsv")
    run("kennislab", "ingest", SAMPLE / "documenten", *metadata, "--data", sample, "--model", base)
    level = ("--vertrouwelijkheid", "openbaar")
    run("kennislab", "ingest", bench / "dev" / "docs", *level, "--data", dev, "--model", base)
    return sample, dev


def trained(folder: Path, base: Path, sample: Path, dev: Path, without: Iterable[str]) -> tuple[Path, Path]:
    """The model that has not seen these files, and the dev collection with its vectors."""
    delta, model, data = folder / "delta.safetensors", folder / "model", folder / "dev"
    if not delta.exists():
        folder.mkdir(parents=True, exist_ok=True)
        apart = [word for name in without for word in ("--without", name)]
        both = ("--collection", sample, LESSONS / "voorbeeld.jsonl", "--collection", dev, LESSONS / "dev.jsonl")
        run("search.training", "--base", base, "--out", delta, *both, *apart)
    merge(base, model, delta, hashlib.sha256(delta.read_bytes()).hexdigest())
    if not data.exists():
        shutil.copytree(dev, folder / "maken")
        run("kennislab", "rebuild", "--data", folder / "maken", "--model", model)
        (folder / "maken").rename(data)
    return model, data


def opened(model: Path, data: Path) -> Evaluation:
    searcher = open_searcher(load_settings({"data": str(data), "model": str(model)}, {}))
    return Evaluation(searcher.catalogue, searcher)


def halves(groups: Sequence[Sequence[Question]], judged: Mapping[Recipe, Mapping[str, Judged]]) -> Iterable[str]:
    """The weights chosen on one half, and what they add to vectors alone on the other."""
    largest, rest = [one.id for one in groups[0]], [one.id for group in groups[1:] for one in group]
    for chosen_on, tried_on in ((rest, largest), (largest, rest)):
        best = max(CHOICES, key=lambda recipe: _mean(judged[recipe], chosen_on))
        pairs = [[judged[one][name].figures()[FIGURE] for name in tried_on] for one in (DENSE, best)]
        gain, dense = difference(*pairs), mean(pairs[0])
        assert gain is not None
        assert dense is not None
        yield (
            f"gewichten {best.weights} gekozen op {len(chosen_on)} vragen; op de andere {len(tried_on)}: {FIGURE} "
            f"{dense.value + gain.value:.3f} tegen {dense.value:.3f} met alleen vectoren van hele passages, "
            f"{gain.value:+.3f} [{gain.low:+.3f} {gain.high:+.3f}]"
        )


def _mean(judged: Mapping[str, Judged], names: Sequence[str]) -> float:
    return sum(judged[name].figures()[FIGURE][0] for name in names) / len(names)


def main() -> None:
    """Train, measure, print."""
    bench, base, work = map(Path, sys.argv[1:4])
    source = sources(bench)
    questions = read_questions(bench / "dev" / "questions.jsonl", answerable=True)
    unanswerable = read_questions(bench / "dev" / "unanswerable.jsonl", answerable=False)
    groups = grouped(questions, source)
    sample, dev = ingested(work, bench, base)
    seen_by: dict[str, Evaluation] = {}
    for number, group in enumerate(groups):
        own = {source[evidence.file] for question in group for evidence in question.relevant}
        files = [name for name, repo in source.items() if repo in own]
        evaluation = opened(*trained(work / str(number), base.resolve(), sample, dev, files))
        seen_by |= dict.fromkeys((question.id for question in group), evaluation)
        # Questions without an answer belong to no source: each encoder gets its share.
        seen_by |= dict.fromkeys((question.id for question in unanswerable[number::GROUPS]), evaluation)
        print(f"groep {number + 1}: {len(group)} vragen, {len(files)} documenten apart: {', '.join(sorted(own))}")

    def judge(question: Question, recipe: Recipe = STANDARD) -> Judged:
        return seen_by[question.id].judge(question, recipe)

    answered, refused = [judge(one) for one in questions], [judge(one) for one in unanswerable]
    bar = next(iter(seen_by.values())).bar
    report = replace(make_report(answered, refused, bar), ablation=tuple(ablate(questions, judge)))
    print(*lines(report), sep="\n")
    every = {recipe: {one.id: judge(one, recipe) for one in questions} for recipe in (DENSE, *CHOICES)}
    print(*halves(groups, every), sep="\n")
    (work / "groepen.json").write_text(json.dumps([[one.id for one in group] for group in groups]), encoding="utf-8")


if __name__ == "__main__":
    main()
