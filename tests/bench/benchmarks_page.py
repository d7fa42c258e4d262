"""docs/benchmarks.md from what was measured."""

from collections.abc import Sequence
from typing import Any

Measured = dict[str, Any]

HEAD = """# Metingen

Dit bestand wordt geschreven door `make bench` (`make bench SIZES="1000 10000"` voor een deel). Het vergelijkt Kennislab
met de gewone manier: sentence-transformers in torch, `IndexFlatIP` en het BM25-pakket bm25s, over dezelfde passages, in
dezelfde run.

- De kennisbanken zijn gemaakt uit de voorbeeldkennisbank: echte zinnen in een nieuwe volgorde, echte vectoren met
  ruis. Ze dienen alleen om snelheid te meten, en of de snelle index vindt wat de volledige vindt. Kwaliteit meet
  `make eval`.
- De gewone manier doet minder: één vector per passage, geen lettergroepen, geen rechten, geen oordeel, geen markering.
  Bij het vragen krijgt zij onze vectoren, zodat niet alles twee keer gemaakt hoeft te worden.
- "Klok" is de tijd die verstrijkt. "Processor" is de rekentijd van de vragende draad; die hangt minder af van wat de
  machine nog meer doet. De belasting (gemiddeld aantal wachtende processen) staat erbij: boven het aantal kernen
  zegt de klok weinig over de snelheid, en alleen nog iets over de verhouding.
"""


def page(kept: Measured) -> str:
    """The whole page."""
    sizes = {int(size): found for size, found in kept.get("sizes", {}).items()}
    parts = [
        HEAD,
        *kept.get("remarks", []),
        _environment(sizes),
        _questions(sizes),
        _stages(sizes),
        _profile(sizes),
        _index(sizes),
        _http(sizes),
        _processes(sizes),
    ]
    if "ingest" in kept:
        parts.append(_ingest(kept["ingest"]))
    return "\n".join(part for part in parts if part)


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def _number(size: int) -> str:
    return f"{size:,}".replace(",", ".")


def _environment(sizes: dict[int, Measured]) -> str:
    some = {size: found["environment"] for size, found in sorted(sizes.items()) if "environment" in found}
    if not some:
        return ""
    names = list(next(iter(some.values())))
    rows = [[_number(size), *(facts.get(name, "") for name in names)] for size, facts in some.items()]
    return "## Omgeving\n" + _table(["passages", *names], rows)


def _questions(sizes: dict[int, Measured]) -> str:
    rows = []
    for size, found in sorted(sizes.items()):
        ours, plain = found["ours"]["stages"]["geheel"], found.get("plain", {}).get("stages", {}).get("geheel")
        row: list[object] = [_number(size), f"{ours['p50']} / {ours['p95']}", ours["processor"]]
        if plain:
            row += [f"{plain['p50']} / {plain['p95']}", f"{ours['p50'] / plain['p50']:.2f}"]
        rows.append(row + ["–"] * (5 - len(row)))
    head = ["passages", "klok p50 / p95 ms", "processor ms", "gewone manier: klok", "verhouding klok"]
    text = (
        "\nVan de gewone manier staat de processor er niet bij: torch rekent ook terwijl het op de andere kern wacht.\n"
    )
    return "## Eén vraag\n" + _table(head, rows) + text


def _stages(sizes: dict[int, Measured]) -> str:
    names = ("encoder", "analyse", "vectoren", "woorden", "lettergroepen", "kandidaten", "lezen", "geheel")
    rows = [
        [_number(size), *(found["ours"]["stages"][name]["processor"] for name in names)]
        for size, found in sorted(sizes.items())
    ]
    text = (
        "\n`kandidaten` is de encoder, de drie delen van de index en het ophalen van de passages; `lezen` is het\n"
        "lezen van de beste passages: oordeel, documenten en markering.\n"
    )
    head = "## Waar de tijd van een vraag blijft (processor, ms, mediaan)\n"
    return head + _table(["passages", *names], rows) + text


def _profile(sizes: dict[int, Measured]) -> str:
    some = {size: found["profile"] for size, found in sorted(sizes.items()) if "profile" in found}
    if not some:
        return ""
    stages = list(next(iter(some.values())))
    rows = [[stage, *(profile.get(stage, "–") for profile in some.values())] for stage in stages]
    text = (
        "\nElke vraag komt over HTTP binnen; verder gebeurt er niets. Een onderdeel telt zonder wat het aanroept.\n"
        "`HTTP` is wat het proces verder gebruikt: verzoek lezen, rechten, antwoord versturen.\n"
    )
    return (
        "## Eén vraag over HTTP (processor van het hele proces, ms, mediaan)\n"
        + _table(["onderdeel", *map(_number, some)], rows)
        + text
    )


def _index(sizes: dict[int, Measured]) -> str:
    rows = []
    for size, found in sorted(sizes.items()):
        ours, plain = found["ours"], found.get("plain")
        memory, same = ours["memory_mb"], ours["agreement"]
        rows.append([
            _number(size), _number(ours["units"]),
            ours["snapshot_bytes_per_passage"], ours["snapshot_bytes_per_window"],
            f"{memory['own']} + {memory['mapped']}", plain["memory_mb"]["peak"] if plain else "–",
            f"{ours['open_s']} ({ours['open_processor_s']})",
            f"{same['vectoren']:.3f}", f"{same['woorden']:.3f}", f"{same['lettergroepen']:.3f}",
        ])  # fmt: skip
    head = ["passages", "vectoren", "bytes per passage", "bytes per vector", "geheugen eigen + uit bestanden MB"]
    head += [
        "gewone manier piek MB",
        "openen s (processor)",
        "zelfde eerste tien: vectoren",
        "woorden",
        "lettergroepen",
    ]
    text = (
        "\nBytes zijn die van de momentopname op schijf, met beide delen van de index; grote delen blijven op schijf\n"
        "en worden in het geheugen afgebeeld. 'Zelfde eerste tien' is het deel van de tien beste treffers van de\n"
        "volledige index dat de snelle index ook bij de eerste tien heeft.\n"
    )
    return "## Index\n" + _table(head, rows) + text


def _http(sizes: dict[int, Measured]) -> str:
    rows = []
    for size, found in sorted(sizes.items()):
        if "http" in found:
            http, clients = found["http"], found["http"]["clients"]
            row: list[object] = [_number(size), http["alive_s"], http["ready_s"]]
            row += [f"{clients[count]['p50']} / {clients[count]['p95']}" for count in ("1", "8", "32")]
            most = clients["32"]["per_second"]
            share = most / http["encoder_per_second"]
            rows.append([*row, most, http["encoder_per_second"], f"{share:.2f}"])
    if not rows:
        return ""
    head = ["passages", "leeft na s", "gereed na s", "1 client p50 / p95 ms", "8 clients", "32 clients"]
    head += ["vragen per s (32)", "encoder alleen", "verhouding"]
    return "## Over HTTP\n" + _table(head, rows)


def _processes(sizes: dict[int, Measured]) -> str:
    """A process for each processor, beside one process for all."""
    rows = []
    for size, found in sorted(sizes.items()):
        if "http_processes" in found and "memory_mb" in found["http"]:
            one, more = found["http"], found["http_processes"]
            before, after = (measured["clients"]["32"] for measured in (one, more))
            row: list[object] = [_number(size), more["processes"], more["all_ready_s"]]
            row += [f"{after['p50']} / {after['p95']}", after["per_second"]]
            row += [f"{after['per_second'] / before['per_second']:.2f}", one["memory_mb"], more["memory_mb"]]
            rows.append(row)
    if not rows:
        return ""
    head = ["passages", "processen", "alle gereed na s", "32 clients p50 / p95 ms", "vragen per s (32)"]
    head += ["maal één proces", "geheugen MB één", "geheugen MB alle"]
    text = "\nMet `kennislab serve --processes N`. Geheugen dat processen delen (de index, het model), telt één keer.\n"
    return "## Over HTTP met een proces per kern\n" + _table(head, rows) + text


def _ingest(found: Measured) -> str:
    rows = []
    for name, both in found["formats"].items():
        ours, plain = both["ours"], both["plain"]
        rows.append([
            name, ours["documents"], ours["passages"], plain["passages"], ours["documents_s"], plain["documents_s"],
            f"{ours['documents_s'] / plain['documents_s']:.2f}", both.get("processor_ratio", "–"), ours["vectors_s"],
        ])  # fmt: skip
    head = ["formaat", "documenten", "passages", "gewone manier", "documenten/s", "gewone manier", "verhouding klok"]
    busy = found.get("environment", {}).get("belasting", "onbekend")
    text = (
        f"\nBelasting tijdens de meting: {busy}. Beide nemen dezelfde bestanden op, om de beurt. De gewone manier\n"
        "leest met pypdf, python-docx, python-pptx en BeautifulSoup, knipt om de 160 woorden 200 woorden af en\n"
        "bewaart niets. Kennislab maakt per passage ook vectoren van vensters, termen en lettergroepen, en slaat\n"
        "alles op.\n"
    )
    return "## Documenten opnemen\n" + _table([*head, "verhouding processor", "vectoren/s"], rows) + text
