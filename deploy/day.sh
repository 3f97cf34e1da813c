#!/usr/bin/env bash
# Runs the main job over the pages of one day, for whatever starts it daily. Exits with the job's status; says what it
# does as JSON lines on standard error, the last of them a summary.
# Usage: deploy/day.sh [DAY [any option of the job]]     DAY is YYYY-MM-DD, else yesterday in UTC
#   CLIPBOOK_INPUT    folder or glob of pages; {day} stands for the day
#   CLIPBOOK_OUTPUT   the dataset's folder, to which the day is added; with {day} in it, each day has a dataset of its own
#   CLIPBOOK_COMMAND  what runs the job, without spaces in its path (default: run_local.sh of this installation)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
day=${1:-$(date -u -d yesterday +%F)}
if ! [[ $day =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]]; then
    echo "clipbook: $day is no day; give it as YYYY-MM-DD." >&2
    exit 2
fi
if [ -z "${CLIPBOOK_INPUT:-}" ] || [ -z "${CLIPBOOK_OUTPUT:-}" ]; then
    echo "clipbook: set CLIPBOOK_INPUT and CLIPBOOK_OUTPUT; $here/deploy/day.sh says how." >&2
    exit 2
fi
# A day that is run again replaces its own dataset; to one that holds all days it adds only what is new.
mode=append
[[ $CLIPBOOK_OUTPUT == *'{day}'* ]] && mode=overwrite
# A day without pages is no error: the next one comes. exec: signals reach the job itself.
# shellcheck disable=SC2086
exec ${CLIPBOOK_COMMAND:-"$here/run_local.sh"} --input "${CLIPBOOK_INPUT//\{day\}/$day}" \
    --output "${CLIPBOOK_OUTPUT//\{day\}/$day}" --mode "$mode" --allow_no_match --log_format json "${@:2}"
