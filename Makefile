# Two commands on a machine that has only python3 (3.11 or newer, with venv), make and git: `make run` and `make test`.

.DEFAULT_GOAL := help
.PHONY: help install run test check format screenshots bench-orders bench-launch-day
.SILENT:

UV_VERSION := 0.13.9
UV := .tools/bin/uv
PYTHON := .venv/bin/python

# The Python that made .tools is the Python of the portal; none is fetched from elsewhere.
export UV_PYTHON := $(CURDIR)/.tools/bin/python
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
unexport VIRTUAL_ENV
# Compiled code is kept, or each of many processes would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE
# One process more than there are cores: many tests wait for a browser or a server.
PROCESSES = $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
# `make run` and `make test` are for this machine; production starts the portal without make (see the Dockerfile).
export PORTAL_ENV := local

help:
	echo "make run     install what is missing and run the portal on this machine (Ctrl-C stops it)"
	echo "make test    run every test"
	echo "make check   style, types, templates, migrations, house rules"
	echo "make format  put code and templates into the house style"
	echo "make bench-orders  measure the placing of orders beside a bare Django view (bench/README.md)"
	echo "make bench-launch-day  42,000 establishments an hour register and order, then more until it bends (20 minutes or more)"
	echo "make screenshots  take the README's pictures anew, while 'make run' is up"

$(UV):
	echo "Making a Python environment for the tools..."
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "The portal needs Python 3.11 or newer, and python3 here is older or missing."; exit 1; }
	rm -rf .tools
	python3 -m venv .tools \
	  || { echo "python3 has no venv module. Install it (Debian: apt-get install python3-venv) and try again."; exit 1; }
	echo "Fetching uv, which installs the rest..."
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) \
	  || { rm -rf .tools; echo "uv could not be fetched from PyPI. Look at the network and try again."; exit 1; }

install: $(UV)
	echo "Installing Python packages (uv.lock)..."
	$(UV) sync --frozen $(if $(wildcard .venv/bin/python),--quiet,)

run: install
	$(PYTHON) -m badgeportal.embedded.run

# Extra arguments: make test ARGS="-k stock"
test: install
	$(PYTHON) -m pytest -n $(PROCESSES) --dist worksteal $(ARGS)

check: install
	echo "Style..."
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	echo "Templates..."
	git ls-files -z '*.html' | xargs -0 .venv/bin/djade --check --target-version 5.2
	echo "Types..."
	$(PYTHON) -m mypy
	echo "Migrations..."
	$(PYTHON) manage.py makemigrations --check --dry-run
	echo "House rules..."
	$(PYTHON) manage.py check --fail-level WARNING
	$(PYTHON) manage.py lifecycle_diagram --check
	$(PYTHON) manage.py personal_data --check
	$(PYTHON) -m pytest tests/house -q -n $(PROCESSES) --dist worksteal

format: install
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
	git ls-files -z '*.html' | xargs -0 .venv/bin/djade --target-version 5.2

screenshots: install
	$(PYTHON) -m tests.browser.screenshots

bench-orders: install
	$(PYTHON) -m bench.orders $(ARGS)

# Extra arguments: make bench-launch-day ARGS="--minutes 2 --raise 0"
bench-launch-day: install
	$(PYTHON) -m bench.launch_day $(ARGS)
