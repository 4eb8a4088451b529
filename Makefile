# The tasks of this project; `make` alone lists them. Everything is installed into this folder.

PYTHON ?= python3
# Relative: a folder's name may hold spaces, and make takes them for ends of names.
BIN := .venv/bin
STEP := $(PYTHON) infra/local/step.py
CDK := infra/node_modules/.bin/cdk
UV_INSTALL := $(BIN)/uv pip install --quiet
# What the shell tells Python, Node and the installers holds here only as far as it says where packages come from.
OURS := PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_TRUSTED_HOST PIP_CERT PIP_PROXY PIP_CACHE_DIR PIP_CONFIG_FILE \
	UV_INDEX% UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_INSECURE_HOST UV_SYSTEM_CERTS UV_NATIVE_TLS UV_HTTP% UV_CACHE_DIR \
	NODE_EXTRA_CA_CERTS npm_config_registry npm_config_cafile npm_config_proxy npm_config_https_proxy npm_config_cache
unexport VIRTUAL_ENV $(filter-out $(OURS),$(filter PYTHON% PIP_% UV_% NODE_% npm_config_% NPM_CONFIG_%,$(.VARIABLES)))
# Companies have certificate authorities of their own; where the system knows none, uv trusts those that it brings.
UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/*.crt /etc/ssl/cert.pem /etc/pki/tls/certs/*.crt),true,false)
export UV_SYSTEM_CERTS
# Whatever the locale: names of folders hold all letters.
export PYTHONUTF8 := 1
# The tools find each other here: npm needs node, the CDK needs Python.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# By the environment, and as it was given: a name may hold quotes, spaces, dollars.
override FILE := $(value FILE)
export FILE

# Where the CDK's modules are unpacked, for all that is done here.
export JSII_RUNTIME_PACKAGE_CACHE_ROOT := $(CURDIR)/build/jsii

# What it takes to run and to deploy.
TOOLS := .venv/ready infra/node_modules/ready
SIDE_BY_SIDE := --numprocesses 3 --dist loadgroup
PYTEST = $(BIN)/pytest $(SIDE_BY_SIDE)
TESTS := tests/unit lambda tests/infra tests/e2e tests/browser tests/removal
SITE_SOURCES := $(shell find site -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/tests/*')

.DEFAULT_GOAL := help
.PHONY: help run upload redrive test test-statistics test-spark coverage bench bench-large bench-page golden screenshots notebook setup build deploy diff destroy lint format unit infra-test site-test e2e lock loop layer-emulator spark-environment clean

help: ## List these tasks
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name what; do printf '  make %-16s %s\n' "$$name" "$$what"; done

run: .venv/ready ## The whole loop on this machine: a local AWS, the deployed stack, the live page
	@$(MAKE) --no-print-directory --jobs=4 loop
	@$(BIN)/python -m infra.local run

upload: ## Put a file into the running loop: make upload FILE=customers.csv
	@test -x $(BIN)/python || { echo "Start the loop first: make run"; exit 1; }
	@test -n "$$FILE" || { echo "Name a file: make upload FILE=customers.csv"; exit 1; }
	@$(BIN)/python -m infra.local upload -- "$$FILE"

redrive: ## Try the uploads in the running loop's failure queue again
	@test -x $(BIN)/python || { echo "Start the loop first: make run"; exit 1; }
	@$(BIN)/python -m infra.local redrive

# The fast ones first, and the first failure ends it; but the loop, which is mostly waited for and takes longest, has a
# process of its own from the beginning.
test: lint site-test site/dist/index.html layer-emulator ## Every check but the two that follow
	$(PYTEST) --exitfirst $(TESTS)

test-statistics: setup site/dist/index.html layer-emulator ## Simulations: many draws of what `make test` has few of
	$(PYTEST) -m statistics $(TESTS)

test-spark: setup site/dist/index.html layer-emulator spark-environment ## The job on Spark itself, which is installed for it
	$(BIN)/pytest tests/spark

coverage: setup site/dist/index.html layer-emulator ## Lines and branches that no check of `make test` reaches
	@$(BIN)/coverage erase
	-$(BIN)/coverage run -m pytest $(SIDE_BY_SIDE) $(filter-out tests/browser,$(TESTS))
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

deploy: $(TOOLS) ## Deploy to the AWS account of your shell
	$(CDK) deploy

diff: $(TOOLS) ## Show what a deployment would change
	$(CDK) diff

destroy: $(TOOLS) ## Remove the stack; the buckets and what is in them stay
	@$(BIN)/python -m infra.destroy

# --- the parts of `make test` ---

lint: setup ## Style and types
	@$(STEP) "Style: ruff check" ruff check .
	@$(STEP) "Style: ruff format" ruff format --check .
	@$(STEP) "Types: mypy" mypy
	@PYTHONPATH=lambda $(STEP) "Imports: import-linter" lint-imports
	@$(STEP) "Style: eslint" npm --prefix site run --silent lint

unit: setup ## The engine, the command line, the handler
	$(BIN)/pytest --numprocesses 2 tests/unit lambda

site-test: setup ## The page's parts
	$(BIN)/npm --prefix site test --silent

infra-test: setup site/dist/index.html ## The template, and the layer that goes to AWS
	$(BIN)/pytest tests/infra

e2e: setup site/dist/index.html layer-emulator ## The loop on the emulator, IAM enforced, TLS on; its page in a real browser; its end
	$(BIN)/pytest tests/e2e tests/browser tests/removal

golden: setup ## Write the golden examples of the public documents anew
	$(BIN)/python -m tests.support.golden

screenshots: setup site/dist/index.html ## Photograph every state of the page, in light and dark, wide and narrow; the README's picture too
	$(BIN)/python -m tests.support.screenshots build/screenshots
	@echo "In build/screenshots"

notebook: setup ## Run the exploratory notebook on a file, as one page to read: make notebook FILE=customers.csv
	@$(BIN)/python -m tests.support.notebook "$${FILE:-data/sample_customers.csv}" build/segmentation.html

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

setup: $(TOOLS) build/emulator/ready .venv/ready-dev site/node_modules/ready-dev ## Install what it takes to test and to develop

build: $(TOOLS) site/dist/index.html ## Install what it takes to deploy, and build the site

# What the loop is made of; no part needs another.
loop: build/jsii/ready layer-emulator site/dist/index.html infra/node_modules/ready build/emulator/ready

.venv/ready: requirements.txt lambda/requirements.txt pyproject.toml
	@$(PYTHON) -I -c 'import sys; sys.exit("Python 3.11 or newer is needed; name it: make PYTHON=python3.13" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -I -c 'import ensurepip' 2>/dev/null || { echo "Python's venv is incomplete; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(STEP) "Making the Python environment" $(PYTHON) -I -m venv .venv
	@$(STEP) "Installing uv" $(BIN)/python -I -m pip install --quiet --disable-pip-version-check --constraint requirements.txt uv
	@$(STEP) "Installing the Python packages" $(UV_INSTALL) --python .venv --requirement requirements.txt --editable .
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	@$(STEP) "Installing the packages for tests" $(UV_INSTALL) --python .venv --requirement requirements-dev.txt
	@touch $@

# It holds the emulator, boto3 and no pip, as AWS's own runtime: were the layer broken, nothing here would mend it.
build/emulator/ready: infra/emulator-requirements.txt | .venv/ready
	@$(STEP) "Making the emulator's environment" $(BIN)/python -I -m venv --clear --without-pip build/emulator
	@$(STEP) "Installing the emulator" $(UV_INSTALL) --python build/emulator --requirement infra/emulator-requirements.txt
	@touch $@

infra/node_modules/ready: infra/package-lock.json | .venv/ready
	@$(STEP) "Installing the CDK command line" npm --prefix infra ci --no-audit --no-fund
	@touch $@

# It unpacks 200 MB when it is first imported.
build/jsii/ready: .venv/ready
	@$(STEP) "Unpacking the CDK's modules" $(BIN)/python -c 'import infra.stack'
	@touch $@

site/node_modules/ready: site/package-lock.json | .venv/ready
	@$(STEP) "Installing the site's packages" npm --prefix site ci --omit=dev --no-audit --no-fund
	@touch $@

site/node_modules/ready-dev: site/package-lock.json site/node_modules/ready
	@$(STEP) "Installing the site's packages for tests" npm --prefix site ci --no-audit --no-fund
	@touch site/node_modules/ready $@

site/dist/index.html: $(SITE_SOURCES) site/node_modules/ready
	@$(STEP) "Building the site" npm --prefix site run build
	@touch $@

# Where there is none for this Python or this machine, its tests are skipped, and say so.
spark-environment: .venv/ready
	@$(BIN)/python -m tests.support.spark_environment

layer-emulator: .venv/ready
	@$(STEP) "Building the Lambda layer" $(BIN)/python -m infra.layer emulator

lock: $(TOOLS) ## Pin anew what the *.in files and the package.json files ask for
	for name in lambda/requirements infra/emulator-requirements requirements requirements-dev spark/modules spark/requirements; do \
		$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 $$name.in -o $$name.txt || exit; \
	done
	for folder in infra site; do npm --prefix $$folder install --package-lock-only --no-audit --no-fund || exit; done

clean: ## Remove all that was built and installed, the local loop's uploads too
	rm -rf .venv build site/dist site/node_modules infra/node_modules
