"""manage.py check_journal: whether the chains of the journal are intact and match the second record
outside the database. Exit code 1 if not."""

from typing import Any

from django.utils.translation import gettext as _

from qms.commands import OurCommand
from qms.proof import parts


class Command(OurCommand):
    help = "Kiểm tra chuỗi sự kiện của từng cơ quan. Mã thoát 1 khi có mắt xích không khớp."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(parts.journal_faults())
        for fault in broken:
            self.stdout.write(fault)
        if broken:
            raise SystemExit(1)
        self.stdout.write(_("Mọi chuỗi sự kiện đều nguyên vẹn."))
