from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from search.bench.benchmark import Corpus, as_json, measure, read_texts
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

    def handle(
        self,
        *args: Any,
        documents: int,
        agencies: int,
        questions: int,
        texts: Path | None,
        keep: Path | None,
        **options: Any,
    ) -> None:
        self.stdout.write(
            as_json(
                measure(
                    Corpus(documents, agencies, texts=read_texts(texts)),
                    questions=questions,
                    folder=keep,
                )
            )
        )
