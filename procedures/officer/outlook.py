"""The consequences of issuing or recording a draft: effects, warnings and obstacles. Shown before
the officer confirms."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from procedures import lifecycle, near_duplicates, standing
from procedures.approval import readiness
from procedures.approval.sealing import Terms
from procedures.changes import numbering
from procedures.content import stream, text_of
from procedures.flag_words import worded
from procedures.models import REMARKS, DocumentPage, SignerRole, Visibility
from procedures.namesakes import TITLE_FLAGS, namesakes
from procedures.standing import State
from qms.access import Person
from qms.clock import today

Numbers = tuple[int | None, int | None]


@dataclass
class Preview:
    """What recording a draft with these numbers and dates would do, and what prevents it."""

    ordinal: int
    blockers: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)


def recording(page: DocumentPage, facts: dict[str, Any], user: Person) -> Preview:
    """Everything the officer must know before a paper is recorded; `facts` are the form's cleaned
    data."""
    found = Preview(_next(page))
    effective_on = facts["effective_on"] or facts["issued_on"]
    if not page.has_open_draft:
        found.blockers.append(_("Bản thảo chưa có gì thay đổi so với phiên bản mới nhất."))
    if not page.full_title.strip():
        found.blockers.append(_("Tài liệu chưa có tên. Hãy mở bản thảo và ghi tên."))
    numbers = (facts["issue_number"], facts["revision_number"])
    found.warnings = [
        *_open_flags(page),
        *_namesakes(page, user),
        *_about_draft(page, numbers, facts["change_summary"]),
        *_about_paper(page, facts["issued_on"], effective_on),
    ]
    found.effects = [
        *_succession(page, effective_on, found.ordinal),
        *_readers(page),
        *_numbers(page),
        _("Phiên bản mang dòng chữ “ghi nhận từ bản giấy” cùng tên bạn ở mọi nơi người đọc thấy."),
        _("Phiên bản đã ghi nhận không sửa và không xóa được nữa."),
    ]
    return found


def sending(page: DocumentPage, terms: Terms, user: Person) -> Preview:
    """What the sender must know before a draft is sent; obstacles come from `readiness`."""
    found = Preview(_next(page))
    numbers = (terms.issue_number, terms.revision_number)
    found.warnings = [
        *_open_flags(page, readiness.DOUBTED_FACTS),
        *_namesakes(page, user, State.IN_FORCE),
        *_about_draft(page, numbers, terms.change_summary),
    ]
    if not terms.time_reason:
        found.warnings += _about_totals(page)
    found.effects = [
        _("Bản thảo được niêm phong: không ai sửa được cho tới khi có kết quả; bạn rút lại được."),
        *_succession(page, terms.effective_from(today()), found.ordinal),
        *_readers(page),
        *_numbers(page),
    ]
    return found


def _next(page: DocumentPage) -> int:
    last = page.versions.order_by("-ordinal").values_list("ordinal", flat=True).first()
    return (last or 0) + 1


def _about_draft(page: DocumentPage, numbers: Numbers, summary: str) -> list[str]:
    content = stream.to_content(page.body)
    blocks = [block for section in content["sections"] for block in section["blocks"]]
    found = []
    bare = sum(block["type"] == "picture" and not block["description"] for block in blocks)
    if bare:
        found.append(
            _("%(count)d ảnh chưa có mô tả cho người không nhìn được ảnh.") % {"count": bare}
        )
    empty = [
        section["title"] or section["number"]
        for section in content["sections"]
        if section["place"] == "body" and readiness.is_bare(section)
    ]
    if blocks and empty:
        found.append(_("Mục còn trống: %(titles)s.") % {"titles": "; ".join(empty)})
    last = page.versions.order_by("-ordinal").defer("content").first()
    if last is not None and numbers == (last.issue_number, last.revision_number):
        found.append(
            _("Lần ban hành và lần sửa đổi giống hệt phiên bản %(number)d.")
            % {"number": last.ordinal}
        )
    if last is not None and not summary.strip():
        found.append(_("Chưa ghi nội dung sửa đổi so với phiên bản trước."))
    if other := near_duplicates.near_duplicate(
        page.agency_id, page.full_title, text_of(content), document=page.pk
    ):
        found.append(
            _("Nội dung gần như trùng với tài liệu đang có hiệu lực: %(other)s. Hãy kiểm tra xem có nên sửa đổi tài liệu đó thay vì ban hành tài liệu mới.")
            % {"other": other}
        )  # fmt: skip
    return found


def _open_flags(page: DocumentPage, besides: Collection[str] = ()) -> list[str]:
    """The import flags that nobody has checked, each with the place to check it; without the codes
    `besides`, which prevent sending, and without those that are checked anew."""
    place = reverse("procedures_admin:document", args=[page.pk]) + "#canh-bao"
    left = {*REMARKS, *besides, *TITLE_FLAGS, "near_duplicate"}
    said = _("Cảnh báo khi nhập tệp, chưa xem lại")
    return [
        format_html('{}: {} <a href="{}">{}</a>', said, worded(flag), place, _("Xem lại"))
        for flag in page.flags
        if flag.get("code") not in left
    ]


def _namesakes(page: DocumentPage, user: Person, besides: str = "") -> list[str]:
    """Other documents with the same title, each with a link; without those in the state `besides`,
    and without all if an import flag that prevents sending tells of them."""
    codes = {flag.get("code") for flag in page.flags}
    if besides and codes & TITLE_FLAGS & readiness.DOUBTED_FACTS:
        return []
    said = _("Trùng tên với tài liệu khác của cơ quan")
    return [
        format_html(
            '{}: <a href="{}">{}</a>.',
            said,
            one.url,
            one.label,
        )
        for one in namesakes(page, user)
        if one.state != besides
    ]


def _about_totals(page: DocumentPage) -> list[str]:
    """Steps whose times don't make the total below them, each with a link to the table."""
    place = reverse("wagtailadmin_pages:edit", args=[page.pk]) + "#body"
    return [
        format_html('{} <a href="{}">{}</a>', line, place, _("Tới chỗ cần sửa"))
        for line in readiness.total_sentences(stream.to_content(page.body))
    ]


def _about_paper(
    page: DocumentPage, issued_on: datetime.date, effective_on: datetime.date
) -> list[str]:
    found = []
    if not any(s["role"] == SignerRole.APPROVED and s["name"] for s in page.signers):
        found.append(_("Chưa ghi người phê duyệt."))
    if effective_on < issued_on:
        found.append(_("Ngày hiệu lực đứng trước ngày ban hành, như trên bản giấy."))
    clashes = lifecycle.clashes(page)
    if clashes:
        found.append(
            _("Mã hiệu %(code)s cũng đang được dùng cho “%(title)s”. Cả hai sẽ cùng có hiệu lực.")
            % {"code": page.code, "title": clashes[0].title}
        )
    if not page.code.strip():
        found.append(_("Tài liệu chưa có mã hiệu."))
    return found


def _succession(page: DocumentPage, effective_on: datetime.date, number: int) -> list[str]:
    day = f"{effective_on:%d/%m/%Y}"
    current = page.versions.in_force().defer("content").first()
    later = standing.later_than(effective_on, page.versions.all())
    found = []
    if current is not None and effective_on > today():
        found.append(
            _("Phiên bản %(number)d vẫn có hiệu lực đến hết ngày trước %(day)s; từ ngày đó phiên bản %(new)d thay thế.")
            % {"number": current.ordinal, "day": day, "new": number}
        )  # fmt: skip
    elif current is not None and not later:
        found.append(
            _("Phiên bản %(number)d hết hiệu lực và được thay bằng phiên bản này.")
            % {"number": current.ordinal}
        )
    elif effective_on > today():
        found.append(_("Tài liệu chờ đến ngày %(day)s mới có hiệu lực.") % {"day": day})
    else:
        found.append(_("Tài liệu có hiệu lực ngay khi được ban hành."))
    if later:
        found.append(
            _("Phiên bản %(number)d có ngày hiệu lực muộn hơn nên sẽ là bản cuối cùng được áp dụng.")
            % {"number": later[0].ordinal}
        )  # fmt: skip
    return found


def _numbers(page: DocumentPage) -> list[str]:
    """Why a new issue is proposed."""
    if not numbering.rewritten(page):
        return []
    return [
        _("Hơn một nửa số chữ khác phiên bản trước nên số đề xuất là một lần ban hành mới; bạn quyết định lần ban hành, lần sửa đổi.")
    ]  # fmt: skip


def _readers(page: DocumentPage) -> list[str]:
    """Who will read it, and whether they differ from the readers of the version in force."""
    readers = {
        Visibility.PUBLIC: _("Mọi người đọc được, kể cả không đăng nhập."),
        Visibility.CITY: _("Người của mọi cơ quan trong thành phố đọc được."),
        Visibility.AGENCY: _("Chỉ người của %(agency)s đọc được.") % {"agency": page.agency.name},
    }
    found = [readers[Visibility(page.visibility)]]
    current = page.versions.in_force().defer("content").prefetch_related("acts").first()
    shown = current.shown(current.acts.all()).visibility if current is not None else None
    if shown is not None and shown != page.visibility:
        found.append(
            _("Phạm vi xem đổi từ “%(old)s” thành “%(new)s”.")
            % {
                "old": Visibility(shown).label,
                "new": Visibility(page.visibility).label,
            }
        )
    return found
