"""Starts everything: web, background work, imports. What `make run` and `make serve` call."""

import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from qms import environment, supervisor


class Command(BaseCommand):
    help = "Start the web server and the background work; Ctrl-C stops everything."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demonstration city into an empty database")
        parser.add_argument("--port", type=int, default=None)

    def handle(self, *args: object, **options: object) -> None:
        demo = bool(options["demo"])
        if demo and environment.production():
            raise CommandError("Dữ liệu minh họa không được dùng khi QMS_ENV=production. / Demonstration data is refused in production.")
        try:
            port = int(options["port"] or environment.text("PORT", "8000"))  # type: ignore[call-overload]
        except ValueError:
            raise CommandError("PORT phải là một số, ví dụ 8000. / PORT must be a number.")
        if not 0 < port < 65536:
            raise CommandError("PORT phải từ 1 đến 65535. / PORT must lie between 1 and 65535.")
        host = environment.text("QMS_HOST", "0.0.0.0") if environment.production() else "127.0.0.1"  # noqa: S104 - behind the city's proxy
        supervisor.refuse_used_port(host, port)
        supervisor.answer_at(port)
        with supervisor.sole_user(Path(settings.QMS_DATA)):
            supervisor.prepare(demo=demo, say=self.say)
            self.announce()
            children = supervisor.Children(
                {
                    "web": lambda: supervisor.serve_web(host, port),
                    "background": lambda: call_command("background"),
                    "imports": lambda: call_command("db_worker", queue_name="imports", interval=0.5, verbosity=0, startup_delay=False),
                }
            )
            code = children.run()
        self.say("Đã dừng.")
        if code:
            sys.exit(code)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def announce(self) -> None:
        from qms import first_use

        self.say(f"\nHệ thống ISO 9001 chạy tại  {settings.BASE_URL}/")
        welcome = first_use.welcome()
        if welcome:
            self.say(welcome)
        if (Path(settings.QMS_DATA) / "demo-accounts.json").exists():
            self.say("Tài khoản dùng thử (tên, mật khẩu, vai trò):  .venv/bin/python manage.py demo_accounts")
        self.say(f"Dữ liệu nằm trong {os.path.relpath(settings.QMS_DATA)}/ . Ctrl-C để dừng.\n")
