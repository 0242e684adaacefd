"""manage.py protect_tables: recreates the triggers that guard append-only tables. It works while
the system check fails."""

from typing import Any

from django.utils.translation import gettext as _

from qms.commands import OurCommand
from qms.proof import append_only


class Command(OurCommand):
    help = "Dựng lại các trigger bảo vệ phiên bản, sự kiện, tệp và lịch sử bị thiếu hoặc bị sửa."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        repaired = append_only.install()
        for name in repaired:
            self.stdout.write(_("Đã dựng lại trigger %(name)s.") % {"name": name})
        self.stdout.write(
            _("Hãy chạy manage.py check_proof để biết trong lúc đó có gì bị sửa không.")
            if repaired
            else _("Mọi trigger đều đủ và đúng.")
        )
