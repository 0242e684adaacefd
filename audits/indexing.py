"""Index entries of audits (`search.registry`): programmes, audits, findings, nonconformities,
signed reviews."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.models import Audit, Finding, ManagementReview, Nonconformity, Programme
from search import registry
from search.entries import Entry, Passage

KINDS: dict[str, Any] = {
    "audit_programme": gettext_lazy("Chương trình đánh giá"),
    "audit": gettext_lazy("Cuộc đánh giá"),
    "audit_finding": gettext_lazy("Phát hiện đánh giá"),
    "nonconformity": gettext_lazy("Sự không phù hợp"),
    "management_review": gettext_lazy("Xem xét của lãnh đạo"),
}


def register() -> None:
    """Registers this app's sources and their labels with the search; called once, when the app
    is ready."""
    for name, load, model in (
        ("programme", programmes, Programme),
        ("audit", audits, Audit),
        ("finding", findings, Finding),
        ("nonconformity", nonconformities, Nonconformity),
        ("management_review", reviews, ManagementReview),
    ):
        registry.register(name, load=load, ids=_ids(model))
        registry.register_names(name, _names(model))
    registry.register_group("audit", gettext_lazy("Đánh giá"), order=30)
    registry.register_labels(
        "kind", lambda values: {v: str(KINDS[v]) for v in values if v in KINDS}
    )


def _ids(model: Any) -> Any:
    return lambda: model.objects.order_by("pk").values_list("pk", flat=True)


def _names(model: Any) -> Any:
    def names(ids: Sequence[int]) -> Mapping[int, str]:
        rows = model.objects.filter(pk__in=ids).values_list("pk", "agency__name")
        return {
            pk: _("%(kind)s số %(number)s của %(agency)s")
            % {"kind": model._meta.verbose_name, "number": pk, "agency": agency}
            for pk, agency in rows
        }

    return names


def programmes(ids: Iterable[int]) -> Iterator[Entry]:
    for one in Programme.objects.filter(pk__in=ids).select_related("agency"):
        readers = (f"agency:{one.agency_id}", "issued") if one.is_approved else ()
        said = "\n".join([one.aims, one.scope, *(row["unit_name"] for row in one.rows)])
        yield Entry(
            key=f"programme:{one.pk}", group="audit", kind="audit_programme", title=str(one),
            url=one.get_absolute_url(), readers=(f"audits:{one.agency_id}", *readers),
            agency=one.agency_id, agency_name=one.agency.name, passages=(Passage("", "", said),),
            facets={"year": (str(one.year),)}, sort_date=one.approved_on,
        )  # fmt: skip


def audits(ids: Iterable[int]) -> Iterator[Entry]:
    rows = Audit.objects.filter(pk__in=ids).with_names().prefetch_related("rows")
    for one in rows:
        said = "\n".join([one.scope, *([one.conclusion, one.strengths] if one.is_told else ())])
        yield Entry(
            key=f"audit:{one.pk}", group="audit", kind="audit", title=one.title,
            url=one.get_absolute_url(), readers=(*_readers(one), *_heads(one)), agency=one.agency_id,
            agency_name=one.agency.name, passages=(Passage("", "", said),),
            facets={"year": (str(one.starts_on.year),)}, sort_date=one.starts_on,
        )  # fmt: skip


def _readers(audit: Audit) -> tuple[str, ...]:
    """Access tokens of members and those in charge in both agencies; also the overseer's once
    it is concluded."""
    bodies = dict.fromkeys(pk for pk in (audit.agency_id, audit.body_id) if pk is not None)
    told = ("issued",) if audit.is_told else ()
    return (f"audit:{audit.pk}", *(f"audits:{pk}" for pk in bodies), *told)


def _heads(audit: Audit) -> dict[str, None]:
    """Tokens of the heads of the units in a signed plan."""
    signed = audit.plan_fixed_on is not None
    return dict.fromkeys(f"head:{row.unit_id}" for row in audit.rows.all() if signed)


def findings(ids: Iterable[int]) -> Iterator[Entry]:
    """Entries of findings that the agency was notified of; those still being written can't
    be found."""
    told = Finding.objects.filter(pk__in=ids, told_on__isnull=False)
    for one in told.select_related("agency", "unit", "audit", "version"):
        cited = one.version.title if one.version else ""
        yield Entry(
            key=f"finding:{one.pk}", group="audit", kind="audit_finding",
            title=_shortened(one.seen), code=one.code,
            url=one.get_absolute_url(), readers=(*_readers(one.audit), f"unit:{one.unit_id}"),
            agency=one.agency_id, agency_name=one.agency.name, unit=one.unit_id, unit_name=one.unit.name,
            passages=(Passage("", "", f"{one.seen}\n{cited}"),),
            facets={"year": (str(one.year),), **({"clause": (one.clause,)} if one.clause else {})},
            sort_date=one.told_on,
        )  # fmt: skip


def nonconformities(ids: Iterable[int]) -> Iterator[Entry]:
    rows = Nonconformity.objects.filter(pk__in=ids).prefetch_related("actions")
    for one in rows.select_related("agency", "unit", "finding__audit"):
        audit = _readers(one.finding.audit) if one.finding else ()
        doers = (f"doer:{one.agency_id}:{action.person_id}" for action in one.actions.all())
        readers = dict.fromkeys(
            (*audit, f"audits:{one.agency_id}", f"unit:{one.unit_id}", "issued", *doers)
        )
        work = "\n".join(
            [one.correction, one.cause, one.extent, one.risks, one.objectives, one.measure]
        )
        acts = "\n".join(action.what for action in one.actions.all())
        yield Entry(
            key=f"nonconformity:{one.pk}", group="audit", kind="nonconformity",
            title=_shortened(one.description), code=one.code, url=one.get_absolute_url(),
            readers=tuple(readers), agency=one.agency_id, agency_name=one.agency.name,
            unit=one.unit_id, unit_name=one.unit.name,
            passages=(Passage("", "", f"{one.description}\n{work}\n{acts}"),),
            facets={"year": (str(one.year),)}, sort_date=one.opened_on,
        )  # fmt: skip


def reviews(ids: Iterable[int]) -> Iterator[Entry]:
    """Entries of signed reviews, for those in charge; people named in decisions find these among
    their tasks."""
    rows = ManagementReview.objects.filter(pk__in=ids, state=ManagementReview.State.SIGNED)
    for one in rows.select_related("agency").prefetch_related("inputs", "decisions"):
        decided = "\n".join(decision.what for decision in one.decisions.all())
        reported = "\n".join(point.said for point in one.inputs.all())
        yield Entry(
            key=f"management_review:{one.pk}", group="audit", kind="management_review", title=str(one),
            code=one.code, url=one.get_absolute_url(), readers=(f"audits:{one.agency_id}",),
            agency=one.agency_id, agency_name=one.agency.name,
            passages=(Passage("", "", f"{one.minutes}\n{one.conclusion}\n{decided}\n{reported}"),),
            facets={"year": (str(one.year),)}, sort_date=one.held_on,
        )  # fmt: skip


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 140 else f"{line[:137].rstrip()}…"
