"""manage.py read_files: reads the text inside all attached files at once (docs/import.md)."""

import json
import signal
from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Count

from procedures.derived import file_texts
from procedures.models import FileText
from qms.commands import OurCommand
from search.queue import pending


class Command(OurCommand):
    help = "Đọc chữ trong các tệp kèm theo tài liệu mà chưa được đọc, để tìm được; tệp quét cần Tesseract có tiếng Việt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="đọc lại cả những tệp đã đọc")
        parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")

    def handle(self, *args: Any, again: bool, verbosity: int, **options: Any) -> None:
        quiet = options["json"] or not verbosity
        self.stopped, self.read = False, 0
        before = self._stop_after_current()
        waiting = file_texts.expect_all(again=again)
        try:
            file_texts.read_waiting(
                stop=lambda: self.stopped, done=lambda row: self._done(row, waiting, quiet)
            )
        finally:
            if before is not None:
                signal.signal(signal.SIGINT, before)
        pending.flush()
        self._finish(options["json"])

    def _stop_after_current(self) -> Any:
        def stop(signum: int, frame: object) -> None:
            self.stopped = True

        try:
            return signal.signal(signal.SIGINT, stop)
        except ValueError:  # not in the main thread
            return None

    def _done(self, row: FileText, waiting: int, quiet: bool) -> None:
        self.read += 1
        if not quiet:
            self.stdout.write(
                f"{self.read}/{max(waiting, self.read)}  {row.file_id[:12]}  {row.get_state_display()}  {len(row.text)}"
            )

    def _finish(self, as_json: bool) -> None:
        counts = dict(
            FileText.objects.order_by("state").values_list("state").annotate(n=Count("pk"))
        )
        tools = file_texts.tools_here()
        if as_json:
            self.stdout.write(
                json.dumps(
                    {"read": self.read, "stopped": self.stopped, "states": counts, "tools": tools},
                    ensure_ascii=False,
                )
            )
            return
        labels = dict(FileText.State.choices)
        self.stdout.write(
            "\n".join(
                [
                    f"Đã đọc {self.read} tệp.",
                    *(f"{count:6}  {labels[state]}" for state, count in counts.items()),
                ]
            )
        )
        if file_texts.TESSERACT not in tools:
            self.stdout.write(
                "Máy này chưa có Tesseract với tiếng Việt nên ảnh quét không được nhận dạng:  sudo apt-get install -y tesseract-ocr tesseract-ocr-vie"
            )
