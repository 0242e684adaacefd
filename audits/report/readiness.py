"""What prevents a report from being sent and signed: each point is a sentence with advice."""

import datetime

from django.db.models import Count
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from audits import answers, unfinished
from audits.models import Audit, Finding, HalfFile, Item, Report, Result, SetAside
from audits.report import building
from qms.clock import now

MOST_NAMED = 3
WAITED_FOR = datetime.timedelta(days=1)


def points(audit: Audit, report: Report | None) -> list[str]:
    """Every open point. Empty if the report can be sent."""
    if audit.is_told:  # the checklist was closed with the lead's signature
        return [] if report and report.conclusion.strip() else [_("Hãy ghi kết luận.")]
    found = [*of_checklist(audit), *_on_devices(audit)]
    if report is None or not report.conclusion.strip():
        found.append(_("Chưa ghi kết luận. Hãy ghi kết luận của cuộc đánh giá."))
    return found


def of_checklist(audit: Audit) -> list[str]:
    """What the checklist lacks before the audit can be concluded."""
    counted = building.counting(audit)
    if not counted:
        return [_("Phiếu đánh giá chưa có câu trả lời nào.")]
    found = []
    unsettled = answers.unsettled(audit)
    if unsettled:
        found.append(
            _("Còn %(count)d câu hỏi có hai câu trả lời khác nhau. Hãy chọn câu trả lời trong phiếu trước: %(which)s")
            % {"count": len(unsettled), "which": _named(unsettled)}
        )  # fmt: skip
    wrong = {pk for pk, one in counted.items() if one.result == Result.NONCONFORMITY}
    kept = audit.findings.filter(item__in=wrong).exclude(state=Finding.State.DROPPED)
    without = wrong - set(kept.values_list("item_id", flat=True))
    if without:
        found.append(
            _("Còn %(count)d câu trả lời “Không phù hợp” chưa có phát hiện. Hãy ghi phát hiện trước: %(which)s")
            % {"count": len(without), "which": _named(without)}
        )  # fmt: skip
    guessed = _guessed(audit)
    if guessed:
        found.append(
            _("Mức của phát hiện ghi nhanh do hệ thống đề xuất, chưa ai xác nhận: %(which)s. Hãy mở phát hiện để chọn hoặc xác nhận mức.")
            % {"which": ", ".join(guessed[:MOST_NAMED])}
        )  # fmt: skip
    bare = _without_file(audit)
    if bare:
        found.append(
            _("Phát hiện ở mức phải có ảnh hoặc tệp làm bằng chứng mà chưa có: %(which)s. Hãy thêm bằng chứng hoặc xem lại mức.")
            % {"which": ", ".join(bare[:MOST_NAMED])}
        )  # fmt: skip
    return found


def _guessed(audit: Audit) -> list[str]:
    """The codes of findings whose grade nobody has chosen or confirmed; a report would give it as the
    team's."""
    rows = unfinished.guessed(Finding.objects.filter(audit=audit)).order_by("year", "number")
    return [one.code for one in rows]


def _without_file(audit: Audit) -> list[str]:
    """The codes of findings whose grade needs a file that they don't have."""
    rows = audit.findings.exclude(state=Finding.State.DROPPED).order_by("year", "number")
    return [one.code for one in unfinished.without_file(list(rows), audit.agency_id)]


def _named(items: set[int]) -> str:
    texts = Item.objects.filter(pk__in=items).order_by("order", "pk").values_list("text", flat=True)
    return "; ".join(f"“{Truncator(text).chars(80)}”" for text in texts[:MOST_NAMED])


def _on_devices(audit: Audit) -> list[str]:
    """Data that devices have not sent completely, or that awaits the lead's decision. A file begun
    more than a day ago is not waited for, since its device may be lost: it is set aside next to the
    report if it still comes."""
    sending = HalfFile.objects.filter(audit=audit, at__gte=now() - WAITED_FOR)
    halves = sending.values("by", "by__first_name")
    found = [
        _("Máy của %(name)s đang gửi dở %(count)d tệp. Hãy chờ gửi xong hoặc mở lại phiếu trên máy đó.")
        % {"name": one["by__first_name"], "count": one["count"]}
        for one in halves.annotate(count=Count("pk")).order_by("by")
    ]  # fmt: skip
    waiting = audit.set_aside.filter(state=SetAside.State.WAITING).count()
    if waiting:
        found.append(
            _("Còn %(count)d nội dung từ máy để riêng chờ trưởng đoàn quyết định.")
            % {"count": waiting}
        )
    return found
