# Funnelsim. `make` lists what can be made. Only git, make and Python 3.11 or newer are needed.
PYTHON ?= python3
CAMPAIGNS := tests/test_campaigns.py tests/test_store.py tests/test_hostile.py tests/test_config.py tests/test_memory.py tests/test_sensitivity.py \
	tests/test_strategy_map.py tests/test_sweep.py
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help compare lab test fix baseline bench bench-lab bench-large bench-luck winners lab-figures coverage evidence mutants \
	pages readme fresh slow campaign campaign-sweep

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

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

bench: .venv/.ready-dev ## how fast everything is, and beside objects, NumPy and the machine, into docs/performance.md (ten minutes; leave it alone)
	.venv/bin/python -m bench

bench-lab: .venv/.ready-dev ## how fast the lab's page answers and what its server withstands, into docs/performance.md (five minutes; leave it alone)
	.venv/bin/python -m bench lab

bench-large: .venv/.ready-dev ## ten million consumers for a year on two cores, and growth up to there (10 GB, minutes)
	.venv/bin/python -m bench large

bench-luck: .venv/.ready-dev ## what common random numbers save in every shipped comparison (ten minutes)
	.venv/bin/python -m bench luck

winners: .venv/.ready-dev ## who earns the channel's profit where, into docs/who_wins.md (a quarter of an hour; goes on where it stopped)
	.venv/bin/python -m experiments.winners docs/who_wins.md

lab-figures: .venv/.ready-dev ## the gallery's answers and what more of each lever does, where the engine has changed (half an hour; goes on)
	.venv/bin/python -m experiments.lab.answers
	.venv/bin/python -m experiments.lab.directions

coverage: .venv/.ready-dev ## what is required and what shows it, into docs/coverage.md (half an hour; goes on where it stopped)
	.venv/bin/python -m experiments.coverage docs/coverage.md

evidence: .venv/.ready-dev ## every promise tested and every fact measured, into docs/evidence.md (the facts take 20 minutes, all tests longer; both go on where they stopped)
	-.venv/bin/python -m pytest -q -m "" --evidence results/evidence/tests.json
	.venv/bin/python -m experiments.evidence docs/evidence.md --couplings workers=-1 tests=results/evidence/tests.json

mutants: .venv/.ready-dev ## whether the tests find faults put into the engine, into docs/mutants.md (half an hour; goes on where it stopped)
	.venv/bin/python -m tests.mutants docs/mutants.md

pages: .venv/.ready-dev ## the pages of docs/ that are made of numbers and words that stand elsewhere
	.venv/bin/python -m experiments.pages

readme: .venv/.ready-dev ## the READMEs' pictures and outputs anew, by the commands in them (minutes)
	.venv/bin/python -m experiments.readme

fresh: .venv/.ready-dev ## the theory suite on seeds of today
	FUNNELSIM_SEED=$$(date +%Y%m%d) .venv/bin/python -m pytest -q tests/test_theory.py tests/theory

campaign: .venv/.ready-dev ## kills, races, damage, full disks, hostile input: their figures into docs/evidence.md (half an hour)
	-.venv/bin/python -m pytest -q -n 0 -m "" $(CAMPAIGNS) --evidence results/evidence/campaign.json
	.venv/bin/python -m experiments.evidence docs/evidence.md --page tests=results/evidence/campaign.json

campaign-sweep: .venv/.ready-dev ## 2,000 settings x 4 strategies x 3 replications by loky and dask, with kills: into docs/evidence.md (22 minutes; leave it alone)
	-.venv/bin/python -m pytest -q -n 0 -m "" tests/test_big_sweep.py -k "whole" --evidence results/evidence/sweep.json
	.venv/bin/python -m experiments.evidence docs/evidence.md --page tests=results/evidence/sweep.json

slow: .venv/.ready-dev ## the slow campaigns of the tests
	.venv/bin/python -m pytest -q -m slow

.venv/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) install -c constraints.txt -e .
	@touch $@

.venv/.ready-dev: .venv/.ready
	$(PIP) install -c constraints.txt -e '.[dev,distributed,evidence,notebook]'
	@touch $@
