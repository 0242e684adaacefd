"""Tasks that the tests enqueue, and a worker that holds one until it is killed."""

import os
from pathlib import Path

from django_tasks import task


@task(queue_name="imports")
def waits_at(pipe: str) -> str:
    """Reports that it has begun, then waits for a word through the pipe."""
    Path(pipe + ".begun").write_text(str(os.getpid()))
    return Path(pipe).read_text()


@task
def notes(path: str, text: str) -> None:
    with Path(path).open("a") as file:
        file.write(text)


@task
def fails() -> None:
    raise ValueError("hỏng thử")
