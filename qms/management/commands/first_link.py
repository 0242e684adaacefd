"""manage.py first_link: a new one-time link for the first administrator, while there is no system
administrator."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from qms.accounts import first_use
from qms.commands import OurCommand


class Command(OurCommand):
    help = "In liên kết dùng một lần để tạo tài khoản quản trị hệ thống đầu tiên."

    def handle(self, *args: Any, **options: Any) -> None:
        said = first_use.welcome()
        if not said:
            raise CommandError(
                _(
                    "Hệ thống đã có quản trị. Người quản trị tạo liên kết đặt mật khẩu cho người khác trong mục “Người dùng”."
                ),
                returncode=1,
            )
        self.stdout.write(said)
