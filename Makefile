# Two commands: `make run` serves the demo, `make test` passes the tests.
PYTHON ?= $(shell python3.11 -c '' 2>/dev/null && echo python3.11 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export ISTIDRAK_HOME ?= $(CURDIR)/var
# The demo lives in its own folder and database, and pins its day; a real installation never shares them.
DEMO := DATABASE_URL= ISTIDRAK_HOME=$(ISTIDRAK_HOME)/demo ISTIDRAK_DEMO=1 ISTIDRAK_TODAY=2025-11-20
JOBS ?= 2

.PHONY: setup run demo duckdb spark tools test test-long bench bench-support lint locks clean
.NOTPARALLEL: # one pip at a time in one environment

$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

# Each use has its lock in requirements/ and its mark in the environment. pip refuses a file whose hash the lock does not
# have, but would fetch whatever builds a package from source unlocked, aside; so what builds is locked and comes first.
$(VENV)/.%: requirements/%.lock | $(BIN)/pip
	$(BIN)/pip install --quiet --require-hashes --no-build-isolation --only-binary :all: $(FROM_SOURCE) --requirement $<
	touch $@

$(VENV)/.spark: FROM_SOURCE := --no-binary pyspark

$(VENV)/.run $(VENV)/.duckdb $(VENV)/.spark $(VENV)/.lint $(VENV)/.test: | $(VENV)/.build

# A folder has no hash: it is installed alone, from nowhere else.
$(BIN)/istidrak: pyproject.toml $(VENV)/.run
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	touch $@

node_modules/.installed: package-lock.json package.json
	npm ci --no-audit --no-fund --silent
	npm run --silent assets
	touch $@

setup: $(BIN)/istidrak node_modules/.installed
	$(BIN)/istidrak words --compile
	$(BIN)/istidrak migrate --verbosity 0

demo: $(BIN)/istidrak node_modules/.installed
	$(BIN)/istidrak words --compile
	$(DEMO) $(BIN)/istidrak migrate --verbosity 0
	$(DEMO) $(BIN)/istidrak demo

run: demo
	$(DEMO) $(BIN)/istidrak serve --port $(PORT)

# Other engines of the rules, which `istidrak run --engine` and `istidrak replay --engine` name.
duckdb spark: %: $(BIN)/istidrak $(VENV)/.%

lint: $(BIN)/istidrak $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/istidrak makemigrations --check --dry-run
	$(BIN)/istidrak words --check

# Browser journeys use Debian's Chromium (CHROMIUM names another). On SQLite, then what asks a database again on
# PostgreSQL, when DATABASE_URL names one whose user may create databases.
test: $(BIN)/istidrak $(VENV)/.test $(VENV)/.duckdb $(VENV)/.spark node_modules/.installed lint
	$(BIN)/istidrak words --compile
	DATABASE_URL= $(BIN)/pytest -n $(JOBS) --dist worksteal
	case "$$DATABASE_URL" in postgres*) $(BIN)/pytest -n $(JOBS) --dist worksteal;; \
	*) echo "not tried: PostgreSQL, which DATABASE_URL may name (.ci/run starts one)";; esac

# What runs single tests: pytest and the other engines of the rules.
tools: $(BIN)/istidrak $(VENV)/.test $(VENV)/.duckdb $(VENV)/.spark node_modules/.installed

# What a smaller twin stands for in `make test`: more kills, longer histories, on both databases.
test-long: $(BIN)/istidrak $(VENV)/.test $(VENV)/.duckdb $(VENV)/.spark
	$(BIN)/istidrak words --compile
	DATABASE_URL= $(BIN)/pytest -n $(JOBS) --dist worksteal -m long
	case "$$DATABASE_URL" in postgres*) $(BIN)/pytest -n $(JOBS) --dist worksteal -m long;; esac

# A temporary PostgreSQL 15 with a million invented people, twenty users on it; BENCH_PEOPLE=50000 makes it small.
bench: $(BIN)/istidrak node_modules/.installed
	$(BIN)/istidrak words --compile
	$(BIN)/python -m benchmarks

# Two months of transfers for an invented country; BENCH_PUPILS=200000 makes it small.
bench-support: $(BIN)/istidrak
	$(BIN)/istidrak words --compile
	$(BIN)/python -m benchmarks.support

# After a change of a version in pyproject.toml; UPGRADE=--upgrade takes the newest of what it leaves open.
locks:
	made=$$(mktemp -d) && trap 'rm -rf "$$made"' EXIT && $(PYTHON) -m venv "$$made" \
	&& "$$made/bin/pip" install --quiet --require-hashes --only-binary :all: --requirement requirements/locks.lock \
	&& "$$made/bin/python" scripts/locks.py $(UPGRADE)

clean:
	rm -rf $(VENV) node_modules var
