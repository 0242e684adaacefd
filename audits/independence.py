"""Who may not audit what: nobody audits the unit they work in, nor documents they wrote or signed (ISO 9001, 9.2.2 c)."""

import datetime
from collections import defaultdict
from collections.abc import Collection

from django.utils.translation import gettext as _

from procedures.models import DocumentPage, Version
from qms.clock import today
from qms.models import Appointment, User

LOOKED_BACK = datetime.timedelta(days=730)  # work of two years ago no longer ties


def reasons(
    people: Collection[User], *, units: Collection[int], documents: Collection[int] = ()
) -> dict[int, list[str]]:
    """{person id: why this person may not audit these units and documents}, without those who may. Three queries at most."""
    found: dict[int, list[str]] = defaultdict(list)
    _by_unit(people, units, found)
    if documents:
        _by_document(people, documents, found)
    return dict(found)


def _by_unit(people: Collection[User], units: Collection[int], found: dict[int, list[str]]) -> None:
    day = today()
    held = (
        Appointment.objects.filter(person__in=people, unit__in=units)
        .during(day - LOOKED_BACK, day)
        .select_related("unit")
        .order_by("person_id", "starts_on")
    )
    for one in held:
        now = one.ends_on is None or one.ends_on >= day
        said = (
            _("đang làm việc tại %(unit)s")
            if now
            else _("đã làm việc tại %(unit)s trong hai năm qua")
        ) % {"unit": one.unit}
        if said not in found[one.person_id]:
            found[one.person_id].append(said)


def _by_document(
    people: Collection[User], documents: Collection[int], found: dict[int, list[str]]
) -> None:
    owners = dict(
        DocumentPage.objects.filter(pk__in=documents).order_by().values_list("pk", "owner_id")
    )
    versions = Version.objects.filter(
        document__in=documents, effective_on__gte=today() - LOOKED_BACK
    ).order_by("code", "pk")
    for document, code, title, made_by, signers in versions.values_list(
        "document_id", "code", "title", "made_by_id", "signers"
    ):
        signed = {" ".join(str(s.get("name", "")).split()).casefold() for s in signers}
        for person in people:
            wrote = person.pk in {made_by, owners[document]}
            if wrote or str(person).casefold() in signed:
                said = (
                    _("đã soạn hoặc ban hành %(document)s") if wrote else _("đã ký %(document)s")
                ) % {"document": code or title}
                if said not in found[person.pk]:
                    found[person.pk].append(said)
