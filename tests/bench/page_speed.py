"""How long a reader waits: from Enter to the first source on the screen, in headless Chromium over the sample.

`python tests/bench/page_speed.py DATA`: thirty questions, after five to warm up, each asked once. The parts of a
question's time: `zoeken` as the service reports it, the rest of the answer until its last byte (facets, JSON, HTTP),
and `scherm`: from there to the painted card. On a machine that does other work too the clock tells little, so the
processor time of the service and of the page is given as well: what a question costs when nothing else runs.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import CDPSession, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.e2e.serving import running_service  # noqa: E402

QUESTIONS = ROOT / "corpus" / "voorbeeld" / "vragen.jsonl"
WARM_UP = 5
AIM_MS = 150  # of the median
PARTS = {
    "geheel": "Enter tot eerste bron",
    "zoeken": "- zoeken",
    "antwoord": "- rest van het antwoord",
    "scherm": "- scherm",
}

# A frame after the cards came they are painted; a message handled after that frame is the first moment to know it.
WATCH = """() => {
  window.gemeten = null;
  let start = 0;
  addEventListener("keydown", (event) => { if (event.key === "Enter") start = performance.now(); }, true);
  const painted = new MessageChannel();
  painted.port1.onmessage = () => {
    const end = performance.now();
    const answer = performance.getEntriesByType("resource").filter((entry) => entry.name.endsWith("/_zoek")).at(-1);
    if (!document.querySelector(".kl-kaart")) return;
    window.gemeten = { start, end, asked: answer.requestStart, answered: answer.responseEnd };
  };
  new MutationObserver(() => requestAnimationFrame(() => painted.port2.postMessage(0)))
    .observe(document.querySelector("#lijst"), { childList: true });
}"""


def measure(page: Page, question: str) -> dict[str, float] | None:
    """Milliseconds of each part; None when nothing was found."""
    page.evaluate("() => { window.gemeten = null; performance.clearResourceTimings(); }")
    page.get_by_role("combobox", name="Uw vraag").fill(question)
    with page.expect_response("**/_zoek") as response:
        page.keyboard.press("Enter")
    answer: dict[str, Any] = response.value.json()
    if not answer["resultaten"]:
        return None
    times = None
    while times is None:  # wait_for_function needs eval, which the policy of the page refuses
        page.wait_for_timeout(20)
        times = page.evaluate("window.gemeten")
    return {
        "geheel": times["end"] - times["start"],
        "zoeken": answer["duurMs"],
        "antwoord": times["answered"] - times["asked"] - answer["duurMs"],
        "scherm": times["end"] - times["answered"],
    }


def service_ms(pid: int) -> float:
    """Processor time of the service so far; 0 where there is no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def page_ms(session: CDPSession) -> float:
    """Processor time of the page's thread so far."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")) * 1000


def run(data: Path, count: int) -> tuple[list[dict[str, float]], tuple[float, float]]:
    """The times of `count` questions that find something, and the mean processor time of service and page for one."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    step = max(1, len(questions) // (count + WARM_UP + 5))
    found: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(data, Path(folder) / "data")
        with running_service(copy, Path(folder)) as service, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="nl-NL")
            page.goto(service.address)
            page.evaluate(WATCH)
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            before, asked = (0.0, 0.0), 0
            for question in questions[::step]:
                if len(found) == WARM_UP and not asked:
                    before = service_ms(service.process.pid), page_ms(session)
                asked += len(found) >= WARM_UP
                times = measure(page, question)
                if times is not None:
                    found.append(times)
                if len(found) == count + WARM_UP:
                    break
            after = service_ms(service.process.pid), page_ms(session)
            browser.close()
    return found[WARM_UP:], ((after[0] - before[0]) / asked, (after[1] - before[1]) / asked)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--count", type=int, default=30)
    options = parser.parse_args()
    times, (service, page) = run(options.data, options.count)
    print(f"| {len(times)} vragen | mediaan ms | p95 ms |")
    print("|---|---|---|")
    for name, text in PARTS.items():
        values = [entry[name] for entry in times]
        print(f"| {text} | {np.percentile(values, 50):.0f} | {np.percentile(values, 95):.0f} |")
    print(f"processortijd per vraag, gemiddeld: service {service:.0f} ms, pagina {page:.0f} ms")
    print(f"belasting van de machine: {os.getloadavg()[0]:.1f} op {os.cpu_count()} kernen")
    median = float(np.median([entry["geheel"] for entry in times]))
    print(f"doel: mediaan onder {AIM_MS} ms: {'gehaald' if median < AIM_MS else 'niet gehaald'}")


if __name__ == "__main__":
    main()
