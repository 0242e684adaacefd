"""Notices about documents, to followers of a document or its agency and to importers. Each is
called by its step, in its transaction."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procedures.models import ImportBatch, ImportItem, TakingIn, Version, VersionAct
from qms import notices
from qms.approvals import people
from qms.desk import agencies, bookmarks
from qms.models import Appointment, User, Way
from qms.roles import Role

FOLLOWED = {
    "document_issued": _("%(agency)s ban hành %(code)s “%(title)s”, có hiệu lực từ %(day)s."),
    "document_recorded": _(
        "%(agency)s ghi nhận từ bản giấy %(code)s “%(title)s”, có hiệu lực từ %(day)s."
    ),
    "document_withdrawn": _("%(agency)s thu hồi %(code)s “%(title)s” từ %(day)s."),
    "document_reinstated": _("%(agency)s khôi phục hiệu lực của %(code)s “%(title)s” từ %(day)s."),
    "document_struck_out": _("%(agency)s hủy bỏ một phiên bản ghi nhầm của %(code)s “%(title)s”."),
}
WORK = {
    "import_read": _("Đợt nhập số %(number)s đã đọc xong: %(files)s tệp chờ bạn kiểm tra."),
}


CONTROL = {
    "version_narrowed": _(
        "%(by)s thu hẹp phạm vi xem của %(code)s “%(title)s” thành “%(visibility)s”. Lý do: %(reason)s"
    ),
    "import_undone": _(
        "%(by)s rút lại cả đợt ghi nhận bản giấy số %(number)s: %(versions)s phiên bản bị hủy bỏ."
    ),
    "taking_in_reopened": _(
        "%(by)s mở lại việc ghi nhận bản giấy của %(agency)s đến hết %(until)s. Lý do: %(reason)s"
    ),
}


def register() -> None:
    notices.register_group("control", _("Kiểm soát tài liệu của cơ quan"), way=Way.NOW, order=20)
    for name, text in CONTROL.items():
        notices.register_kind(name, text, "control", optional=False)
    notices.register_group(
        "followed", _("Tài liệu và cơ quan bạn theo dõi"), way=Way.DAILY, order=40
    )
    for name, text in FOLLOWED.items():
        notices.register_kind(name, text, "followed")
    notices.register_group("imports", _("Nhập tệp"), way=Way.NONE, order=50)
    for name, text in WORK.items():
        notices.register_kind(name, text, "imports")


def subject(document: int) -> str:
    """A document as a subject to follow."""
    return f"document:{document}"


def followers(
    version: Version, event: str, day: datetime.date, by: User | None, act: int | None = None
) -> None:
    """Notifies followers of the document or its agency who may read it. `event`: issued, recorded,
    withdrawn…"""
    if f"document_{event}" not in FOLLOWED:
        return
    followed = [subject(version.document_id), agencies.subject(version.agency_id)]
    told = what(version, event, day, act)
    bookmarks.tell_followers(followed, followed[0], f"document_{event}", exclude=by, **told)


def what(
    version: Version, event: str, day: datetime.date, act: int | None = None
) -> dict[str, Any]:
    """The text of a notice about a version, as arguments of `notices.tell`."""
    return {
        "key": f"version:{version.pk}:{event}:{act or ''}",
        "url": reverse("document", args=[version.document_id]),
        "facts": {"agency": version.agency_name, "code": version.code, "title": version.title, "day": day},
        "agency": version.agency,
    }  # fmt: skip


def narrowed(act: VersionAct) -> None:
    """Notifies the agency's approvers: an officer alone has restricted a version's readers."""
    version = act.version
    notices.tell(
        people.approvers(version.agency_id), "version_narrowed", key=f"version:{version.pk}:narrowed:{act.pk}",
        url=reverse("version", args=[version.pk]),
        facts={"by": act.by_name, "code": version.code, "title": version.title, "visibility": str(act.get_visibility_display()), "reason": act.reason},
        agency=version.agency, exclude=act.by,
    )  # fmt: skip


def taking_in_reopened(act: TakingIn) -> None:
    """Notifies the agency's approvers and the city's overseers."""
    overseers = Appointment.objects.current().filter(role=Role.OVERSEER).values("person")
    told = {one.pk: one for one in people.approvers(act.agency_id)}
    told |= {one.pk: one for one in User.objects.filter(pk__in=overseers, is_active=True)}
    notices.tell(
        told.values(), "taking_in_reopened", key=f"taking_in:{act.pk}", url=act.agency.get_absolute_url(),
        facts={"by": act.by_name, "agency": act.agency.name, "until": act.until, "reason": act.reason},
        agency=act.agency,
    )  # fmt: skip


def import_undone(batch: ImportBatch, versions: int, by: User) -> None:
    """Notifies the agency's approvers: an officer has undone what was recorded from paper."""
    notices.tell(
        people.approvers(batch.agency_id), "import_undone", key=f"import:{batch.pk}:undone",
        url=batch.agency.get_absolute_url(), facts={"by": str(by), "number": batch.pk, "versions": versions},
        agency=batch.agency, exclude=by,
    )  # fmt: skip


def import_read(batch: ImportBatch) -> None:
    """Notifies the person who started an import, once all its files have been read and some await
    checking."""
    states = ImportItem.State
    by_state = list(batch.items.values_list("state", flat=True))
    to_check = by_state.count(states.READ)
    if batch.by is None or not to_check or {states.WAITING, states.READING} & set(by_state):
        return
    notices.tell(
        [batch.by], "import_read", key=f"import:{batch.pk}:read:{len(by_state)}",
        url=reverse("imports:batch", args=[batch.pk]),
        facts={"number": batch.pk, "files": to_check}, agency=batch.agency,
    )  # fmt: skip
