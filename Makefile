# The two commands: `make run` and `make test`. Both set everything up on a machine that has only Python 3.11.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check -qq

.PHONY: run test setup setup-dev

run: setup
	@exec $(BIN)/python manage.py serve

test: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/mypy albumsite accounts covers personalize
	@$(BIN)/python -m pytest -n 2

setup: $(VENV)/.installed

setup-dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing packages (a few minutes the first time) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing packages (a few minutes the first time) …"
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/.installed
