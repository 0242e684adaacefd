"""manage.py check_proof: whether triggers, journal, stored files and versions are intact. Exit code
1 if not."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from qms.commands import OurCommand
from qms.proof import parts


class Command(OurCommand):
    help = "Kiểm tra bằng chứng: trigger, chuỗi sự kiện, kho tệp, phiên bản. Mã thoát 1 khi có gì không khớp."
    requires_system_checks: list[str] = []  # it prints the faults itself

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--part",
            action="append",
            choices=[part.name for part in parts.all_parts()],
            help="chỉ kiểm tra phần này (dùng được nhiều lần)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        broken = False
        for part in parts.all_parts():
            if options["part"] and part.name not in options["part"]:
                continue
            count = 0
            for fault in part.check():
                count += 1
                self.stdout.write(fault)
            broken = broken or bool(count)
            said = _("%(part)s: %(count)s lỗi.") if count else _("%(part)s: nguyên vẹn.")
            self.stdout.write(said % {"part": part.label, "count": count})
        if broken:
            raise SystemExit(1)
