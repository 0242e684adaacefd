# Every command of the project. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python manage.py
export PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help install install-dev run serve quick test torture check bench elasticsearch messages clean

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: requirements.txt ops/needs.sh
	@bash ops/needs.sh "$(PYTHON)"
	@test -x $(VENV)/bin/python || "$(PYTHON)" -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

install: $(VENV)/.installed ## Make .venv with what the product runs on, compile the translations
	@$(VENV)/bin/python -m qms.catalogues

install-dev: $(VENV)/.installed-dev ## The same with what tests and checks need
	@$(VENV)/bin/python -m qms.catalogues

run: install ## Start with the demonstration city (Ctrl-C stops); PORT=8000 QMS_DATA=var
	@exec $(RUN) up --demo

serve: install ## Start for real: an empty installation that prints the first administrator's link
	@exec $(RUN) up

quick: install-dev ## Rules, steps and pure functions on SQLite, for every save: no pages, browser or processes
	@$(VENV)/bin/python ops/test.py --quick $(ARGS)

test: install-dev ## The whole suite on every database and engine found on this machine
	@$(VENV)/bin/python ops/test.py $(ARGS)

torture: install-dev ## Heavy trials in full: random damage, kills, big matrices
	@QMS_TORTURE=1 $(VENV)/bin/python ops/test.py --torture $(ARGS)

check: install-dev ## Lint, templates, types, import directions, migrations
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@git ls-files -z -- 'templates/*.html' | xargs -0 $(VENV)/bin/djade --target-version 5.2 --check
	@$(VENV)/bin/lint-imports --no-cache
	@$(RUN) makemigrations --check --dry-run
	@$(VENV)/bin/mypy

bench: install-dev ## Print speed figures as JSON (with ARGS: those of ops/bench.py alone)
	@$(VENV)/bin/python ops/bench.py $(ARGS)
	@test -n "$(ARGS)" || for part in notices control audits; do $(VENV)/bin/python ops/bench_$$part.py || exit 1; done

elasticsearch: ## Fetch and start one Elasticsearch on this machine for development
	@bash ops/elasticsearch/run.sh

messages: install-dev ## Collect the texts of screens into the English catalogue (developers)
	@$(VENV)/bin/python -m qms.catalogues --collect

clean: ## Remove caches (never data)
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
