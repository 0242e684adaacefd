"""Base of our management commands: usage errors are in Vietnamese with exit code 2, refusals have
exit code 1."""

import re
import sys
from typing import Any, NoReturn

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from qms.errors import Refused


class OurCommand(BaseCommand):
    """A command that calls one step. `Refused` becomes a message on the error stream and exit
    code 1."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)

        def error(message: str) -> NoReturn:
            if not self.called_from_command_line():
                raise CommandError(in_words(message), returncode=2)
            parser.print_usage(sys.stderr)
            parser.exit(2, f"{parser.prog}: {in_words(message)}\n")

        parser.error = error  # type: ignore[method-assign]  # Django makes the parser, of a class of its own
        return parser

    def called_from_command_line(self) -> bool:
        return bool(getattr(self, "_called_from_command_line", False))

    def execute(self, *args: Any, **options: Any) -> Any:
        prepare_empty_database()
        try:
            return super().execute(*args, **options)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=1) from None


def prepare_empty_database() -> None:
    """Creates the tables in an empty database, so that a command may be the first thing that is
    run. An older version is left alone: it is migrated at the start or by `migrate`."""
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0, interactive=False)


def in_words(message: str) -> str:
    """argparse's messages, in the language of the command line."""
    known = [
        (r"the following arguments are required: (.*)", _("thiếu tham số bắt buộc: %s")),
        (r"unrecognized arguments: (.*)", _("không có tham số: %s")),
        (
            r"argument (.*): invalid choice: .*",
            _("giá trị không hợp lệ cho tham số %s (xem --help)"),
        ),
        (r"argument (.*): expected .* arguments?", _("tham số %s cần một giá trị")),
        (
            r"argument (.*): invalid .* value: .*",
            _("giá trị không hợp lệ cho tham số %s (xem --help)"),
        ),
    ]
    for pattern, said in known:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return said % match[1]
    return message
