# Two commands: `make run` serves the demo, `make test` passes the tests.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export ISTIDRAK_HOME ?= $(CURDIR)/var
# The demo lives in its own folder and pins its day; a real installation never shares it.
DEMO := ISTIDRAK_HOME=$(ISTIDRAK_HOME)/demo ISTIDRAK_DEMO=1 ISTIDRAK_TODAY=2025-11-20
JOBS ?= 2

.PHONY: setup run demo test bench bench-support lint clean

$(BIN)/istidrak: requirements.lock pyproject.toml
	command -v $(PYTHON) >/dev/null && $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --editable .
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

lint: $(BIN)/istidrak
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/istidrak makemigrations --check --dry-run
	$(BIN)/istidrak words --check

# Browser journeys use Debian's Chromium (CHROMIUM names another). On SQLite, then again on PostgreSQL when
# DATABASE_URL names one whose user may create databases.
test: $(BIN)/istidrak node_modules/.installed lint
	$(BIN)/istidrak words --compile
	DATABASE_URL= $(BIN)/pytest -n $(JOBS)
	case "$$DATABASE_URL" in postgres*) $(BIN)/pytest -n $(JOBS) -m "not browser";; esac

# A temporary PostgreSQL 15 with a million invented people, twenty users on it; BENCH_PEOPLE=50000 makes it small.
bench: $(BIN)/istidrak node_modules/.installed
	$(BIN)/istidrak words --compile
	$(BIN)/python -m benchmarks

# Two months of transfers for an invented country; BENCH_PUPILS=200000 makes it small.
bench-support: $(BIN)/istidrak
	$(BIN)/istidrak words --compile
	$(BIN)/python -m benchmarks.support

clean:
	rm -rf $(VENV) node_modules var
