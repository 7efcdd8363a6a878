# Two commands: `make run` and `make test`. A stamp lives inside the folder it vouches for, so deleting the folder
# is a clean start, and a lock file newer than its stamp is installed again.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench
PYTHON ?=
WORKERS ?= 2
ARGS ?=
export PYTHON
# Compiled modules are kept, in .venv, whatever the environment says: without them a centre takes three seconds to start, not one.
export PYTHONDONTWRITEBYTECODE =
export PYTHONPYCACHEPREFIX = $(CURDIR)/.venv/compiled
IN := .venv/bin/python
FRONT := node_modules/.package-lock.json

help:  ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: .venv/.run $(FRONT)  ## Install what running needs: .venv and node_modules

run: setup  ## Set up, then serve the demo centre (NUANYI_HOST, NUANYI_PORT) and print its addresses and accounts
	@exec $(IN) -m app

test: .venv/.dev $(FRONT)  ## Set up, then run every check and every test (ARGS="tests/test_house.py -x" narrows it)
	@sh deploy/setup/browser.sh
	@sh deploy/setup/mail.sh
	@$(MAKE) --no-print-directory lint
	$(IN) -m pytest -n $(WORKERS) --dist worksteal --durations=20 --durations-min=5 $(ARGS)

lint: .venv/.dev  ## Read the code: ruff, then mypy --strict
	$(IN) -m ruff check .
	$(IN) -m mypy

bench: .venv/.dev $(FRONT)  ## Run every benchmark; each ends in one line of JSON
	@failed=0; for file in $$(grep -sl __main__ benchmarks/*.py); do \
	  name=$$(basename $$file .py); echo "== benchmarks.$$name"; $(IN) -m benchmarks.$$name || failed=1; \
	done; exit $$failed

.venv/.run: requirements/run.txt
	@sh deploy/setup/python.sh requirements/run.txt .venv
	@touch $@

.venv/.dev: requirements/dev.txt
	@sh deploy/setup/python.sh requirements/dev.txt .venv
	@touch .venv/.run $@

$(FRONT): package-lock.json package.json .npmrc
	@sh deploy/setup/node.sh
	@touch $@
