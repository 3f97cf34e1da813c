#!/usr/bin/env bash
# Builds the documentation as a site; a link that leads nowhere fails it. The first start installs mkdocs into .venv.docs.
# Usage: docs/site/build.sh [DIR]    DIR is site/ at the top where none is given
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"$top/requirements/install.sh" docs
export NO_MKDOCS_2_WARNING=1 # mkdocs.yml says what it would
# Not --quiet: mkdocs then counts no warnings, and a strict build passes whatever is wrong.
exec "$top/.venv.docs/bin/python" -m mkdocs build --strict --config-file "$top/docs/site/mkdocs.yml" \
    --site-dir "$(realpath -m "${1:-$top/site}")"
