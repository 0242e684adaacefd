"""manage.py check_access: every difference between Wagtail's groups and permissions and the
appointments."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from qms import groups
from qms.commands import OurCommand


class Command(OurCommand):
    help = "Liệt kê mọi khác biệt giữa phân công vai trò và quyền trong hệ thống. Mã thoát 1 khi có khác biệt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fix", action="store_true", help="sửa các khác biệt sửa được rồi kiểm tra lại"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fix"]:
            groups.sync_all()
        found = groups.differences()
        for line in found:
            self.stdout.write(line)
        if found:
            self.stderr.write(_("%(count)s khác biệt.") % {"count": len(found)})
            raise SystemExit(1)
        self.stdout.write(_("Quyền khớp với phân công vai trò."))
