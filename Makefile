# Everything that a person or CI asks of this folder. Nothing here needs anything installed by hand but Python and make:
# tools/setup.py makes the rest once, and is done in an instant when nothing changed.

PYTHON ?= python3
BENCH ?= all
# Some images forbid Python to keep what it compiled; then every start compiles all of it anew, for two seconds.
export PYTHONDONTWRITEBYTECODE :=
SETUP = @$(PYTHON) tools/setup.py

help: ## print these lines
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r target what; do \
		printf '%-14s %s\n' "$$target" "$$what"; done

run: ## start the server with its own database and a demo organisation; settings: MARKAZ_*, markaz.toml
	$(SETUP)
	@exec .venv/bin/python server.py --demo

setup: ## make .venv with pinned packages and build the front end; every other target begins with it
	$(SETUP)

test: ## every test: Python, front end, and a real browser where there is one
	$(SETUP) --dev --browser
	@# A worker for each core: much of the time a test waits for sockets and a browser.
	.venv/bin/python tools/second.py -n auto --maxprocesses 4 --dist worksteal -m "not alone and not long"
	.venv/bin/python tools/second.py -m alone
	@# Node.js may have come from a wheel into .venv.
	cd frontend && PATH="$$PWD/../.venv/bin:$$PATH" npm test

test-long: ## what takes minutes each: servers that are killed under load, several nodes, a whole campaign
	$(SETUP) --dev --browser
	.venv/bin/python -m pytest -m long

check: ## what the tools see without running it: format, lint, types, layers, container files
	$(SETUP) --dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/yamllint --strict compose.yaml
	.venv/bin/hadolint Dockerfile

smoke: ## start the server and drive it as strangers and agents do, with a SIGKILL in the middle
	$(SETUP) --dev
	.venv/bin/python -m tests.smoke

bench: ## measure beside the peers and write docs/benchmarks.md; BENCH=name for one
	$(SETUP) --dev
	.venv/bin/python -m bench $(BENCH)

format: ## put Python into its form, and mend what ruff can mend
	$(SETUP) --dev
	.venv/bin/ruff check --fix --quiet . || true
	.venv/bin/ruff format .

clean: ## remove all that was made, but not the data in var/
	rm -rf .venv frontend/node_modules frontend/dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help run setup test test-long check smoke bench format clean
