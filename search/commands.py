"""Base of the commands that use the engine."""

from typing import Any

from django.core.management.base import CommandError

from qms.commands import OurCommand
from search.engines.interface import Unavailable


class SearchCommand(OurCommand):
    """A command that uses the engine. If it is unavailable, prints one line to stderr and exits
    with code 1."""

    def execute(self, *args: Any, **options: Any) -> Any:
        try:
            return super().execute(*args, **options)
        except Unavailable as problem:
            said = " ".join(str(problem).split())
            raise CommandError(f"Máy tìm kiếm không trả lời: {said}", returncode=1) from None
