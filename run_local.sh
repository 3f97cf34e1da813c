#!/usr/bin/env bash
# Runs the main job on this machine; the first start installs it into .venv beside this file.
# Usage: ./run_local.sh [--input GLOB]... [--output DIR] [any pipeline or Beam option]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/requirements/install.sh" run

input=("--input" "$here/seeds/pages/*")
for argument in "$@"; do
    case $argument in
    --input | --input=* | -h | --help) input=() ;;
    esac
done
# -P: a folder named like one of the packages, where the user stands, is not taken for it.
exec "$here/.venv/bin/python" -P -m pipelines.news_events ${input[@]+"${input[@]}"} "$@"
