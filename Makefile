# The two commands: `make run` and `make test`. Both set everything up on a machine that has only Python 3.11 to 3.13.
# `make test-all` runs what is long by nature as well (whole sites, whole trainings, kills at random), as CI does.
# The first that runs and can make a virtual environment: a name alone may be another tool's empty promise.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& command -v $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check -qq

.PHONY: run test test-all check setup setup-dev

run: setup
	@exec $(BIN)/python manage.py serve

# Four at once on two cores: a test waits for a good part of its time, for processes, leases and servers.
test: check
	@$(BIN)/python -m pytest -n 4 -m "not slow"

test-all: check
	@$(BIN)/python -m pytest -n 4

check: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy albumsite accounts covers personalize

setup: $(VENV)/.installed

setup-dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Aibum needs Python 3.11, 3.12 or 3.13 with its venv module (on Debian: apt install python3-venv)."; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing packages (a few minutes the first time) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing packages (a few minutes the first time) …"
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/.installed
