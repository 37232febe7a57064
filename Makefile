# Two commands on a fresh machine: `make run` and `make test`. Both install what they need, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH_VENV := .venv-bench
IMAGE := .image-venv/.made
PACKAGES := bot handlers knowledge web guardrail
SOURCES := $(PACKAGES) tests bench

.PHONY: run test browsers quick check format audit notices lock bench bench-guardrail guardrail-model bench-retrieval bench-imports bench-owners bench-growth bench-answers lighthouse screenshots kills chaos programs programs-browsers settings doctor

# RELOAD=1: started again whenever a source, page or catalogue changes, asked to stop as by Ctrl+C; the data stays.
RUN := $(BIN)/python -m bot run
run: $(VENV)/$(if $(RELOAD),.dev,.run)
	@$(if $(RELOAD),$(BIN)/watchfiles --sigint-timeout 30 "$(RUN)" $(PACKAGES),$(RUN))

# What Python compiles is kept, whatever the shell says: the tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

test: check programs $(IMAGE)
	$(BIN)/python -m pytest -n 3 --dist worksteal

# What visitors do, in Firefox and in WebKit (tests/engines.py): some ten minutes.
browsers: $(VENV)/.dev programs-browsers
	$(BIN)/python -m pytest tests/test_pages_visitor.py tests/test_pages_typing.py tests/test_widget.py tests/test_pages_shut_out.py --engine firefox
	$(BIN)/python -m pytest tests/test_webkit.py --engine webkit

# The tests that need nothing but Python, and with AREA=alerts those of that area. The rest: `make test`.
quick: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 2 --dist worksteal --quick --area "$(AREA)"

check: $(VENV)/.dev
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

# Known vulnerabilities of what is installed. 2: the service that knows them could not be asked.
audit: $(VENV)/.dev
	@$(BIN)/python deploy/audit.py $(BIN)/uv requirements.lock requirements-dev.lock

notices: $(VENV)/.dev
	@$(BIN)/python deploy/notices.py

# Every version with its hashes, for every platform; no index is named in the files.
lock: $(VENV)/.dev
	$(COMPILE) $(UNUSED) --extra meaning -o requirements.lock
	$(COMPILE) $(UNUSED) --extra embedded --extra meaning -o requirements-run.lock
	$(COMPILE) $(UNUSED) --extra embedded --extra meaning --extra dev -o requirements-dev.lock
	$(COMPILE) --extra bench --constraints requirements.lock -o requirements-bench.lock

COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet \
	--custom-compile-command "make lock" pyproject.toml
UNUSED := --excludes requirements-unused.txt

# RELIABILITY.md P3: some ten minutes, most of them waiting for leases to end.
kills: $(VENV)/.dev
	$(BIN)/python -m pytest tests/test_kills.py --kills 200 -o faulthandler_timeout=0

# docs/reliability.md: what goes wrong in the world, done to a whole mimi; a quarter of an hour at most.
chaos: $(VENV)/.dev programs
	@PYTHONPATH=. $(BIN)/python tests/chaos.py

bench: $(VENV)/.dev $(IMAGE) programs
	@for script in $(filter-out bench/owners.py bench/idle.py bench/lighthouse.py bench/image.py,$(wildcard bench/*.py)); do $(BIN)/python -m bench.$$(basename $$script .py) || exit 1; done
	@$(BIN)/python -m bench.idle --seconds 30 --owners 1 --owners 1000 --no-details
	@PYTHONPATH=. $(BIN)/python tests/chaos.py killed

# Beside a plain presidio; its language models are large and stay out of what `make test` needs.
bench-guardrail: $(BENCH_VENV)/.bench
	@$(BENCH_VENV)/bin/python -m bench.guardrail
	@$(BENCH_VENV)/bin/python -m bench.guardrail --mutate
	@PYTHONHASHSEED=0 $(BENCH_VENV)/bin/python -m bench.guardrail --left-out

# The weights of guardrail/tagger, the same ones bit by bit: some four minutes on an idle machine.
guardrail-model: $(BENCH_VENV)/.bench
	@PYTHONHASHSEED=0 $(BENCH_VENV)/bin/python -m bench.tagger.world && PYTHONHASHSEED=0 $(BENCH_VENV)/bin/python -m bench.tagger.train

bench-retrieval: $(VENV)/.dev
	@$(BIN)/python -m bench.retrieval

# What imports keep of each kind of file.
bench-imports: $(VENV)/.dev
	@$(BIN)/python -m bench.imports
	@$(BIN)/python -m bench.import_preview

# 10,000 owners on one instance: a quarter of an hour, and 8 GB of disk while it runs.
bench-owners: $(VENV)/.dev
	@$(BIN)/python -m bench.owners

# Up to a million messages, and what an idle process asks with 10,000 owners: half an hour, and 2 GB of disk.
bench-growth: $(VENV)/.dev
	@$(BIN)/python -m bench.growth --messages 1000000
	@$(BIN)/python -m bench.idle

# Through Claude if ANTHROPIC_API_KEY is set, which costs some cents; else through the answerer that quotes.
bench-answers: $(VENV)/.dev
	@$(BIN)/python -m bench.answers

# Lighthouse's marks for the demo's page; npm brings it, once.
lighthouse: $(VENV)/.dev programs
	@$(BIN)/python -m bench.lighthouse

# Every page and state as a picture, ja and en, phone and desktop, light and dark, and a sheet of them: some minutes.
# make screenshots OUT=folder; with PICTURES=docs/pictures also those of the README.
screenshots: $(VENV)/.dev programs
	@PYTHONPATH=. $(BIN)/python tests/screenshots.py $(OUT) $(if $(PICTURES),--pictures $(PICTURES))

doctor settings: $(VENV)/.run
	@$(BIN)/python -m bot $@

programs:
	@sh tests/install_programs.sh

programs-browsers:
	@sh tests/install_programs.sh browsers

$(VENV)/bin/python $(BENCH_VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "mimi needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv $(@:/bin/python=) || { rm -rf $(@:/bin/python=); echo "Python's venv module is missing: install python3-venv"; exit 1; }

$(VENV)/.run: requirements-run.lock | $(VENV)/bin/python
	@echo "Installing what mimi needs (once, a few minutes) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-run.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@ $(VENV)/.run

# The packages of the image, as the Dockerfile installs them: tests/test_image.py and bench/footprint.py start mimi there.
$(IMAGE): Dockerfile requirements.lock $(wildcard deploy/*.py) bench/image.py | $(VENV)/.dev
	@echo "Installing what the image holds (once) ..."
	@$(BIN)/python bench/image.py && touch $@

$(BENCH_VENV)/.bench: requirements-bench.lock | $(BENCH_VENV)/bin/python
	@echo "Installing a plain presidio and its language models (once) ..."
	@echo '*' > $(BENCH_VENV)/.gitignore
	@$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-bench.lock
	@touch $@
