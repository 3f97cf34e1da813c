#!/usr/bin/env bash
# Makes .venv hold exactly what a lock file names, and the project itself; does nothing where it does so already.
# What builds the documentation goes into .venv.docs, without the project, which it reads and does not import.
# Usage: requirements/install.sh run|test|docs
set -euo pipefail

kind=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$here/.venv
if [ "$kind" = docs ]; then
    venv=$here/.venv.docs
fi

stamp() {
    # The place counts: an editable install points to it, and a folder may have been copied or moved.
    { cat "$here/requirements/$1.txt" "$here/setup.py" && echo "$here"; } | cksum
}

holds() {
    [ -x "$venv/bin/python" ] && [ "$(cat "$venv/.holds-$1" 2>/dev/null)" = "$(stamp "$1")" ]
}

# What tests hold is what runs hold, and more.
if holds "$kind" || { [ "$kind" = run ] && holds test; }; then
    exit 0
fi

python=
for candidate in python3 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "clipbook: no Python 3.11 or newer was found; install one, then start again." >&2
    exit 1
fi

# Two starts at once must not install into one folder together. What a killed one left is taken over: its process is gone.
lock=$venv.lock
if ! mkdir "$lock" 2>/dev/null; then
    sleep 1 # it may have been made just now
    if [ ! -f "$lock/process" ] || kill -0 "$(cat "$lock/process")" 2>/dev/null; then
        echo "clipbook: another start is installing; if none is, remove $lock and start again." >&2
        exit 1
    fi
fi
echo $$ >"$lock/process"
trap 'rm -rf "$lock"' EXIT

echo "clipbook: installing into $venv, once" >&2
"$venv/bin/python" -c '' 2>/dev/null || "$python" -m venv --clear "$venv"
rm -f "$venv"/.holds-*
pip() {
    "$venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"
}
pip install --require-hashes -r "$here/requirements/$kind.txt"
if [ "$kind" != docs ]; then
    pip install --no-deps --no-build-isolation --editable "$here"
fi
stamp "$kind" >"$venv/.holds-$kind"
