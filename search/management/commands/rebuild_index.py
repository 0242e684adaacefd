import time
from typing import Any

from django.core.management.base import CommandError, CommandParser

from qms.commands import OurCommand
from search import engines
from search.engines.base import Unavailable
from search.queue import pending


class Command(OurCommand):
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
        try:
            count = pending.rebuild(progress=verbosity > 1)
            pending.flush()
        except Unavailable as problem:
            raise CommandError(f"Máy chủ tìm kiếm không trả lời: {problem}", returncode=1)
        if verbosity:
            self.stdout.write(f"{count} mục trong {time.monotonic() - started:.1f} giây.")
