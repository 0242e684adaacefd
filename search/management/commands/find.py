import json
from typing import Any

from django.core.management.base import CommandError, CommandParser

from qms.access import tokens_for
from qms.clock import today
from qms.models import User
from search import api
from search.commands import SearchCommand
from search.entries import Results


class Command(SearchCommand):
    help = "Tìm như trên trang tìm kiếm. Không có --user thì tìm như người chưa đăng nhập."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("query")
        parser.add_argument("--user", help="tên đăng nhập của người tìm")
        parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")

    def handle(self, *args: Any, query: str, user: str | None, json: bool, **options: Any) -> None:
        query = query.encode("utf-8", "replace").decode()
        tokens, agency = frozenset({"public"}), None
        if user is not None:
            person = User.objects.filter(username=user).first()
            if person is None:
                raise CommandError(f"Không có tài khoản {user}.", returncode=2)
            tokens = tokens_for(person)
            agency = next((int(t[7:]) for t in sorted(tokens) if t.startswith("agency:")), None)
        results = api.find(query, tokens=tokens, day=today(), agency=agency)
        self.stdout.write(as_json(query, results) if json else as_text(results))


def as_json(query: str, results: Results) -> str:
    found = [
        {
            "kind": hit.kind, "code": hit.code, "title": hit.title, "agency": hit.agency_name, "url": hit.url, "section": hit.section,
            "snippet": hit.snippet, "score": hit.score,
        }
        for hit in results.hits
    ]  # fmt: skip
    return json.dumps(
        {
            "query": query,
            "total": results.total,
            "results": found,
            "did_you_mean": results.did_you_mean or None,
        },
        ensure_ascii=False,
    )


def as_text(results: Results) -> str:
    lines = [results.notice] if results.notice else []
    if results.did_you_mean:
        lines.append(f"Có phải bạn muốn tìm: {results.did_you_mean}")
    lines.append(f"{results.total} kết quả")
    for number, hit in enumerate(results.hits, 1):
        lines.append(f"{number:2}. {hit.code or '–'}  {hit.title}  ({hit.agency_name})  {hit.url}")
    return "\n".join(lines)
