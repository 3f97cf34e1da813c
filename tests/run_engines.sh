#!/usr/bin/env bash
# Runs the tests on other engines and on an object store, which tests/run.sh leaves out: Flink, Spark, Prism, Beam's own
# job service, S3. Engines are fetched once into ~/.cache/clipbook-engines, or $CLIPBOOK_ENGINES: some 900 MB. Tests
# for which Java, Maven or Go is missing say that they were skipped.
# Usage: tests/run_engines.sh [--engine_pages N] [any pytest option]
set -euo pipefail

exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" -m engines -rs tests/engines "$@"
