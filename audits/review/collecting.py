"""Collects the figures of a review in the background: one piece of due work per source, so that a
page can show the progress, a killed collection continues, and a failing source does not delay the
others."""

import json
import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.lifecycle.common import locked
from audits.models import ManagementReview, ReviewInput
from audits.review import inputs
from audits.review.inputs import Period, Source
from qms.approvals import queries
from qms.clock import now, today
from qms.models import Agency
from qms.work import due

WORK = "audits.collect"
KIND = "management_review"
log = logging.getLogger(__name__)


def subject(review: int) -> str:
    """The review's subject in approvals and the journal."""
    return f"{KIND}:{review}"


def begin(review: ManagementReview) -> None:
    """Plans the work, inside the caller's transaction. It replaces a collection that is still
    running."""
    review.collecting += 1
    review.waiting = [one.name for one in inputs.sources()]
    review.collected_at = None if review.waiting else now()
    review.save()
    for name in review.waiting:
        data = {"review": review.pk, "collecting": review.collecting, "source": name}
        key = f"{WORK}:{review.pk}:{review.collecting}:{name}"
        due.plan(key, WORK, data, timezone.now())


def collect(data: dict[str, Any]) -> None:
    """Collects from one source; handler of due work. Does nothing if the collection was restarted
    or the review has been sent."""
    review = locked(ManagementReview(pk=data["review"]))
    if (
        review.collecting != data["collecting"]
        or data["source"] not in review.waiting
        or review.is_signed
        or queries.open_for(subject(review.pk)) is not None
    ):
        return
    source = inputs.get(data["source"])
    if source is not None:
        _keep(review, source)
    waiting = [name for name in review.waiting if name != data["source"]]
    at = None if waiting else now()
    ManagementReview.objects.filter(pk=review.pk).update(waiting=waiting, collected_at=at)


def all_now(review: ManagementReview) -> None:
    """Collects from all pending sources at once (the demonstration, tests)."""
    for name in list(review.waiting):
        collect({"review": review.pk, "collecting": review.collecting, "source": name})
    review.refresh_from_db()


def _keep(review: ManagementReview, source: Source) -> None:
    topic = locked(ReviewInput.objects.get(review=review, topic=source.topic))
    others = [one for one in topic.figures if one["source"] != source.name]
    order = {one.name: number for number, one in enumerate(inputs.sources())}
    found = [*others, _ask(review, source)]
    topic.figures = sorted(found, key=lambda one: order.get(one["source"], len(order)))
    topic.save()


def _ask(review: ManagementReview, source: Source) -> dict[str, Any]:
    period = Period(review.since, today())
    facts: dict[str, Any] = {
        "source": source.name, "label": str(source.label), "figures": {}, "named": [], "before": None, "failed": False,
    }  # fmt: skip
    try:
        with transaction.atomic():
            found = source.collect(review.agency, period)
    except Exception:  # a source of another app: named on the page, and the rest continues
        log.exception("review: %s could not be collected", source.name)
        return {**facts, "failed": True}
    before = earlier_figures(review.agency, review).get(source.name)
    own = {"labels": found.labels} if found.labels else {}
    return {**facts, **own, "figures": found.figures, "named": found.named, "before": before}


def last_signed(agency: Agency, review: ManagementReview) -> ManagementReview | None:
    """The last signed review before this one."""
    rows = ManagementReview.objects.filter(agency=agency, state=ManagementReview.State.SIGNED)
    return rows.exclude(pk=review.pk).order_by("-held_on", "-pk").first()


def earlier_figures(agency: Agency, review: ManagementReview) -> dict[str, dict[str, int]]:
    """{source: figures} of the last signed review; {} for the first one."""
    last = last_signed(agency, review)
    if last is None or last.approval is None:
        return {}
    sealed = json.loads(queries.bytes_of(last.approval.items.get()))
    return {
        one["source"]: one["figures"]
        for topic in sealed["inputs"]
        for one in topic["figures"]
        if not one["failed"]
    }
