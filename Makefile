# Commands of the project; `make help` lists them.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)

# Neighbours stay together, so that what a module shares is made once; who is done takes over the rest.
IN_TWO := --numprocesses 2 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help install install-dev browser build run test faults pictures check format bench clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: requirements.txt constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

install: $(VENV)/.installed ## Create the environment that runs the product

install-dev: $(VENV)/.installed-dev ## Add what tests, checks and benchmarks need

browser: $(VENV)/.installed-dev ## Find or install a Chromium for the tests
	@$(BIN)/python -m tests.support.browser

build: $(VENV)/.installed ## Build the page and train the offline model, unless nothing has changed
	@$(BIN)/python -m ecocash_copilot build

run: $(VENV)/.installed ## Start the product with demo data on http://localhost:8000
	@exec $(BIN)/python -m ecocash_copilot serve

test: $(VENV)/.installed-dev browser build ## Run every test: the journeys alone, after all others
	@failed=0; \
	$(BIN)/python -m pytest --ignore tests/e2e --ignore tests/faults $(IN_TWO) || failed=1; \
	$(BIN)/python -m pytest tests/faults tests/e2e $(IN_TWO) || failed=1; \
	exit $$failed

faults: $(VENV)/.installed-dev browser build ## Kill the server and MongoDB around 200 taps on Confirm, cut pages off for minutes; count what is lost
	@FAULT_RUNS=$${FAULT_RUNS:-200} $(BIN)/python -m pytest tests/faults -s

pictures: $(VENV)/.installed-dev browser ## Take the pictures of all stories and pages as they look now for right
	@PICTURES=accept $(BIN)/python -m pytest tests/pictures --numprocesses 2

check: $(VENV)/.installed-dev ## Lint, format, types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## Put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-dev browser ## Measure, print a table, write bench/results.json
	@$(BIN)/python -m bench

clean: ## Remove what was built or installed; data in .data stays
	rm -rf $(VENV) .web .trained .pytest_cache .ruff_cache
