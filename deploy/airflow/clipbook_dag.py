"""Clipbook once a day, for Airflow 2.10 or newer and 3: over the pages of the day before the one on which it runs.

Copy it to Airflow's folder of DAGs. Its workers need the installation (``CLIPBOOK_HOME``) and the variables of
``deploy/day.sh``.
"""

import json
import os
import subprocess
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any

try:
    from airflow.sdk import dag, get_current_context, task
except ImportError:  # Airflow 2
    from airflow.decorators import dag, task
    from airflow.operators.python import get_current_context
try:
    from airflow.sdk.exceptions import AirflowException, AirflowFailException
except ImportError:
    from airflow.exceptions import AirflowException, AirflowFailException

HOME = os.environ.get("CLIPBOOK_HOME", "/opt/clipbook")


def the_day(context: Any) -> str:
    """The day before a run is due. A run's own date is that day in Airflow 2 and the next one in Airflow 3."""
    due = context.get("data_interval_end") or context["dag_run"].run_after
    return (due - timedelta(days=1)).strftime("%Y-%m-%d")


@dag(
    dag_id="clipbook",
    schedule="15 4 * * *",
    start_date=datetime(2025, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # two runs must not write one dataset at once
    default_args={"retries": 2, "retry_delay": timedelta(minutes=20), "execution_timeout": timedelta(hours=12)},
    doc_md=__doc__,
)
def clipbook() -> None:
    @task
    def articles() -> dict[str, Any]:
        """Runs the job, prints what it says, and gives its summary."""
        command = [f"{HOME}/deploy/day.sh", the_day(get_current_context())]
        last: deque[str] = deque(maxlen=1)
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as job:
            try:
                for line in job.stderr or ():
                    print(line, end="")
                    last.append(line)
                status = job.wait()
            except BaseException:  # Airflow stops a task by raising in it; the job clears up when it is told
                job.terminate()
                raise
        try:
            summary = json.loads(last[-1])
        except (IndexError, ValueError):
            summary = {"message": f"the job ended with status {status} and no summary"}
        if status == 2:
            raise AirflowFailException(summary["message"])  # the call is wrong: trying again does not help
        if status:
            raise AirflowException(summary["message"])
        return dict(summary)

    articles()


clipbook()
