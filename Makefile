# Goeul (고을). `make help` lists what there is.
PORT ?= 8000
DATA_DIR ?= .goeul
DEMO ?= small
PYTHON ?= python3
SYSTEM ?= install
ARGS ?=

BIN := .venv/bin
LOCKS := deploy/requirements
STAMP := .venv/.installed
TEMPLATES = $$(git ls-files --cached --others --exclude-standard '*.html')

# Values for checks that need a configuration but no services; nothing here opens anything.
DUMMY = GOEUL_SECRET_KEY=for-checks-only-for-checks-only-for-checks-only-for-checks \
  GOEUL_FIELD_KEYS=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
  GOEUL_DATABASE_URL=postgresql://goeul@127.0.0.1:1/goeul GOEUL_REDIS_URL=redis://127.0.0.1:1 \
  GOEUL_DATA_DIR=$(CURDIR)/.cache/check DJANGO_SETTINGS_MODULE=config.settings
TESTING = $(DUMMY) GOEUL_MODE=test GOEUL_HTTPS=false
PRODUCTION = $(DUMMY) GOEUL_MODE=production GOEUL_HTTPS=true GOEUL_EMAIL_URL=smtp://localhost GOEUL_BASE_HOST=goeul.example GOEUL_TRUSTED_PROXIES=1

.PHONY: help setup system demo demo-reset test check format lint types contracts migrations production catalog templates bench soak messages states lock
.DEFAULT_GOAL := help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  PORT=$(PORT) DATA_DIR=$(DATA_DIR) DEMO=$(DEMO) (small or full) may be set, e.g. make demo PORT=8080"

setup: $(STAMP) ## Make the virtual environment from the locked requirements

$(STAMP): $(LOCKS)/dev.txt $(LOCKS)/build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.12, say.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked libraries …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCKS)/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCKS)/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

system: ## Install the Debian packages that are missing, or say which
	@deploy/setup-system $(SYSTEM) run test

demo: setup ## Load the demo once and run everything in the foreground; Ctrl-C stops it
	@deploy/setup-system $(SYSTEM) run
	@exec $(BIN)/goeul up --demo $(DEMO) --port $(PORT) --data-dir $(DATA_DIR)

demo-reset: ## Remove the demo's data folder
	@$(BIN)/python -m config.up.reset $(DATA_DIR)

test: setup ## Run every test
	@deploy/setup-system $(SYSTEM) run test
	@$(BIN)/python -m config.catalog compile
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup lint types contracts migrations production templates catalog ## Check format, types, contracts, migrations, translations

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(TESTING) $(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports --no-logo

migrations: setup
	@mkdir -p .cache/check
	$(TESTING) $(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

production: setup
	$(PRODUCTION) $(BIN)/python -m django check --deploy --fail-level WARNING

templates: setup
	$(BIN)/djhtml --tabwidth 2 --check $(TEMPLATES)

catalog: setup
	$(TESTING) $(BIN)/python -m config.catalog check

format: setup ## Format Python and templates
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .
	$(BIN)/djhtml --tabwidth 2 $(TEMPLATES) || true

bench: setup ## Measure; figures as a table and as JSON in bench-results/
	@deploy/setup-system $(SYSTEM) run bench
	@$(BIN)/python -m tests.bench $(ARGS)

soak: setup ## Random faults with SEED=1 for SECONDS=60, the books compared after every round
	@deploy/setup-system $(SYSTEM) run test
	@SEED=$(or $(SEED),1) SECONDS=$(or $(SECONDS),60) $(BIN)/python -m tests.faults.soak

messages: setup ## Merge the parts of the Korean catalog and compile it
	$(TESTING) $(BIN)/python -m config.catalog merge
	$(BIN)/python -m config.catalog compile

states: setup ## Draw the states of docs/states.md anew
	$(TESTING) $(BIN)/python -m tests.architecture.states > docs/states.md

lock: setup ## Lock the requirements again (needs uv)
	@command -v uv >/dev/null || { echo "uv is needed: pip install uv"; exit 1; }
	uv pip compile pyproject.toml --extra local --universal --python-version 3.11 --generate-hashes --no-header --quiet -o $(LOCKS)/runtime.txt
	uv pip compile pyproject.toml --extra local --group dev --universal --python-version 3.11 --generate-hashes --no-header --quiet -o $(LOCKS)/dev.txt
	printf 'hatchling>=1.27\neditables>=0.5\n' | uv pip compile - --universal --python-version 3.11 --generate-hashes --no-header --quiet -o $(LOCKS)/build.txt
