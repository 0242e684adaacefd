"""A draft as canonical bytes, and back: it is shown, signed and issued from these bytes, never
again from the page.

A format never changes once something was sealed in it. A further fact of `Version` goes into a new
format or `OF_THE_MOMENT`."""

import datetime
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from procedures import lifecycle
from procedures.changes import amendments
from procedures.models import DocumentPage, SignerRole, Version
from qms.approvals import queries
from qms.approvals.sealing import canonical
from qms.clock import today
from qms.errors import Refused
from qms.models import Appointment, ApprovalItem, User
from qms.proof.store import Damaged

FORMAT = 1

# The facts of a version that its sealed bytes contain, by format.
FACTS: dict[int, tuple[str, ...]] = {
    1: (
        "document_id", "agency_id", "agency_name", "unit_id", "unit_name", "owner_post", "kind", "procedure_type", "field", "code", "code_key",
        "title", "national_code", "local_tail", "clauses", "legal_basis", "review_months", "visibility", "issue_number", "revision_number",
        "change_summary", "content", "files", "flags",
    ),
}  # fmt: skip

# Facts known only at the time of issue; the signers come from the signatures.
OF_THE_MOMENT = frozenset(
    {
        "ordinal",
        "issued_on",
        "effective_on",
        "signers",
        "origin",
        "made_by_id",
        "made_by_name",
        "made_at",
        "approval_id",
        "decision_id",
        "paper",
    }
)


@dataclass(frozen=True)
class Terms:
    """The terms on which a draft is sent, sealed with it.

    effective_on: a fixed date; effective_days: that many days after the issue; neither: from the
    date of issue. time_reason: why the limit in the text differs from the sum of the steps.
    by_decision: issued when the clerk has entered the decision, instead of with the last signature.
    """

    issue_number: int | None = None
    revision_number: int | None = None
    change_summary: str = ""
    effective_on: datetime.date | None = None
    effective_days: int | None = None
    time_reason: str = ""
    by_decision: bool = False

    def effective_from(self, issued_on: datetime.date) -> datetime.date:
        """The effective date of a version issued on that date."""
        if self.effective_on is not None:
            return self.effective_on
        return issued_on + datetime.timedelta(days=self.effective_days or 0)


@dataclass(frozen=True)
class SealedDraft:
    """Sealed bytes, parsed."""

    digest: str
    facts: dict[str, Any]
    terms: Terms
    amendment: dict[str, str]  # {"place", "summary"}: its line of the amendment log
    drafted: list[dict[str, Any]] = field(default_factory=list)  # [{"id", "name", "post"}]

    @property
    def document_id(self) -> int:
        return int(self.facts["document_id"])

    @property
    def line(self) -> amendments.Line:
        """Its line of the amendment log, with the version's number and date."""
        return amendments.Line(None, None, self.amendment["place"], self.amendment["summary"])

    def version(self, issued_on: datetime.date | None = None) -> Version:
        """The version that these bytes make when issued on the date (default today): unsaved,
        without a number or signers other than the drafters."""
        day = issued_on or today()
        drafted = [
            {"role": str(SignerRole.DRAFTED.value), "name": one["name"], "post": one["post"]}
            for one in self.drafted
        ]
        return Version(
            ordinal=0,
            issued_on=day,
            effective_on=self.terms.effective_from(day),
            signers=drafted,
            made_at=timezone.now(),
            **self.facts,
        )


def compose(page: DocumentPage, terms: Terms) -> Version:
    """The version that the draft would make on these terms if it were issued today; unsaved."""
    day = today()
    version = lifecycle.version_of(page, issued_on=day, effective_on=terms.effective_from(day))
    version.issue_number, version.revision_number = terms.issue_number, terms.revision_number
    version.change_summary = terms.change_summary
    return version


def seal(page: DocumentPage, version: Version, terms: Terms) -> bytes:
    """The canonical bytes of the newest draft, which `version` was composed from: facts, content,
    the SHA-256 of each file, numbers, dates, summary, drafters."""
    return canonical(
        {
            "format": FORMAT,
            "what": "document",
            "facts": {name: getattr(version, name) for name in FACTS[FORMAT]},
            "effective_on": terms.effective_on.isoformat() if terms.effective_on else None,
            "effective_days": terms.effective_days,
            "time_reason": terms.time_reason,
            "by_decision": terms.by_decision,
            "amendment": _amendment(page, terms),
            "drafted": _drafters(page),
        }
    )


def read(data: bytes) -> SealedDraft:
    """The draft sealed in the bytes. Raises Refused if they are no sealed document or of an unknown
    format."""
    try:
        found = json.loads(data)
        facts = {name: found["facts"][name] for name in FACTS[found["format"]]}
        day = found["effective_on"]
        terms = Terms(
            issue_number=facts["issue_number"],
            revision_number=facts["revision_number"],
            change_summary=facts["change_summary"],
            effective_on=datetime.date.fromisoformat(day) if day else None,
            effective_days=found["effective_days"],
            time_reason=found["time_reason"],
            by_decision=found["by_decision"],
        )
        amendment, drafted = found["amendment"], found["drafted"]
    except (ValueError, KeyError, TypeError) as problem:
        raise Refused(_("Không đọc được nội dung đã niêm phong.")) from problem
    return SealedDraft(hashlib.sha256(data).hexdigest(), facts, terms, amendment, drafted)


def terms_of(item: ApprovalItem) -> Terms | None:
    """The terms on which a draft was sent; None if its bytes are damaged (see `check_proof`)."""
    try:
        return read(queries.bytes_of(item)).terms
    except (FileNotFoundError, Damaged, ValueError, Refused):
        return None


def version_from(data: bytes, issued_on: datetime.date | None = None) -> Version:
    """The unsaved version that the sealed bytes make."""
    return read(data).version(issued_on)


def _amendment(page: DocumentPage, terms: Terms) -> dict[str, str]:
    page.change_summary = terms.change_summary  # on this copy in memory, which the log reads
    line = amendments.line_for(page)
    return {"place": line.place, "summary": line.summary}


def _drafters(page: DocumentPage) -> list[dict[str, Any]]:
    """Everybody who saved the draft since the last version, by name, with their current post in the
    agency."""
    people = User.objects.in_bulk(page.drafters)
    held = Appointment.objects.current().filter(agency=page.agency_id, person__in=people)
    posts = {one.person_id: one.post for one in held.order_by("post", "pk") if one.post}
    rows = [
        {"id": pk, "name": str(person), "post": posts.get(pk, "")} for pk, person in people.items()
    ]
    return sorted(rows, key=lambda row: (row["name"], row["id"]))
