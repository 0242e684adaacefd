"""Work of the import that goes on in the background. Every task may run twice without harm."""

from django_tasks import task

from procedures import pictures


@task(queue_name="imports")
def show_pictures(digests: list[str]) -> int:
    """Makes what stands for pictures that browsers don't draw. Returns how many were made."""
    return pictures.make_shown(digests)
