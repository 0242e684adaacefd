"""manage.py check_journal: whether every act in the journal still carries the digest of the one before it."""

from typing import Any

from django.utils.translation import gettext as _

from qms.commands import OurCommand
from qms.models import Agency
from qms.proof import journal


class Command(OurCommand):
    help = "Kiểm tra chuỗi sự kiện của từng cơ quan. Mã thoát 1 khi có mắt xích không khớp."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = False
        for agency in [None, *Agency.objects.order_by("code")]:
            for number in journal.broken_links(agency):
                broken = True
                self.stdout.write(
                    _("%(chain)s: sự kiện số %(number)s không khớp.")
                    % {"chain": agency.code if agency else _("Toàn thành phố"), "number": number}
                )
        if broken:
            raise SystemExit(1)
        self.stdout.write(_("Mọi chuỗi sự kiện đều nguyên vẹn."))
