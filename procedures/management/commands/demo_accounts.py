"""manage.py demo_accounts [--json]: the accounts of the demonstration with their passwords."""

import json
from typing import Any

from django.core.management.base import CommandParser

from procedures.demo import accounts
from qms.commands import OurCommand
from qms.roles import Role


class Command(OurCommand):
    help = "In các tài khoản dùng thử. Mã thoát: 0 đã in, 1 chưa nạp dữ liệu minh họa, 2 dùng sai lệnh."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="in dạng JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        listed = accounts.listed()
        if options["json"]:
            self.stdout.write(json.dumps(listed, ensure_ascii=False, indent=1))
            return
        width = max(len(account["username"]) for account in listed)
        for account in listed:
            where = account["agency"] or "–"
            self.stdout.write(
                f"{account['username']:<{width}}  {account['password']}  {Role(account['role']).label} ({where})"
            )
