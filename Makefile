# Funnelsim. `make` lists what can be made. Only git, make and Python 3.11 or newer are needed.
PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help compare lab test fix baseline bench winners coverage evidence readme slow

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

compare: .venv/.ready ## direct sales, agency and 4S dealers on the same consumers: the answer, tables, pictures
	.venv/bin/funnel compare

lab: .venv/.ready-dev ## the page for courses and strategists, in the browser
	.venv/bin/funnel lab

test: .venv/.ready-dev ## all tests but the slow ones
	.venv/bin/python -m pytest -q

fix: .venv/.ready-dev ## format the code and mend what can be mended
	.venv/bin/ruff format sim scenarios experiments tests bench
	.venv/bin/ruff check --fix sim scenarios experiments tests bench

baseline: .venv/.ready-dev ## write tests/baseline.yaml anew, after a change of results that is meant
	.venv/bin/python -m tests.make_baseline

bench: .venv/.ready-dev ## nanoseconds per consumer-day
	.venv/bin/python -m bench

winners: .venv/.ready-dev ## who earns the channel's profit where, into docs/who_wins.md (an hour)
	.venv/bin/python -m experiments.winners docs/who_wins.md

coverage: .venv/.ready-dev ## what is required and what shows it, into docs/coverage.md (half an hour; goes on where it stopped)
	.venv/bin/python -m experiments.coverage docs/coverage.md

evidence: .venv/.ready-dev ## every fact the simulator must be true to, measured, into docs/evidence.md (an hour; goes on where it stopped)
	.venv/bin/python -m experiments.evidence docs/evidence.md --couplings workers=-1

readme: .venv/.ready-dev ## the READMEs' pictures and outputs anew, by the commands in them (minutes)
	.venv/bin/python -m experiments.readme

slow: .venv/.ready-dev ## the slow campaigns of the tests
	.venv/bin/python -m pytest -q -m slow

.venv/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) install -c constraints.txt -e .
	@touch $@

.venv/.ready-dev: .venv/.ready
	$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@
