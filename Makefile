# Two commands on a fresh machine with Python 3.11, pip and make:
#   make demo    installs everything and ends with a release and a report
#   make test    installs what the tests need as well, and runs them
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := .tools/bin/uv --system-certs --quiet
DEMO := demo-shop

.PHONY: help install install-dev browser demo test lint format docs bench lock smoke clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 18

.tools/bin/uv:
	@echo "· fetching the installer (uv) into .tools/"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools uv

$(BIN)/python: | .tools/bin/uv
	@echo "· making the virtual environment in $(VENV)/"
	@$(UV) venv --python $(PYTHON) $(VENV)

# A stamp says which lock is installed; the development lock contains the other one.
$(VENV)/.installed: requirements/run.lock pyproject.toml | $(BIN)/python
	@if [ -e $(VENV)/.installed-dev ]; then $(MAKE) --no-print-directory $(VENV)/.installed-dev; else \
	  echo "· installing the locked packages"; \
	  $(UV) pip sync --compile-bytecode --python $(BIN)/python --require-hashes requirements/run.lock && \
	  $(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation --editable . ; fi
	@touch $@

$(VENV)/.installed-dev: requirements/dev.lock pyproject.toml | $(BIN)/python
	@echo "· installing the locked packages, with those of the tests"
	@$(UV) pip sync --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.lock
	@$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.installed

install: $(VENV)/.installed  ## the product, in .venv

install-dev: $(VENV)/.installed-dev  ## the product and what its tests need

browser:  ## a Chromium for the browser tests
	@bash scripts/ensure-browser.sh

demo: install  ## a synthetic shop through everything: a release and a report
	@$(BIN)/regulars demo --workspace $(DEMO)

# Whole files, in their order: a shop is made once for the tests of a file. (Since pytest 9.2 xdist 3.8 keeps no groups.)
test: install-dev browser  ## lint, types and all tests
	@$(MAKE) --no-print-directory lint
	@echo "· running the tests"
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: install-dev  ## style and types
	@echo "· checking style and types"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary

format: install-dev  ## put the code into its form
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

docs: install-dev  ## the pages that are made from the code
	@$(BIN)/python -m docs.make

bench: install-dev  ## speed and memory, beside plain pandas
	@$(BIN)/python -m benchmarks

smoke: .tools/bin/uv  ## the wheel alone, in an empty environment
	@bash scripts/smoke.sh

lock: .tools/bin/uv  ## resolve again: names, versions and hashes, without addresses
	@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate pyproject.toml requirements/build.in -o requirements/run.lock
	@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate --extra dev pyproject.toml requirements/build.in -o requirements/dev.lock

clean:  ## remove what was made here
	@rm -rf $(VENV) .tools $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
