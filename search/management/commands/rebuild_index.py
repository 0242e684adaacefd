import time
from typing import Any

from django.core.management.base import CommandParser

from search import engines
from search.commands import SearchCommand
from search.queue import pending


class Command(SearchCommand):
    help = "Dựng lại chỉ mục tìm kiếm bên cạnh chỉ mục đang dùng rồi thay thế; trong lúc đó tìm kiếm vẫn trả lời."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--only-if-needed",
            action="store_true",
            help="chỉ khi chỉ mục thiếu, hỏng hoặc thuộc phiên bản khác",
        )

    def handle(self, *args: Any, only_if_needed: bool, verbosity: int, **options: Any) -> None:
        if only_if_needed and engines.current().check()["ok"]:
            pending.flush()
            return
        started = time.monotonic()
        count = pending.rebuild(progress=verbosity > 1)
        pending.flush()
        if verbosity:
            self.stdout.write(f"{count} mục trong {time.monotonic() - started:.1f} giây.")
