# Two commands do everything on a fresh machine: `make run` and `make test`.
SHELL := /bin/bash
PY := .venv/bin/python
PREPARE := packaging/prepare
REPOSITORY ?=
# Where there is no display, a virtual one stands in.
comma := ,
SCREEN := $(if $(DISPLAY)$(WAYLAND_DISPLAY),,$(comma)display)
# Whatever the shell says: what one worker compiled serves the others, and each program that a test starts.
export PYTHONDONTWRITEBYTECODE :=
# How many tests run at once; tests that share a server or Docker stay together. One more than there are cores, since
# tests of engines and Docker mostly wait, and of the quick ones some.
WORKERS ?= $(shell cores=$$(nproc); echo $$((cores < 8 ? cores + 1 : 8)))
# A worker that crashed ends the run: the one that takes its place gets no tests, and the run would wait for it.
PYTEST = $(PY) -m pytest -n $(WORKERS) --no-loadscope-reorder --max-worker-restart 0

.PHONY: run quick ready test slow gpu lint unused style pictures bench reference package venv help
help: ## What can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## Set up what is missing and open the studio on the example (REPOSITORY=folder opens another)
	@$(PREPARE) --system run,engine$(SCREEN) --venv --engine
	@$(PY) -m tests.e2e.run $(if $(REPOSITORY),"$(REPOSITORY)")

quick: ## Run the tests that need no engine and no Docker, with fewer examples: for use while one works (ARGS=… goes to pytest)
	@$(PREPARE) --system run,display,tests --venv
	@$(PYTEST) -m "not engine and not docker and not slow and not long" --hypothesis-profile quick tests/text tests/core tests/app tests/ui $(ARGS)

ready: ## Set up what `make test` needs, and stop
	@$(PREPARE) --system run,engine,display,docker,tests,package --venv --engine

test: ready ## Set up what is missing and run all tests but the slow ones (ARGS=… goes to pytest)
	@$(PYTEST) -m "not slow" $(ARGS)

slow: ## Run what is long by its nature, one after the other, types for Python 3.12 too (ARGS=… goes to pytest)
	@$(PREPARE) --system run,engine,display,docker,podman,tests,package,editors --venv --engine
	@$(MAKE) --no-print-directory types-3.12
	@$(PY) -m pytest -m slow -o faulthandler_timeout=0 $(ARGS)

gpu: ## Look whether GPUs are served with, on a machine that has one (IMAGE=… takes an image of Triton; else the embedded engine)
	@$(PREPARE) --system engine --venv --engine
	@$(PY) -m tests.gpu $(IMAGE)

lint: venv ## ruff, mypy --strict for the oldest and the newest Python that is promised, import-linter, vulture
	@$(MAKE) --no-print-directory --jobs --output-sync types-3.11 types-3.13 unused style

types-%: venv
	@.venv/bin/mypy --python-version $*

unused: venv
	@.venv/bin/vulture

style: venv
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/lint-imports

pictures: ## Render every screen, light and dark, into pictures/ (ARGS=--readme renews those of the README, ARGS="--scale 2" at 200 %, ARGS="--only serve attach" some parts)
	@$(PREPARE) --system run,engine,display --venv --engine
	@$(PY) -m tests.e2e.pictures pictures $(ARGS)

bench: ## Measure speed, each figure beside a reference of the same run
	@$(PREPARE) --system run,engine,display,tests --venv --engine
	@$(PY) -m tests.bench

reference: venv ## Write packaging/REFERENCE.md: commands, keys and settings from their declarations
	@$(PY) -m studio.ui.reference packaging/REFERENCE.md

package: ## Build what people install into dist/: wheel, sdist, .deb, .run (ARGS=--dirty from a tree with changes)
	@$(PREPARE) --system run,display,package --venv
	@$(PY) packaging/builder $(ARGS)

venv: ## Prepare .venv and stop
	@$(PREPARE) --venv
