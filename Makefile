# Everything runs in .venv, made by the first target that needs it.
PYTHON ?= python3
# Another torch, for instance: make install TORCH="torch==2.13.0 --index-url ADDRESS"
TORCH ?= -r requirements/torch.txt
ARGS ?=
BIN := .venv/bin
# what is compiled once need not be compiled by every process that tests start
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

install: .venv/installed ## make .venv with the locked dependencies; the other targets do it for you

.venv/installed: requirements/torch.txt requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Gradient Arena wants Python 3.11 or newer; name one with make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: .venv/installed ## the whole service on a benchmark of seven estimators, in minutes
	@exec $(BIN)/gradarena demo $(ARGS)

up: .venv/installed ## keep the service running here, and print three curl lines to try
	@exec $(BIN)/gradarena up $(ARGS)

test: .venv/installed ## the whole test suite, on a real PostgreSQL and a real Valkey
	$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "not slow and not gpu" $(ARGS)

test-slow: .venv/installed ## statistics at ten times the draws, and longer chaos
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m slow $(ARGS)

test-gpu: .venv/installed ## what only a GPU can show; where torch sees none it fails, and skips nothing
	$(BIN)/python -c "from estimators.devices import claim_device; claim_device('cuda')"
	$(BIN)/python -m pytest -q -m gpu $(ARGS)

coverage: .venv/installed ## which branches no test takes; 95% and more of every room are
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "not slow and not gpu" $(ARGS)
	$(BIN)/coverage combine --quiet
	for room in analysis estimators service workers; do \
	  $(BIN)/coverage report --include "$$room/*" --fail-under 95 || exit 1; done

check: .venv/installed ## format, lint, import contracts, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

format: .venv/installed ## mend format and imports
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: .venv/installed ## write what is derived: certificates, the tables and lists in docs/
	$(BIN)/python -m tests.generate

bench: .venv/installed ## steps beside their products and a textbook's, measurements, growth; half an hour
	$(BIN)/gradarena bench --output benchmarks/results $(ARGS)

docs: .venv/installed ## the documentation's site, in site/; a warning is an error
	@test -x .venv/docs/bin/mkdocs || $(PYTHON) -m venv .venv/docs
	.venv/docs/bin/pip install --quiet --disable-pip-version-check -r requirements/docs.txt
	NO_MKDOCS_2_WARNING=1 .venv/docs/bin/mkdocs build --strict

screenshots: .venv/installed ## docs/images, of the service that make up started
	$(BIN)/python -m benchmarks.screenshots $(ARGS)

mutants: .venv/installed ## plant slips in estimators and store; every one must be caught
	$(BIN)/python -m tests.estimators.mutants
	$(BIN)/python -m tests.store.mutants

migrate: .venv/installed ## bring the database that GRADARENA_DATABASE names up to date
	$(BIN)/python -m migrations

lock: .venv/installed ## lock the dependencies anew (ARGS go to uv)
	$(BIN)/python -m pip install --quiet uv
	PATH="$(CURDIR)/$(BIN):$$PATH" requirements/compile $(ARGS)

chaos: .venv/installed ## kill all that a fleet has, on both databases, and count what is lost: four minutes each
	$(BIN)/python -m benchmarks.chaos $(ARGS)

fleet: .venv/installed ## run the compose files, hurt what they started, add a second host, and count what is lost
	$(BIN)/python -m benchmarks.fleet $(ARGS)

fuzz: .venv/installed ## all that the API allows and forbids, tried by schemathesis with three seeds
	$(BIN)/python -m tests.api.fuzz $(ARGS)

load: .venv/installed ## jobs and points in, boards out: how many a second, and how long each takes
	$(BIN)/python -m benchmarks.load $(ARGS)

audit: .venv/installed ## ask a vulnerability database about the locked dependencies
	@if ! curl -sm 10 -o /dev/null https://api.osv.dev; then echo "skipped: api.osv.dev cannot be reached"; exit 0; fi; \
	$(BIN)/python -m pip install --quiet pip-audit && \
	$(BIN)/pip-audit -s osv -r requirements/dev.txt --no-deps --disable-pip

clean: ## remove .venv and what was made in this folder
	rm -rf .venv .gradarena .mypy_cache .ruff_cache .pytest_cache .coverage* build *.egg-info

.PHONY: help install demo up test test-slow test-gpu coverage check format generate mutants bench migrate chaos fleet fuzz load lock audit clean docs screenshots
