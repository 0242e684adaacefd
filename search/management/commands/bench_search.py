from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from search.bench.benchmark import Corpus, as_json, measure, read_texts
from search.bench.evaluation import BadSet
from search.commands import SearchCommand


class Command(SearchCommand):
    help = "Đo tốc độ lập chỉ mục và tìm kiếm trên một kho tài liệu giả lập; in kết quả dạng JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--documents", type=int, default=5_000)
        parser.add_argument("--agencies", type=int, default=60)
        parser.add_argument("--questions", type=int, default=200)
        parser.add_argument(
            "--texts", type=Path, help="thư mục tệp .txt cho câu và từ của kho giả lập"
        )
        parser.add_argument(
            "--keep", type=Path, help="giữ chỉ mục trong thư mục này và dùng lại lần sau"
        )

        parser.add_argument(
            "--meaning",
            action="store_true",
            help="đo thêm tìm theo nghĩa, với một véc-tơ ngẫu nhiên cho mỗi tài liệu",
        )

    def handle(
        self,
        *args: Any,
        documents: int,
        agencies: int,
        questions: int,
        texts: Path | None,
        keep: Path | None,
        meaning: bool,
        **options: Any,
    ) -> None:
        corpus = Corpus(documents, agencies, texts=read_texts(texts))
        try:
            figures = measure(corpus, questions=questions, folder=keep, meaning=meaning)
        except BadSet as problem:
            raise CommandError(str(problem), returncode=2)
        self.stdout.write(as_json(figures))
