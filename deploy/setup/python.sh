#!/bin/sh
# Fills a virtual environment from one hashed lock file:  python.sh requirements/run.txt .venv
# With uv when it is on PATH, else with Python's own venv and pip. Adds and updates; never removes.
set -eu
lock=$1
folder=$2

say() { echo "setup: $*" >&2; }
fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

suitable_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if fits "$name"; then echo "$name"; return; fi
    done
    say "Python 3.11 or later is needed and was not found (python3 here: $(python3 -V 2>/dev/null || echo none))."
    say "Install it, or name it:  make run PYTHON=/path/to/python3.11"
    exit 1
}

create_with_uv() { uv venv --quiet --clear --python "${PYTHON:->=3.11}" "$folder"; }

create_with_venv() {
    base=$(suitable_python)
    if ! "$base" -c 'import venv, ensurepip' 2>/dev/null; then
        say "$base is there, but the part of Python that makes environments is not."
        say "Debian, Ubuntu:  apt-get install python3-venv   (other systems: the package with venv and ensurepip)"
        exit 1
    fi
    "$base" -m venv --clear "$folder"
}

install_with_uv() { uv pip install --quiet --require-hashes --python "$folder/bin/python" --requirement "$lock"; }

install_with_pip() {
    "$folder/bin/python" -m pip --version >/dev/null 2>&1 || "$folder/bin/python" -m ensurepip >/dev/null
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$lock"
}

say "installing $lock into $folder"
if command -v uv >/dev/null 2>&1; then
    if { fits "$folder/bin/python" || create_with_uv; } && install_with_uv; then exit 0; fi
    say "uv could not do it; trying venv and pip"
fi
if ! fits "$folder/bin/python"; then create_with_venv; fi
install_with_pip
