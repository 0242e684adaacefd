"""The comparable states of a document: versions and drafts, with their facts as text."""

import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from procedures.changes.structure import State
from procedures.content import stream
from procedures.enums import ProcedureType, SignerRole, Visibility
from procedures.models import Version


def state_of(source: Any) -> State:
    """The state of a version or a draft (`DocumentPage`, including one from a revision)."""
    content = source.content if isinstance(source, Version) else stream.to_content(source.body)
    return State(content, facts_of(source), each_time_of(source))


def facts_of(source: Any) -> list[tuple[str, str]]:
    """Facts other than the text that last from version to version: [(label, value)], always with
    the same labels."""
    issued = isinstance(source, Version)
    unit = source.unit_name if issued else source.unit.name if source.unit else ""
    clauses = source.clauses if issued else [clause.number for clause in source.clauses.all()]
    sort = getattr(source, "procedure_type", "")
    national = [getattr(source, name, "") for name in ("national_code", "local_tail")]
    return [
        (_("Mã hiệu"), source.code),
        (_("Tên"), source.title if issued else source.full_title),
        (_("Loại quy trình"), str(ProcedureType(sort).label) if sort else ""),
        (_("Mã thủ tục hành chính"), ".".join(part for part in national if part)),
        (_("Đơn vị chủ trì"), unit),
        (_("Người chịu trách nhiệm quá trình"), source.owner_post),
        (_("Phạm vi xem"), str(Visibility(source.visibility).label)),
        (_("Chu kỳ soát xét (tháng)"), str(source.review_months or "")),
        (_("Điều khoản ISO 9001 liên quan"), "; ".join(sorted(clauses))),
        (_("Căn cứ pháp lý"), "; ".join(source.legal_basis)),
        (_("Tệp biểu mẫu"), "; ".join(_form_files(source))),
    ]


def each_time_of(source: Any) -> list[tuple[str, str]]:
    """Likewise the facts that are new in nearly every version."""
    effective = source.effective_on or source.issued_on  # without: when issued
    numbers = (source.issue_number, source.revision_number)
    issue, revision = ("" if number is None else str(number) for number in numbers)
    return [
        (_("Lần ban hành"), issue),
        (_("Lần sửa đổi"), revision),
        (_("Ngày ban hành"), _day(source.issued_on)),
        (_("Ngày hiệu lực"), _day(effective)),
        (_("Người ký"), "; ".join(map(signer_line, source.signers))),
    ]


def _form_files(source: Any) -> list[str]:
    """The files to be filled in, each as its name and the beginning of its digest."""
    if isinstance(source, Version):
        files = [f for f in source.files if f.get("role") == "form"]
        return [f"{f.get('name', '')} · {f.get('sha256', '')[:8]}" for f in files]
    file = getattr(source, "file", None)
    return [f"{source.file_name} · {file.sha256[:8]}"] if file else []


def _day(value: datetime.date | None) -> str:
    return date_format(value, "d/m/Y") if value else ""


def signer_line(signer: dict[str, str]) -> str:
    """A signer whom a version names: "Phê duyệt: name, post"."""
    role = dict(SignerRole.choices).get(signer.get("role", ""), "")
    person = ", ".join(x for x in (signer.get("name"), signer.get("post")) if x)
    return f"{role}: {person}"
