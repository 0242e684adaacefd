"""manage.py import_documents PATH… --agency CODE: brings Word files under control
(docs/import.md)."""

import argparse
import json
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from procedures.importing.run import Run
from procedures.importing.sources import collect
from procedures.lifecycle import taking_in
from qms.clock import today
from qms.fields import DayField
from qms.models import Agency

WRONG_USE = 2
INTERRUPTED = 130
SAID = {
    "imported": "mới",
    "updated": "bản mới của tài liệu đã có",
    "unchanged": "đã có, không đổi",
    "refused": "TỪ CHỐI",
}


class Command(BaseCommand):
    help = "Imports Word files, folders of them, or zip archives into an agency. Without a flag each becomes a draft."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths",
            nargs="+",
            metavar="PATH",
            help="a file, a folder (read with what lies below it), or a zip archive",
        )
        parser.add_argument("--agency", required=True, metavar="CODE", help="code of the agency")
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--as-issued",
            action="store_true",
            help="record each file as issued on paper; without an issue date it stays a draft",
        )
        how.add_argument(
            "--as-draft", action="store_true", help="make a draft of each file (the default)"
        )
        parser.add_argument(
            "--decision",
            nargs=2,
            metavar=("NUMBER", "DATE"),
            help="with --as-issued: number and date (31/12/2025) of the decision that issued these files",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done and write nothing"
        )
        parser.add_argument(
            "--json",
            metavar="REPORT",
            dest="report",
            help="write the report to this file (- for standard output)",
        )
        parser.add_argument(
            "--texts",
            metavar="DIR",
            type=Path,
            help="write the stored text of each document to DIR/<file>.txt",
        )
        parser.formatter_class = argparse.RawDescriptionHelpFormatter

    def handle(
        self,
        *,
        paths: list[str],
        agency: str,
        as_issued: bool,
        decision: list[str] | None,
        dry_run: bool,
        report: str | None,
        texts: Path | None,
        **options: Any,
    ) -> None:
        body, folder = self._agency(agency), texts
        self._check(paths, report, texts, dry_run)
        paper = self._paper(decision, as_issued)
        run = Run(body, as_issued=as_issued, paper=paper, dry_run=dry_run, texts=folder)
        before = self._stop_after_current(run)
        quiet = report == "-" or options["verbosity"] == 0
        if as_issued and not taking_in.is_open(body) and not quiet:
            self.stdout.write(
                f"{body.name} đã đóng tiếp nhận bản giấy: mỗi tệp thành một bản thảo."
            )
        try:
            with (
                tempfile.TemporaryDirectory(prefix="qms-import-") as scratch,
                translation.override("vi"),
            ):
                found = run.work(
                    collect([Path(path) for path in paths], Path(scratch)),
                    done=lambda row: None if quiet else self._say(row),
                )
        finally:
            if before is not None:
                signal.signal(signal.SIGINT, before)
        self._finish(found, report, quiet)
        if run.stopped:
            sys.exit(INTERRUPTED)
        if any(row["status"] == "refused" for row in found["documents"]):
            sys.exit(1)

    def _paper(self, decision: list[str] | None, as_issued: bool) -> dict[str, str] | None:
        """The decision as a version keeps it."""
        if decision is None:
            return None
        if not as_issued:
            raise CommandError("--decision chỉ đi cùng --as-issued.", returncode=WRONG_USE)
        number = decision[0].strip()
        try:
            day = DayField().clean(decision[1])
        except ValidationError:
            day = None
        if not number or len(number) > 100 or day is None or day > today():
            raise CommandError(
                "--decision cần số, ký hiệu và ngày đã qua, ví dụ: --decision 15/QĐ-STP 05/01/2026",
                returncode=WRONG_USE,
            )
        return {"number": number, "dated": day.isoformat()}

    def _agency(self, code: str) -> Agency:
        found = Agency.objects.filter(code__iexact=code.strip()).first()
        if found is None:
            known = (
                ", ".join(Agency.objects.order_by("code").values_list("code", flat=True)[:60])
                or "–"
            )
            raise CommandError(
                f"Không có cơ quan mã {code}. Các mã đang có: {known}.", returncode=WRONG_USE
            )
        return found

    def _check(
        self, paths: list[str], report: str | None, texts: Path | None, dry_run: bool
    ) -> None:
        missing = [path for path in paths if not Path(path).exists()]
        if missing:
            raise CommandError("Không tìm thấy: " + ", ".join(missing), returncode=WRONG_USE)
        if texts is not None and dry_run:
            raise CommandError(
                "--texts đọc lại văn bản đã lưu, nên không đi cùng --dry-run.", returncode=WRONG_USE
            )
        try:
            if texts is not None:
                texts.mkdir(parents=True, exist_ok=True)
            if report not in (None, "-"):
                Path(report).parent.mkdir(parents=True, exist_ok=True)
                Path(report).open("a").close()
        except OSError as problem:
            raise CommandError(f"Không ghi được: {problem}", returncode=WRONG_USE)

    def _stop_after_current(self, run: Run) -> Any:
        def stop(signum: int, frame: object) -> None:
            self.stderr.write("Dừng sau tệp đang làm…")
            run.stop()

        try:
            return signal.signal(signal.SIGINT, stop)
        except ValueError:  # not in the main thread
            return None

    def _say(self, row: dict[str, Any]) -> None:
        said = f"{SAID[row['status']]}: {row['file']}"
        if row["status"] == "refused":
            self.stdout.write(self.style.ERROR(f"{said}\n    {row['error']}"))
            return
        self.stdout.write(f"{said} · {row['code'] or '(không có mã hiệu)'} · {row['title']}")
        for warning in row["warnings"]:
            self.stdout.write(self.style.WARNING(f"    {warning['message']}"))

    def _finish(self, found: dict[str, Any], report: str | None, quiet: bool) -> None:
        if report == "-":
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        elif report:
            Path(report).write_text(
                json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
            )
        counts = Counter(row["status"] for row in found["documents"])
        if not quiet:
            parts = [
                f"{SAID[status].lower()} {counts[status]}" for status in SAID if counts[status]
            ]
            self.stdout.write(
                f"{len(found['documents'])} tệp trong {found['seconds']:.1f} giây: {', '.join(parts) or 'không có tệp Word nào'}."
            )
