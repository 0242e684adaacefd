import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from qms.models import Agency
from search.bench import ablations as worth
from search.bench import evaluation
from search.bench import others as compared
from search.commands import SearchCommand
from search.entries import Entry


class Command(SearchCommand):
    help = "Đo chất lượng tìm kiếm trên một bộ câu hỏi có đáp án (corpus.jsonl, queries.jsonl, qrels.tsv)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR|FILE.tsv", type=Path)
        parser.add_argument(
            "--imported",
            action="store_true",
            help="xếp hạng các tài liệu đã nhập, kể cả bản thảo, theo tên tệp gốc",
        )
        parser.add_argument(
            "--meaning",
            action="store_true",
            help="tìm cả theo nghĩa (mỗi tài liệu mất khoảng một giây)",
        )
        parser.add_argument(
            "--corpus",
            metavar="DIR|FILE.gz",
            type=Path,
            help="với FILE.tsv: hỏi bộ này (thư mục có corpus.jsonl, hoặc danh mục thủ tục dạng JSON Lines nén) thay vì tài liệu đã ban hành",
        )
        parser.add_argument("--agency", metavar="CODE", help="chỉ tài liệu của cơ quan này")
        parser.add_argument(
            "--ablations",
            action="store_true",
            help="đo lại khi bỏ lần lượt từng ý của cách xếp hạng",
        )
        parser.add_argument(
            "--others",
            action="store_true",
            help="hỏi cả Wagtail, SQLite FTS5 và (nếu có ELASTICSEARCH_TEST_URL) Elasticsearch, để so sánh; khóa cơ sở dữ liệu trong lúc đo, nên chỉ dùng trên bản sao",
        )
        parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")

    def handle(
        self,
        *args: Any,
        folder: Path,
        imported: bool,
        agency: str | None,
        json: bool,
        ablations: bool,
        others: bool,
        meaning: bool,
        corpus: Path | None,
        **options: Any,
    ) -> None:
        if agency and not imported:
            raise CommandError("--agency chỉ dùng cùng --imported.", returncode=2)
        one = None
        if agency:
            one = Agency.objects.filter(code=agency).values_list("pk", flat=True).first()
            if one is None:
                raise CommandError(f"Không có cơ quan mang mã {agency}.", returncode=2)
        try:
            table = folder.suffix == ".tsv" and corpus is None
            if folder.suffix == ".tsv":
                judged = evaluation.read_table(folder)
                entries = self._entries(corpus)
            else:
                judged = evaluation.read(folder)
                entries = evaluation.imported(one) if imported else evaluation.corpus(folder)
            by_file = imported or table
            if ablations:
                self.stdout.write(
                    as_json(worth.measure(entries, judged, by_file=by_file, meaning=meaning))
                )
                return
            if others:
                found = compared.measure(
                    entries,
                    judged,
                    by_file=by_file,
                    meaning=meaning,
                    elasticsearch=os.environ.get("ELASTICSEARCH_TEST_URL", ""),
                )
                self.stdout.write(as_json(found))
                return
            result = evaluation.evaluate(entries, judged, by_file=by_file, meaning=meaning)
        except evaluation.BadSet as problem:
            raise CommandError(str(problem), returncode=2)
        self.stdout.write(as_json(result) if json else as_text(result))

    @staticmethod
    def _entries(corpus: Path | None) -> Iterator[Entry]:
        if corpus is None:
            return evaluation.by_agency_and_code()
        return evaluation.catalogue(corpus) if corpus.suffix == ".gz" else evaluation.corpus(corpus)


def as_json(result: dict[str, Any]) -> str:
    return json.dumps(result, ensure_ascii=False)


def as_text(result: dict[str, Any]) -> str:
    lines = [f"{result['queries']} câu hỏi", f"{'':12}{'có dấu':>10}{'bỏ dấu':>10}"]
    lines += [
        f"{name:12}{result['typed'][name]:10.3f}{result['unmarked'][name]:10.3f}"
        for name in evaluation.MEASURES
    ]
    return "\n".join(lines)
