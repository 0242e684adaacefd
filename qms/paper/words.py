"""The fixed words of a sheet and the formats of numbers, dates and capacities (Decree 30/2020,
Annex I, Chapter II)."""

import datetime
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from qms.paper.sheet import Sheet, Signature

OPEN = "……"  # blanks to be filled in by hand


@dataclass(frozen=True)
class Words:
    """The lines of a sheet derived from its facts, in its language."""

    nation: str
    motto: str
    number: str
    place: str
    recipients: str  # the label
    listed: tuple[str, ...]  # recipients, each with its dash and semicolon


def words_of(sheet: Sheet) -> Words:
    with translation.override(sheet.language):
        return Words(
            nation=_("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            motto=_("Độc lập - Tự do - Hạnh phúc"),
            number=_number(sheet),
            place=_place(sheet),
            recipients=_("Nơi nhận:"),
            listed=_listed(sheet),
        )


def _number(sheet: Sheet) -> str:
    """ "Số: 05/QĐ-STP": a number below ten has a leading zero, a missing one is dotted."""
    if not sheet.symbol:
        return ""
    number = f"{int(sheet.number):02}" if sheet.number.isdecimal() else sheet.number or OPEN
    return _("Số: %(number)s/%(symbol)s") % {"number": number, "symbol": sheet.symbol}


def _place(sheet: Sheet) -> str:
    place = sheet.place or OPEN
    if sheet.day is None:
        return _("%(place)s, ngày …… tháng …… năm ……") % {"place": place}
    return _("%(place)s, ngày %(day)s tháng %(month)s năm %(year)s") % {
        "place": place,
        "day": f"{sheet.day.day:02}",
        "month": month(sheet.day),
        "year": sheet.day.year,
    }


def month(day: datetime.date) -> str:
    """January and February have a leading zero, the others none."""
    return f"{day.month:02}" if day.month < 3 else str(day.month)


def _listed(sheet: Sheet) -> tuple[str, ...]:
    lines = [f"- {one.rstrip(' ;.')};" for one in sheet.recipients]
    if sheet.archive:
        lines.append(_("- Lưu: %(where)s.") % {"where": sheet.archive})
    return tuple(lines)


def signature(
    post: str,
    *,
    capacity: str = "",
    for_whom: str = "",
    name: str = "",
    mark: tuple[str, ...] = (),
) -> Signature:
    """A signature block. capacity: "KT." and so on, or empty; for_whom: the body of TM., the post
    of KT., TL., TUQ."""
    post = post.upper()
    if capacity == "Q.":
        return Signature((f"Q. {post}",), name, mark)
    if capacity and for_whom:
        return Signature((f"{capacity} {for_whom.upper()}", post), name, mark)
    return Signature((f"{capacity} {post}".strip(),), name, mark)
