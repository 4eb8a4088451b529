# The tasks of this project; `make` alone lists them. Everything is installed into this folder.

PYTHON ?= python3
BIN := $(CURDIR)/.venv/bin
STEP := $(PYTHON) infra/local/step.py
CDK := $(CURDIR)/infra/node_modules/.bin/cdk
# The tools find each other here: npm needs node, the CDK needs Python.
export PATH := $(BIN):$(PATH)

SITE_SOURCES := $(shell find site -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/tests/*')

.DEFAULT_GOAL := help
.PHONY: help run upload redrive test bench bench-large bench-page golden screenshots notebook setup build deploy diff destroy lint format unit infra-test site-test e2e lock layer-emulator spark-environment clean

help: ## List these tasks
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

run: setup site/dist/index.html layer-emulator ## The whole loop on this machine: a local AWS, the deployed stack, the live page
	@$(BIN)/python -m infra.local run

upload: ## Put a file into the running loop: make upload FILE=customers.csv
	@test -x $(BIN)/python || { echo "Start the loop first: make run"; exit 1; }
	@test -n "$(FILE)" || { echo "Name a file: make upload FILE=customers.csv"; exit 1; }
	@$(BIN)/python -m infra.local upload "$(FILE)"

redrive: ## Try the uploads in the running loop's failure queue again
	@test -x $(BIN)/python || { echo "Start the loop first: make run"; exit 1; }
	@$(BIN)/python -m infra.local redrive

test: lint site-test site/dist/index.html layer-emulator spark-environment ## Every check, the fast ones first
	$(BIN)/pytest --numprocesses 3 --dist loadgroup tests/e2e tests/spark tests/browser tests/removal tests/infra tests/unit lambda

deploy: setup ## Deploy to the AWS account of your shell
	$(CDK) deploy

diff: setup ## Show what a deployment would change
	$(CDK) diff

destroy: setup ## Remove the stack; the buckets and what is in them stay
	@$(BIN)/python -m infra.destroy

# --- the parts of `make test` ---

lint: setup ## Style and types
	@$(STEP) "Style: ruff check" ruff check .
	@$(STEP) "Style: ruff format" ruff format --check .
	@$(STEP) "Types: mypy" mypy
	@$(STEP) "Style: eslint" npm --prefix site run --silent lint

unit: setup ## The engine, the command line, the handler
	$(BIN)/pytest --numprocesses 2 tests/unit lambda

site-test: setup ## The page's parts
	$(BIN)/npm --prefix site test --silent

infra-test: setup site/dist/index.html ## The template, and the layer that goes to AWS
	$(BIN)/pytest tests/infra

e2e: setup site/dist/index.html layer-emulator spark-environment ## The loop on the emulator, IAM enforced, TLS on; its page in a real browser; its end
	$(BIN)/pytest tests/e2e tests/spark tests/browser tests/removal

golden: setup ## Write the golden examples of the public documents anew
	$(BIN)/python -m tests.support.golden

screenshots: setup site/dist/index.html ## Photograph every state of the page, in light and dark, wide and narrow; the README's picture too
	$(BIN)/python -m tests.support.screenshots build/screenshots
	@echo "In build/screenshots"

notebook: setup ## Run the exploratory notebook on a file, as one page to read: make notebook FILE=customers.csv
	@$(BIN)/python -m tests.support.notebook "$(or $(FILE),data/sample_customers.csv)" build/segmentation.html

bench: setup ## Measure the engine against the straightforward script; a quarter of an hour
	$(BIN)/python -m tests.bench

bench-large: setup spark-environment ## The same, and 100 million customers, and 10 million on Spark; 6 GB of disk
	$(BIN)/python -m tests.bench --large
	$(BIN)/python -m tests.bench.spark

bench-page: setup site/dist/index.html ## Measure how fast the page is, against an empty page; some minutes
	$(BIN)/python -m tests.bench.page

format: setup ## Put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# --- what is installed and built; each part only when what it is made of has changed ---

setup: .venv/ready build/emulator/ready infra/node_modules/ready site/node_modules/ready

build: setup site/dist/index.html

.venv/ready: requirements.txt lambda/requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name it: make PYTHON=python3.13" if sys.version_info < (3, 11) else 0)'
	@$(STEP) "Making the Python environment" $(PYTHON) -m venv .venv
	@$(STEP) "Installing the Python packages" $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt --editable .
	@touch $@

# It holds the emulator, boto3 and no pip, as AWS's own runtime: were the layer broken, nothing here would mend it.
build/emulator/ready: infra/emulator-requirements.txt .venv/ready
	@$(STEP) "Making the emulator's environment" $(BIN)/python -m venv --clear --without-pip build/emulator
	@$(STEP) "Installing the emulator" $(BIN)/python -m pip --python build/emulator/bin/python install --quiet --disable-pip-version-check -r infra/emulator-requirements.txt
	@touch $@

infra/node_modules/ready: infra/package-lock.json .venv/ready
	@$(STEP) "Installing the CDK command line" npm --prefix infra ci --no-audit --no-fund
	@touch $@

site/node_modules/ready: site/package-lock.json .venv/ready
	@$(STEP) "Installing the site's packages" npm --prefix site ci --no-audit --no-fund
	@touch $@

site/dist/index.html: $(SITE_SOURCES) site/node_modules/ready
	@$(STEP) "Building the site" npm --prefix site run build
	@touch $@

# Where there is none for this Python or this machine, its tests are skipped, and say so.
spark-environment: .venv/ready
	@$(BIN)/python -m tests.support.spark_environment

layer-emulator: .venv/ready
	@$(STEP) "Building the Lambda layer" $(BIN)/python -m infra.layer emulator

lock: ## Pin anew what the *.in files ask for
	uv pip compile --quiet --upgrade --universal --python-version 3.11 lambda/requirements.in -o lambda/requirements.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 infra/emulator-requirements.in -o infra/emulator-requirements.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 requirements.in -o requirements.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 spark/modules.in -o spark/modules.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 spark/requirements.in -o spark/requirements.txt

clean: ## Remove all that was built and installed, the local loop's uploads too
	rm -rf .venv build site/dist site/node_modules infra/node_modules
