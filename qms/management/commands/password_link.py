"""manage.py password_link NAME: a one-time link for one account, made by the server's operator when
an administrator has lost the password."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from qms.accounts import links
from qms.commands import OurCommand
from qms.models import User


class Command(OurCommand):
    help = "In liên kết dùng một lần để đặt mật khẩu cho một tài khoản. Mã thoát: 0 đã in, 1 bị từ chối, 2 dùng sai lệnh."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="tên đăng nhập")
        parser.add_argument(
            "--drop-second-factor",
            action="store_true",
            help="gỡ cả xác thực hai lớp khi liên kết được dùng",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username__iexact=options["username"]).first()
        if person is None:
            raise CommandError(
                _("Không có tài khoản “%(name)s”.") % {"name": options["username"]}, returncode=1
            )
        token = links.make(person, by=None, drops_second_factor=options["drop_second_factor"])
        self.stdout.write(links.address(token))
