"""The single step of a review: the verdict about the version in force."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from procedures.changes import lifecycle as changes
from procedures.models import DocumentPage, Review, Version
from procedures.readership import reminders
from procedures.readership.reviews import rules
from procedures.readership.reviews.due import add_months
from qms import access
from qms.clock import now, today, written
from qms.errors import Refused
from qms.models import User
from qms.proof import journal


@transaction.atomic
def review(
    version: Version,
    *,
    verdict: str,
    reason: str,
    next_on: datetime.date,
    by: User,
    after: int | None = None,
) -> Review:
    """Records the verdict about the version, with the date of the next review. *Revise* opens a
    change request, *withdraw* leads the officers to a prefilled withdrawal request.

    `after`: the last review that the user saw. Raises Refused for the wrong person, a version that
    has been replaced, a review that somebody else has completed, and a date in the past
    or beyond the period."""
    DocumentPage.objects.select_for_update(no_key=True).get(pk=version.document_id)
    if not rules.may_review(by, version):
        raise Refused(
            _(
                "Chỉ người chịu trách nhiệm quá trình, trưởng đơn vị chủ trì hoặc thư ký ISO được soát xét tài liệu này."
            )
        )
    _check_in_force(version)
    _check_last(version, after)
    if verdict not in Review.Verdict.values:
        raise Refused(_("Hãy chọn một kết luận: giữ nguyên, sửa đổi hoặc thu hồi."))
    if not reason.strip():
        raise Refused(_("Hãy ghi lý do của kết luận."))
    _check_next(version, next_on)
    made = Review.objects.create(
        version=version,
        agency_id=version.agency_id,
        verdict=verdict,
        reason=reason.strip(),
        next_on=next_on,
        on_day=today(),
        by=by,
        by_name=str(by)[:200],
        by_post=_post_of(by, version),
        at=now(),
    )
    if verdict == Review.Verdict.REVISE:
        changes.open(
            version.document, what=made.reason, by=by, source=f"review:{made.pk}", version=version
        )
    elif verdict == Review.Verdict.WITHDRAW:
        reminders.tell_of_withdrawal(made)
    journal.append(
        "reviewed", f"version:{version.pk}", agency=version.agency, by=by, verdict=str(verdict),
        next_on=next_on.isoformat(), reason=made.reason, review=made.pk,
    )  # fmt: skip
    return made


def latest_day(version: Version) -> datetime.date:
    """The latest date allowed for the next review."""
    return add_months(today(), version.review_months or 0)


def _check_in_force(version: Version) -> None:
    issued = Version.objects.filter(document=version.document_id).defer("content")
    holds = issued.in_force().first()
    if holds is None:
        raise Refused(_("Chỉ soát xét tài liệu đang có hiệu lực."))
    if holds.pk != version.pk:
        raise Refused(
            _(
                "Phiên bản %(number)s đã được ban hành ngày %(day)s nên phiên bản này không soát xét nữa. Hãy mở tài liệu và xem phiên bản mới."
            )
            % {"number": holds.ordinal, "day": written(holds.issued_on)}
        )
    if not version.review_months:
        raise Refused(
            _(
                "Tài liệu này không có chu kỳ soát xét. Thư ký ISO ghi chu kỳ vào bản thảo và ban hành lại."
            )
        )


def _check_last(version: Version, after: int | None) -> None:
    last = Review.objects.filter(version=version).order_by("pk").last()
    if last is not None and last.pk != after:
        raise Refused(
            _(
                "%(name)s vừa ghi kết luận soát xét “%(verdict)s” cho tài liệu này. Hãy tải lại trang và xem trước khi ghi thêm."
            )
            % {"name": last.by_name, "verdict": last.get_verdict_display()}
        )


def _check_next(version: Version, next_on: datetime.date) -> None:
    latest = latest_day(version)
    if next_on <= today():
        raise Refused(_("Ngày soát xét lần tới phải sau hôm nay."))
    if next_on > latest:
        raise Refused(
            _("Chu kỳ soát xét là %(months)s tháng, nên lần tới không được sau ngày %(day)s.")
            % {"months": version.review_months, "day": written(latest)}
        )


def _post_of(by: User, version: Version) -> str:
    posts = (a.post for a in access.appointments(by) if a.agency_id == version.agency_id and a.post)
    return next(posts, "")
