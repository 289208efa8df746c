# Everything happens in a virtual environment of its own; needs make, Python 3.11 or newer with venv, and pip.
# `make test PYTHON=python3.13 VENV=.venv-3.13 TESTS="tests/unit -x"` runs some tests on another Python.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV ?= .venv
TESTS ?=
BENCH ?=
LAB ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
CODE := qjs_kernel tests scripts

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo lab test browser check format bench clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.stamp-demo  ## run notebooks/01-log-alerts.ipynb in the real kernel and print it
	@$(BIN)/python scripts/demo.py notebooks/01-log-alerts.ipynb

lab: $(VENV)/.stamp-lab  ## open the notebooks in JupyterLab (LAB="--no-browser" for more options)
	$(BIN)/python -m jupyterlab --ServerApp.root_dir=notebooks $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB)

test: $(VENV)/.stamp-test  ## run the tests (TESTS="tests/unit -k codec" for some of them)
	$(BIN)/python -m pytest $(TESTS)

browser: $(VENV)/.stamp-test $(VENV)/.stamp-browser  ## run the tests in JupyterLab (needs a Chromium)
	$(BIN)/python -m pytest tests/browser $(TESTS)

check: $(VENV)/.stamp-test $(VENV)/.stamp-check  ## lint, formatting, types, import floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --explicit-package-bases $(CODE)
	$(BIN)/lint-imports

format: $(VENV)/.stamp-check  ## let ruff format the code and sort the imports
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.stamp-test  ## print the table of measurements (BENCH="--only start,eval --npm" for options)
	$(BIN)/python -m tests.bench $(BENCH)

clean:  ## remove the virtual environments and all caches
	rm -rf .venv .venv-3.* build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# Stamps: each target installs no more than it needs, and nothing again until pyproject.toml changes.
$(VENV)/.stamp-venv:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer found; name one: make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@# Whatever the environment is called, git and ruff leave it alone.
	@echo '*' > $(VENV)/.gitignore
	@touch $@

# An editable install may leave out the shared data of a wheel, so the kernelspec is put in place by the command.
$(VENV)/.stamp-base: $(VENV)/.stamp-venv pyproject.toml kernelspec/kernel.json
	@echo "Installing qjs_kernel"
	@$(PIP) install --editable .
	@# What pip does for a wheel, and an editable install leaves to the first start of the kernel.
	@$(BIN)/python -m compileall -q qjs_kernel
	@$(BIN)/python -m qjs_kernel install --sys-prefix
	@touch $@

$(VENV)/.stamp-demo: $(VENV)/.stamp-base
	@$(PIP) install 'nbclient>=0.10'
	@touch $@

$(VENV)/.stamp-test $(VENV)/.stamp-check $(VENV)/.stamp-lab $(VENV)/.stamp-browser: $(VENV)/.stamp-%: $(VENV)/.stamp-base
	@echo "Installing what make $* needs"
	@$(PIP) install --editable '.[$*]'
	@touch $@
