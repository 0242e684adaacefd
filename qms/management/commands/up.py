"""Starts everything: web, background work, imports. Called by `make run` and `make serve`."""

import json
import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from qms import environment
from qms.roles import Role
from qms.work import supervisor


class Command(BaseCommand):
    help = "Start the web server and the background work; Ctrl-C stops everything."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="load the demonstration city into an empty database"
        )
        parser.add_argument("--port", type=int, default=None)

    def handle(self, *args: object, **options: object) -> None:
        try:
            code = self.start(demo=bool(options["demo"]), port=options["port"])
        except KeyboardInterrupt:  # while it was still preparing
            code = 130
        self.say("Đã dừng.")
        if code:
            sys.exit(code)

    def start(self, *, demo: bool, port: object) -> int:
        """Runs everything until stopped. Returns the exit code."""
        if demo and environment.production():
            raise CommandError(
                "Dữ liệu minh họa không được dùng khi QMS_ENV=production. / Demonstration data is refused in production."
            )
        port = port_number(port or environment.text("PORT", "8000"))
        host = environment.text("QMS_HOST", "0.0.0.0") if environment.production() else "127.0.0.1"  # noqa: S104 - behind the city's proxy
        supervisor.refuse_used_port(host, port, target="run" if demo else "serve")
        with supervisor.locked_data_folder(Path(settings.QMS_DATA)):
            supervisor.use_port_in_links(port)
            supervisor.prepare(demo=demo, say=self.say)
            self.announce()
            children = supervisor.Children(
                {
                    "web": lambda: supervisor.serve_web(host, port),
                    "background": lambda: call_command("background"),
                    "imports": lambda: call_command(
                        "db_worker",
                        queue_name="imports",
                        interval=0.5,
                        verbosity=0,
                        startup_delay=False,
                    ),
                }
            )
            return children.run()

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def announce(self) -> None:
        from qms.accounts import first_use  # noqa: PLC0415 - needed only for the announcement

        self.say(f"\nHệ thống ISO 9001 chạy tại  {settings.BASE_URL}/")
        welcome = first_use.welcome()
        if welcome:
            self.say(welcome)
        for line in demo_accounts(Path(settings.QMS_DATA)):
            self.say(line)
        self.say(f"Dữ liệu nằm trong {shown(Path(settings.QMS_DATA))}. Ctrl-C để dừng.\n")


def port_number(given: object) -> int:
    """The port as a number. Raises CommandError if it is not one."""
    try:
        port = int(str(given))
    except ValueError:
        raise CommandError("PORT phải là một số, ví dụ 8000. / PORT must be a number.") from None
    if not 0 < port < 65536:
        raise CommandError("PORT phải từ 1 đến 65535. / PORT must lie between 1 and 65535.")
    return port


def shown(folder: Path) -> str:
    """The folder for display: a relative path if it is below the current one, else absolute."""
    here = os.path.relpath(folder)
    return f"{folder}" if here.startswith("..") else f"{here}/"


def demo_accounts(data: Path) -> list[str]:
    """How to sign in to the demonstration: one account per role, and how to list all. Empty without
    demonstration accounts."""
    try:
        accounts = json.loads((data / "demo-accounts.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    one_each = {account["role"]: account for account in reversed(accounts)}
    where = f"QMS_DATA={data} " if environment.text("QMS_DATA") else ""
    lines = [
        f"  {a['username']:<20} {a['password']:<22} {Role(a['role']).label}"
        for a in sorted(one_each.values(), key=accounts.index)
    ]
    return [
        "Đăng nhập bằng tài khoản dùng thử, ví dụ:",
        *lines,
        f"Tất cả tài khoản:  {where}.venv/bin/python manage.py demo_accounts",
    ]
