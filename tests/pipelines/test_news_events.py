"""Waiting for a job that runs elsewhere."""

import pytest

from pipelines.news_events import wait


class Result:
    """A job that ends as it is told, and knows what was asked of it."""

    def __init__(self, *errors: BaseException):
        self.asked: list[str] = []
        self._errors = list(errors)

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self._errors:
            raise self._errors.pop(0)

    def wait_until_finish(self) -> None:
        self._ask("wait")

    def cancel(self) -> None:
        self._ask("cancel")


def test_a_job_that_ends_well_is_left_alone():
    job = Result()
    wait(job)
    assert job.asked == ["wait"]


@pytest.mark.parametrize("errors", [(KeyboardInterrupt(),), (KeyboardInterrupt(), RuntimeError("the engine is away"))])
def test_a_job_that_nobody_waits_for_is_cancelled_and_the_reason_stays(errors: tuple[BaseException, ...]):
    job = Result(*errors)
    with pytest.raises(KeyboardInterrupt):
        wait(job)
    assert job.asked == ["wait", "cancel"]
