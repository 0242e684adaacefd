"""What issuing a draft would do: effects, warnings, and what prevents it. Shown before the officer presses."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from procedures import lifecycle, standing
from procedures.approval import readiness
from procedures.content import stream
from procedures.models import DocumentPage, SignerRole, Version, Visibility
from procedures.officer.register import to_look_at
from qms.clock import today


@dataclass
class IssuePreview:
    """What issuing a draft with these numbers and days would do, and what stands against it."""

    ordinal: int
    blockers: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    clashes: list[Version] = field(default_factory=list)


def outlook(page: DocumentPage, facts: dict[str, Any], *, paper: bool) -> IssuePreview:
    """Everything the officer must know before the step; `facts` are the form's cleaned data."""
    versions = list(page.versions.defer("content").order_by("-ordinal"))
    found = IssuePreview((versions[0].ordinal if versions else 0) + 1)
    issued_on, effective_on = facts["issued_on"], facts["effective_on"] or facts["issued_on"]
    found.clashes = lifecycle.clashes(page)
    _blockers(page, found, issued_on, effective_on, paper)
    _warnings(page, found, facts, versions, effective_on, paper)
    _effects(page, found, effective_on)
    return found


def _blockers(
    page: DocumentPage,
    found: IssuePreview,
    issued_on: datetime.date,
    effective_on: datetime.date,
    paper: bool,
) -> None:
    if not page.has_open_draft:
        found.blockers.append(_("Bản thảo chưa có gì thay đổi so với phiên bản mới nhất."))
    if not page.full_title.strip():
        found.blockers.append(_("Tài liệu chưa có tên. Hãy mở bản thảo và ghi tên."))
    if not page.code.strip() and not paper:
        found.blockers.append(
            _("Tài liệu chưa có mã hiệu. Hãy mở bản thảo và bấm “Lấy số tiếp theo”.")
        )
    if effective_on < issued_on and not paper:
        found.blockers.append(
            _("Ngày hiệu lực đứng trước ngày ban hành. Hãy sửa một trong hai ngày.")
        )
    if found.clashes and not paper:
        found.blockers.append(
            _(
                "Mã hiệu %(code)s đang được dùng cho tài liệu “%(title)s”. Hãy đổi mã hiệu của bản thảo, hoặc thu hồi tài liệu kia trước."
            )
            % {"code": page.code, "title": found.clashes[0].title}
        )


def _warnings(
    page: DocumentPage, found: IssuePreview, facts: dict[str, Any], versions: list[Version], effective_on: datetime.date, paper: bool
) -> None:  # fmt: skip
    content = stream.to_content(page.body)
    blocks = [block for section in content["sections"] for block in section["blocks"]]
    bare = sum(block["type"] == "picture" and not block["description"] for block in blocks)
    warn = found.warnings.append
    if count := to_look_at(page.flags):
        warn(_("Còn %(count)d cảnh báo khi nhập tệp chưa được xem lại.") % {"count": count})
    if not any(s["role"] == SignerRole.APPROVED and s["name"] for s in page.signers):
        warn(_("Chưa ghi người phê duyệt."))
    if bare:
        warn(_("%(count)d ảnh chưa có mô tả cho người không nhìn được ảnh.") % {"count": bare})
    bare_sections = [
        section["title"] or section["number"]
        for section in content["sections"]
        if section["place"] == "body" and readiness.is_bare(section)
    ]
    if blocks and bare_sections:
        warn(_("Mục còn trống: %(titles)s.") % {"titles": "; ".join(bare_sections)})
    if not blocks and not page.source_id and not getattr(page, "file_id", None):
        warn(_("Tài liệu chưa có nội dung và chưa có tệp."))
    if versions and (facts["issue_number"], facts["revision_number"]) == (
        versions[0].issue_number,
        versions[0].revision_number,
    ):
        warn(
            _("Lần ban hành và lần sửa đổi giống hệt phiên bản %(number)d.")
            % {"number": versions[0].ordinal}
        )
    if versions and not facts["change_summary"].strip():
        warn(_("Chưa ghi nội dung sửa đổi so với phiên bản trước."))
    if effective_on < today() and not paper:
        warn(_("Ngày hiệu lực đã qua: tài liệu được ghi là có hiệu lực từ trước hôm nay."))
    if paper and effective_on < facts["issued_on"]:
        warn(_("Ngày hiệu lực đứng trước ngày ban hành, như trên bản giấy."))
    if paper and found.clashes:
        warn(
            _("Mã hiệu %(code)s cũng đang được dùng cho “%(title)s”. Cả hai sẽ cùng có hiệu lực.")
            % {"code": page.code, "title": found.clashes[0].title}
        )
    if paper and not page.code.strip():
        warn(_("Tài liệu chưa có mã hiệu."))


def _effects(page: DocumentPage, found: IssuePreview, effective_on: datetime.date) -> None:
    day = f"{effective_on:%d/%m/%Y}"
    current = page.versions.in_force().defer("content").first()
    later = standing.later_than(effective_on, page.versions.all())
    if current is not None and effective_on > today():
        values = {"number": current.ordinal, "day": day, "new": found.ordinal}
        found.effects.append(
            _(
                "Phiên bản %(number)d vẫn có hiệu lực đến hết ngày trước %(day)s; từ ngày đó phiên bản %(new)d thay thế."
            )
            % values
        )
    elif current is not None and not later:
        found.effects.append(
            _("Phiên bản %(number)d hết hiệu lực và được thay bằng phiên bản này.")
            % {"number": current.ordinal}
        )
    elif effective_on > today():
        found.effects.append(_("Tài liệu chờ đến ngày %(day)s mới có hiệu lực.") % {"day": day})
    else:
        found.effects.append(_("Tài liệu có hiệu lực ngay khi bạn bấm nút."))
    if later:
        found.effects.append(
            _(
                "Phiên bản %(number)d có ngày hiệu lực muộn hơn nên sẽ là bản cuối cùng được áp dụng."
            )
            % {"number": later[0].ordinal}
        )
    readers = {
        Visibility.PUBLIC: _("Mọi người đọc được, kể cả không đăng nhập."),
        Visibility.CITY: _("Người của mọi cơ quan trong thành phố đọc được."),
        Visibility.AGENCY: _("Chỉ người của %(agency)s đọc được.") % {"agency": page.agency.name},
    }
    found.effects.append(readers[Visibility(page.visibility)])
    found.effects.append(
        _(
            "Phiên bản đã ban hành không sửa và không xóa được nữa; muốn đổi thì ban hành phiên bản sau."
        )
    )
