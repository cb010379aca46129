# Everything a newcomer or a contributor runs. Python 3.11 or newer and make are all that is needed.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help demo test test-all test-lowest lint docs bench build clean

help:
	@echo "make demo         install, backtest sunspots, and fill gaps in the Irish wind"
	@echo "make test         run the tests; make test-all includes the slow ones"
	@echo "make test-lowest  run the tests with the lowest supported versions"
	@echo "make lint         ruff, pyright and import contracts"
	@echo "make docs         build the documentation, warnings as errors"
	@echo "make bench        compare with other libraries (installs them into .venv-bench)"
	@echo "make build        build the wheel and the source distribution"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-%: $(VENV)/.installed
	$(PIP) --editable ".[$*]"
	@touch $@

demo: $(VENV)/.installed
	$(BIN)/forecastkit backtest configs/sunspots.yaml
	$(BIN)/forecastkit impute configs/irish_wind_gaps.yaml --score

# One BLAS thread a process: the tests already run on every core.
TEST := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto

test: $(VENV)/.installed-test
	$(TEST) -m "not slow"

test-all: $(VENV)/.installed-test
	$(TEST)

test-lowest:
	$(MAKE) test VENV=.venv-lowest PIP=".venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints-lowest.txt"

lint: $(VENV)/.installed-test $(VENV)/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

docs: $(VENV)/.installed-docs
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -b html docs docs/_build/html
	@echo "open docs/_build/html/index.html"

bench:
	test -d .venv-bench || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --editable . --requirement benchmarks/requirements.txt
	.venv-bench/bin/python -m benchmarks

build: $(BIN)/python
	$(PIP) build
	$(BIN)/python -m build --outdir dist

clean:
	rm -rf .venv .venv-lowest .venv-bench dist build docs/_build results
