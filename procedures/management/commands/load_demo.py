"""manage.py load_demo: the demonstration city, into an empty database."""

from typing import Any

from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext as _

from procedures.demo import load
from qms.commands import OurCommand


class Command(OurCommand):
    help = "Nạp thành phố minh họa vào cơ sở dữ liệu trống. Mã thoát: 0 đã nạp (hoặc đã có sẵn), 1 bị từ chối, 2 dùng sai lệnh."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("vi"):
            counts = None if load.is_loaded() else load.load()
            # Found at once, without background work
            call_command("rebuild_index", only_if_needed=True, verbosity=0)
            if counts is None:
                self.stdout.write(_("Dữ liệu minh họa đã được nạp từ trước; không có gì thay đổi."))
            elif options["verbosity"]:
                self.stdout.write(
                    _(
                        "Đã nạp %(agencies)d cơ quan, %(people)d người, %(documents)d tài liệu với %(versions)d phiên bản. Xem tài khoản: manage.py demo_accounts"
                    )
                    % counts
                )
