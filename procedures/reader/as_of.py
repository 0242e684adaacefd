"""State on a given day: the day requested in the URL, and what was recorded only later."""

import datetime
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from procedures.reader.queries import VersionStatus
from qms.clock import today

FORMATS = ("%d/%m/%Y", "%Y-%m-%d")


@dataclass(frozen=True)
class Day:
    """The requested day. `asked`: whether it differs from today; `problem`: why the input is not a
    valid day."""

    day: datetime.date
    asked: bool = False
    problem: str = ""
    typed: str = ""


def day_of(request: HttpRequest) -> Day:
    """The day in `?ngay=`; today if it is missing or not a valid day."""
    typed = request.GET.get("ngay", "").strip()[:20]
    if not typed:
        return Day(today())
    for form in FORMATS:
        try:
            found = datetime.datetime.strptime(typed, form).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
        if found > today():
            return Day(today(), problem=_("Ngày này chưa tới. Hãy chọn một ngày đã qua."), typed=typed)  # fmt: skip
        return Day(found, asked=found != today(), typed=typed)
    return Day(
        today(), problem=_("Không có ngày này. Hãy ghi ngày/tháng/năm, ví dụ 05/03/2026."), typed=typed
    )  # fmt: skip


def recorded_later(life: VersionStatus, day: datetime.date) -> datetime.date | None:
    """The first day after `day` on which a fact already valid on it was recorded; None if
    everything was known then."""
    moments = [life.version.made_at, *(act.at for act in life.acts if act.on_day <= day)]
    later = sorted(written for moment in moments if (written := localdate(moment)) > day)
    return later[0] if later else None
