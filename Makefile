# Needs Python 3.11 or newer and make; sets up everything else in .venv.

VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements-dev.lock
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-input
WORKERS ?= 2
# `make bench`: 1 is 6 million lines of TPC-H and 10 million rows of the other tables.
BENCH_SCALE ?= 1
BENCH_ROUNDS ?= 3
BENCH_OPTIONS ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test programs lint type unit coverage doctest notebooks docs tutorials soak \
	bench bench-small bench-memory bench-rivals bench-docs lock clean

help:
	@echo "make demo       run the main job on the flights of January 2013"
	@echo "make test       every check: those below, one after the other"
	@echo "make lint       ruff: rules and format"
	@echo "make type       mypy"
	@echo "make unit       pytest (WORKERS=$(WORKERS))"
	@echo "make doctest    the examples in the docstrings"
	@echo "make notebooks  the notebooks' outputs, by nbval"
	@echo "make coverage   pytest again, with coverage: longer"
	@echo "make docs       write docs/vocabulary.md anew, from what the engines do"
	@echo "make tutorials  run the notebooks anew and keep their outputs"
	@echo "make soak       thousands of random pipelines on every engine: about an hour"
	@echo "make bench      time jobs beside DuckDB, Polars and pandas: hours (BENCH_SCALE=$(BENCH_SCALE))"
	@echo "make bench-small, bench-memory, bench-rivals, bench-docs: see CONTRIBUTING.md"
	@echo "make lock       write $(LOCK) anew"
	@echo "make clean      remove what the checks leave behind"

demo: $(VENV)/.installed
	@$(BIN)/etlframe demo

test: programs lint type unit doctest notebooks
	@echo "make test: passed"

# -- the checks ---------------------------------------------------------------------------------

programs:
	@.ci/require "the test in a real browser" "chromium fonts-liberation" \
		chromium chromium-browser google-chrome google-chrome-stable
	@.ci/require "the Spark engine (to come: no test needs Java yet)" default-jre-headless java

lint: $(VENV)/.installed-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check

type: $(VENV)/.installed-test
	$(BIN)/mypy

unit: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n $(WORKERS)

coverage: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n $(WORKERS) --cov

doctest: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n $(WORKERS) --doctest-modules etlframe

# In a copy, so that logs and outputs of one's own sessions neither disturb nor are disturbed.
notebooks: $(VENV)/.installed-test
	rm -rf build/nbval
	mkdir -p build/nbval
	cp -R notebooks data build/nbval
	$(BIN)/python -m pytest --nbval --nbval-current-env \
		--nbval-sanitize-with notebooks/nbval-sanitize.cfg build/nbval/notebooks

# -- longer proofs, and pages that tests write -----------------------------------------------------

soak: $(VENV)/.installed-test
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n $(WORKERS) tests/differential \
		tests/expressions tests/loaders/test_model.py
	$(BIN)/python -m tests.loaders.soak_kills --kills 1000

# In a copy, so that no log of one's own sessions is shown; readers see no folder of this machine.
tutorials: $(VENV)/.installed-test
	rm -rf build/tutorials
	mkdir -p build/tutorials
	cp -R notebooks data build/tutorials
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace --log-level ERROR \
		--ExecutePreprocessor.record_timing=False build/tutorials/notebooks/*.ipynb
	sed -i 's#$(CURDIR)/build/tutorials#/home/you/etlframe#g' build/tutorials/notebooks/*.ipynb
	cp build/tutorials/notebooks/*.ipynb notebooks

docs: $(VENV)/.installed-test
	$(BIN)/python -m tests.differential.vocabulary.table

# -- benchmarks: what they write is in build/bench, or in the folder $ETLFRAME_BENCH ---------------

BENCH := $(BIN)/python -m benchmarks
RIVALS := build/bench-rivals

bench: $(VENV)/.installed-bench
	$(BENCH) run --scale $(BENCH_SCALE) --rounds $(BENCH_ROUNDS) $(BENCH_OPTIONS)
	$(BENCH) docs

bench-small: $(VENV)/.installed-bench
	$(BENCH) run --scale 0.02 --rounds 1 $(BENCH_OPTIONS)

# The heap of streaming jobs on four times the rows, to be held beside that of `make bench`.
bench-memory: $(VENV)/.installed-bench
	$(BENCH) memory --scale $(BENCH_SCALE) $(BENCH_OPTIONS)
	$(BENCH) docs

# In an environment of their own, as they bring a hundred packages; on a tenth of the rows.
bench-rivals: $(RIVALS)/.installed
	$(RIVALS)/bin/python -m benchmarks rivals --scale $(BENCH_SCALE) $(BENCH_OPTIONS)
	$(BENCH) docs

bench-docs: $(VENV)/.installed-bench
	$(BENCH) docs

# -- setting up: each stamp says what is installed, so a second run installs nothing --------------

$(VENV)/.created:
	@PYTHON="$(PYTHON)" .ci/create-venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml $(LOCK)
	@echo "Installing etlframe into $(VENV)"
	@$(PIP) --constraint $(LOCK) --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.created pyproject.toml $(LOCK)
	@echo "Installing etlframe and its test tools into $(VENV)"
	@$(PIP) --constraint $(LOCK) --editable ".[test]"
	@touch $(VENV)/.installed $@

$(VENV)/.installed-bench: $(VENV)/.created pyproject.toml $(LOCK)
	@echo "Installing etlframe and its benchmarks into $(VENV)"
	@$(PIP) --constraint $(LOCK) --editable ".[bench]"
	@touch $@

$(RIVALS)/.installed: pyproject.toml $(LOCK)
	@PYTHON="$(PYTHON)" .ci/create-venv $(RIVALS)
	@echo "Installing etlframe and the tools to compare it with into $(RIVALS)"
	@$(RIVALS)/bin/python -m pip --disable-pip-version-check install --quiet --no-input \
		--constraint $(LOCK) --editable ".[bench,bench-rivals]"
	@touch $@

# -- upkeep ---------------------------------------------------------------------------------------

lock: $(VENV)/.created
	$(PIP) uv
	$(BIN)/uv pip compile pyproject.toml --no-config --universal --python-version 3.11 \
		--all-extras --upgrade \
		--custom-compile-command "make lock" --quiet --output-file $(LOCK)

clean:
	rm -rf build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find etlframe tests data notebooks -name __pycache__ -type d -prune -exec rm -rf {} +
