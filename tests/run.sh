#!/usr/bin/env bash
# Runs the tests; the first start installs what they need into .venv.
# Usage: tests/run.sh [any pytest option]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$here/requirements/install.sh" test
cd "$here"
exec .venv/bin/python -m pytest "$@"
