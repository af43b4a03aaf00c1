#!/bin/sh
# Makes .venv with the project and its development tools. Usage: tools/bootstrap.sh
# The Makefile keys on the stamp written at the very end: a venv that failed half-way leaves .venv/bin/python.
set -eu
cd "$(dirname "$0")/.."

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1
}

# A distribution compiles Python with profiles and link-time optimisation; a version manager mostly does not, and its
# Python takes a quarter longer for everything. So the distribution's goes first, where it can make a venv by itself.
makes_venv() {
    case $1 in
    /usr/bin/*) "$1" -c 'import ensurepip' >/dev/null 2>&1 ;;
    esac
}

python=""
for candidate in ${PYTHON:-} /usr/bin/python3.14 /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11 \
    python3.14 python3.13 python3.12 python3.11 python3; do
    if fits "$candidate" && { [ "$candidate" = "${PYTHON:-}" ] || makes_venv "$candidate"; }; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Hearthside needs Python 3.11 to 3.14; none was found (set PYTHON=/path/to/python3)." >&2
    exit 1
fi

make_venv() {
    rm -rf .venv
    if "$python" -m venv .venv >/dev/null 2>&1; then
        return 0
    fi
    rm -rf .venv
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
        "$python" -m venv .venv >/dev/null 2>&1 && return 0
        rm -rf .venv
    fi
    if "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip install --quiet --target .boot virtualenv
        PYTHONPATH=.boot "$python" -m virtualenv --quiet .venv && return 0
    fi
    echo "Python's venv module is missing: install the package python3-venv, then run make again." >&2
    return 1
}

.venv/bin/python -c 'import pip' >/dev/null 2>&1 && fits .venv/bin/python || make_venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
touch .venv/.installed
