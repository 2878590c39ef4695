# Two commands matter: `make run` and `make test`. Both set up all they need in .venv.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PYTHONPATH := functions:.
# Bytecode that is kept halves the time to load modules and tests.
unexport PYTHONDONTWRITEBYTECODE
# The system's certificates include those of a company's proxy, uv's own list does not (no system store: make it false).
export UV_SYSTEM_CERTS ?= true

# Prefers 3.13, which Lambda runs, and takes the newest from 3.11 on where the machine has no 3.13.
PYTHON ?= $(shell for p in python3.13 python3 python3.12 python3.11 python /usr/bin/python3; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { command -v $$p; break; }; done)
BIN := .venv/bin
SAM := .venv-sam/bin/sam
CHROMIUM := chromium-headless-shell chromium chromium-browser google-chrome
REQUIREMENTS := requirements/uv.in functions/requirements.in requirements/dev.in requirements/sam.in \
  requirements/runtime.in requirements/security.in requirements/emulated.in requirements/mutation.in
# What `make build` builds for, and where.
ARCHITECTURE ?= arm64
STAGE ?= dev
BUILD ?= .aws-sam/build

.PHONY: help run demo test test-whole test-browser test-api soak mutants mutation proof coverage lint types validate check sam simulate benchmark judge requirements browser clean \
  build build-here test-build test-emulated test-chaos deploy deploy-edge deploy-analytics security secrets audit

help: ## List what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: .venv/ready ## Start the local cloud on http://127.0.0.1:8000/local (PORT=... another port, LAN=1 also for phones)
	@exec $(BIN)/python -m infra.local

demo: .venv/ready ## Tell the journey of two answers in the terminal, then end
	@$(BIN)/python -m infra.local.demo

test: .venv/ready ## Run every test but those of the pages in a browser
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/browser $(ARGS)
	@echo "The pages in a browser are tested by: make test-browser"

test-whole: .venv/ready ## The same with all cases and examples of what `make test` does in part
	LAZO_WHOLE=1 $(MAKE) --no-print-directory test

# Whoever asks for them is told that they cannot run; plain pytest skips them then.
test-browser: .venv/ready ## Run the tests of the pages in Chromium
	@command -v $(CHROMIUM) >/dev/null || { echo "No Chromium: apt-get install chromium"; exit 1; }
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/browser $(ARGS)

soak: .venv/ready ## Strike each call of all that happens with each fault, and act at random (SHARD=1/4: a part; goes on where it ended)
	$(BIN)/python -m tests.faults
	LAZO_STEPS=long $(BIN)/python -m pytest tests/faults/test_machine.py $(ARGS)

mutants: .venv/ready ## Plant faults in copies of the product: the tests must catch each (ARGS=reminder: those named so)
	$(BIN)/python -m tests.mutants $(ARGS)

mutation: .venv-mutation/ready ## Change the pure rules in thousands of small ways, hours long; goes on where it ended (ARGS="3 promise": a part)
	@.venv-mutation/bin/python -m tests.mutants.rules $(ARGS)

proof: .venv/ready ## Prove the figures of docs/guarantees.md again, in one table; a quarter of an hour (ARGS=--write: into the page)
	@$(BIN)/python -m tests.proof $(ARGS)

test-api: .venv/ready ## Hold the API to its OpenAPI document with many more requests than `make test` makes
	LAZO_API_EXAMPLES=500 $(BIN)/python -m pytest tests/functions/test_api_document.py $(ARGS)

coverage: ARGS += --cov --cov-report=term ## Run `make test` and count the branches that it took (half as long again)
coverage: test

lint: .venv/ready ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/ready ## Check types, strictly
	$(BIN)/mypy

validate: .venv/ready ## Check the template, as written and as translated
	$(BIN)/cfn-lint template.yaml infra/*.yaml
	$(BIN)/python -m infra.local.cloudformation.template > .venv/translated.json
	$(BIN)/cfn-lint --ignore-checks W2001 -- .venv/translated.json  # the translator has used up a parameter

check: lint types validate test test-browser ## All that CI checks on each change, but for make test-build and make security

sam: .venv-sam/ready ## sam validate --lint, from a venv of its own (SAM pins an older boto3)
	SAM_CLI_TELEMETRY=0 $(SAM) validate --lint --region us-east-1

build: .venv-sam/ready ## Build what is deployed into .aws-sam/build (ARCHITECTURE=x86_64 where template.yaml is told so)
	@PATH="$(CURDIR)/$(BIN):$$PATH" SAM_CLI_TELEMETRY=0 $(SAM) build --beta-features --build-dir $(BUILD) \
	  --parameter-overrides Architecture=$(ARCHITECTURE) > .venv-sam/build.log 2>&1 || { cat .venv-sam/build.log; exit 1; }
	@$(BIN)/python -m infra.artefact $(BUILD)

build-here:
	@$(MAKE) --no-print-directory build ARCHITECTURE=$(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64) BUILD=.aws-sam/here

test-build: .venv-runtime/ready build-here ## Build for this machine, and run each function as Lambda starts it
	LAZO_BUILT=.aws-sam/here $(BIN)/python -m pytest tests/built $(ARGS)

test-emulated: .venv-emulated/ready build-here ## Build for this machine, deploy it to an emulator of AWS, and live through the journeys there
	@$(BIN)/python -m tests.emulated .aws-sam/here

test-chaos: .venv-emulated/ready build-here ## The same with calls of AWS that fail: nothing is lost, nobody is told too often
	@$(BIN)/python -m tests.emulated .aws-sam/here --faults

deploy: build ## Deploy to STAGE=dev or STAGE=prod; the first time it asks for what it has to know
	@guided=$$($(BIN)/python -m infra.first_time $(STAGE)) && SAM_CLI_TELEMETRY=0 $(SAM) deploy \
	  --config-file $(CURDIR)/samconfig.toml --config-env $(STAGE) --template-file $(BUILD)/template.yaml $$guided $(DEPLOY_ARGS)

deploy-edge: .venv-sam/ready ## Deploy CloudFront and WAF in front of it (infra/edge.yaml says what to answer)
	@guided=$$($(BIN)/python -m infra.first_time edge) && SAM_CLI_TELEMETRY=0 $(SAM) deploy \
	  --config-file $(CURDIR)/samconfig.toml --config-env edge --template-file infra/edge.yaml $$guided $(DEPLOY_ARGS)

deploy-analytics: .venv-sam/ready ## Deploy exports to S3 and Athena for analysts (docs/analytics.md)
	@guided=$$($(BIN)/python -m infra.first_time analytics) && SAM_CLI_TELEMETRY=0 $(SAM) deploy \
	  --config-file $(CURDIR)/samconfig.toml --config-env analytics --template-file infra/analytics.yaml $$guided $(DEPLOY_ARGS)

security: .venv-security/ready secrets ## Check the translated templates (checkov) and the code (bandit)
	@$(BIN)/python -m infra.checkov_findings .venv-security/bin/checkov
	@.venv-security/bin/bandit --quiet --recursive --severity-level medium functions infra ops

# Not from .venv-security, where checkov puts a fork of detect-secrets over it.
# To accept what is no secret: detect-secrets scan --baseline .secrets.baseline, then detect-secrets audit of it.
secrets: .venv/ready ## Look for secrets in what git has; .secrets.baseline lists what is none
	@git ls-files -z -- ':!*.png' ':!requirements' ':!functions/requirements.txt' ':!.secrets.baseline' \
	  | xargs -0 $(BIN)/detect-secrets-hook --baseline .secrets.baseline

audit: .venv-security/ready ## Ask for known vulnerabilities of what ships and tests (fails where a pin cannot be audited)
	@.venv-security/bin/python -m infra.known_vulnerabilities functions/requirements.txt requirements/dev.txt requirements/runtime.txt

simulate: .venv/ready ## Simulate a month of fifty stores, also while functions die; report and plot in artefacts/
	@$(BIN)/python -m tests.simulation $(ARGS)

benchmark: .venv/ready ## Print ratios and counted calls (benchmarks/), and write them to benchmarks/results.md (ARGS=short: half a minute)
	@$(BIN)/python -m benchmarks $(ARGS)

judge: .venv/ready ## Print how well texts are read: themes, dangers, the wording guard, names, phones (docs/themes.md)
	@$(BIN)/python -m benchmarks.judge $(ARGS)

requirements: .venv/ready ## Pin the newest versions anew, with hashes
	for file in $(REQUIREMENTS); do \
	  $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --no-header --python-version 3.11 \
	    $$( [ $$file = requirements/dev.in ] && echo --constraints functions/requirements.txt ) \
	    $$( [ $$file = requirements/mutation.in ] && echo --constraints requirements/dev.txt ) \
	    $$file --output-file $${file%.in}.txt || exit 1; \
	done

clean: ## Remove what was set up
	rm -rf .venv .venv-sam .venv-runtime .venv-security .venv-emulated .venv-mutation .aws-sam .mypy_cache .ruff_cache .pytest_cache

.venv/ready: requirements/dev.txt functions/requirements.txt
	@test -n "$(PYTHON)" || { echo "Lazo needs Python 3.11, 3.12 or 3.13 and finds none."; exit 1; }
	@echo "Setting up .venv with $(PYTHON); this happens once." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@# pip uses the system's certificates from 24.2 on, and from 23.3 on with this option.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements/uv.txt --require-hashes \
	  $$($(BIN)/python -c 'import pip; print("--use-feature=truststore" * ("23.3" <= pip.__version__ < "24.2"))')
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements/uv.txt requirements/dev.txt
	@touch $@

.venv-sam/ready: requirements/sam.txt .venv/ready
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .venv-sam
	@$(BIN)/uv pip sync --quiet --require-hashes --python .venv-sam/bin/python requirements/sam.txt
	@touch $@

.venv-runtime/ready: requirements/runtime.txt .venv/ready
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .venv-runtime
	@$(BIN)/uv pip sync --quiet --require-hashes --python .venv-runtime/bin/python requirements/runtime.txt
	@touch $@

.venv-security/ready: requirements/security.txt .venv/ready
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .venv-security
	@$(BIN)/uv pip sync --quiet --require-hashes --python .venv-security/bin/python requirements/security.txt
	@touch $@

.venv-mutation/ready: requirements/mutation.txt requirements/dev.txt .venv/ready
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .venv-mutation
	@$(BIN)/uv pip sync --quiet --require-hashes --python .venv-mutation/bin/python requirements/dev.txt requirements/mutation.txt
	@touch $@

.venv-emulated/ready: requirements/emulated.txt .venv/ready
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .venv-emulated
	@$(BIN)/uv pip sync --quiet --require-hashes --python .venv-emulated/bin/python requirements/emulated.txt
	@touch $@
