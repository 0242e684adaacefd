"""manage.py create_agency --code STP --name "Sở Tư pháp" --kind department"""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from qms.commands import OurCommand
from qms.lifecycle import agencies
from qms.models import Agency


class Command(OurCommand):
    help = "Lập một cơ quan. Mã thoát: 0 đã lập, 1 bị từ chối, 2 dùng sai lệnh."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", required=True, help="mã cơ quan, ví dụ STP")
        parser.add_argument("--name", required=True, help="tên đầy đủ, ví dụ “Sở Tư pháp”")
        parser.add_argument(
            "--kind",
            default=Agency.Kind.DEPARTMENT.value,
            choices=Agency.Kind.values,
            help="loại cơ quan (mặc định: department)",
        )
        parser.add_argument("--short-name", default="", help="tên gọi tắt")
        parser.add_argument("--governing-body", default="", help="cơ quan chủ quản")
        parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            agency = agencies.create_agency(
                code=options["code"], name=options["name"], kind=options["kind"], short_name=options["short_name"].strip(),
                governing_body=options["governing_body"].strip(),
            )  # fmt: skip
        except ValidationError as problem:
            raise CommandError("\n".join(messages_of(problem)), returncode=1) from None
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "id": agency.pk,
                        "code": agency.code,
                        "name": agency.name,
                        "url": agency.get_absolute_url(),
                    },
                    ensure_ascii=False,
                )
            )
        else:
            self.stdout.write(
                _("Đã lập cơ quan %(name)s (mã %(code)s).")
                % {"name": agency.name, "code": agency.code}
            )


def messages_of(problem: ValidationError) -> list[str]:
    """The messages with the names of their fields, one per line."""
    if not hasattr(problem, "error_dict"):
        return problem.messages
    labels = {field.name: str(field.verbose_name) for field in Agency._meta.fields}
    lines = []
    for name, messages in problem.message_dict.items():
        label = labels.get(name, "")
        lines += [f"{label}: {message}" if label else message for message in messages]
    return lines
