"""Documents as a kind of approval subject."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procedures import rules
from procedures.approval import issuing, sending, showing
from procedures.models import DocumentPage, Kind
from qms.access import Person
from qms.approvals import queries, subjects
from qms.models import Approval


def register() -> None:
    subjects.add(
        subjects.Kind(
            name=sending.KIND,
            label=_("Tài liệu"),
            rules=lambda: [(f"document:{kind.value}", kind.label) for kind in Kind],
            rule_of=rule_of,
            may_send=rules.may_draft,
            show=showing.show,
            url=lambda subject: reverse("wagtailadmin_pages:edit", args=[id_of(subject)]),
            carry_out_url=decision_url,
            send_again_url=resend_url,
            on_done=issuing.on_done,
        )
    )


def decision_url(approval: Approval, user: Person) -> str:
    """The page where the clerk enters the decision."""
    return reverse("procedures_admin:decide", args=[approval.pk]) if rules.may_decide(user, approval) else ""  # fmt: skip


def resend_url(approval: Approval, user: Person) -> str:
    """Where the drafts of a round that came back are sent again; empty once one of them was, or has
    nothing new to send."""
    subjects_of = [item.subject for item in queries.items_of(approval)]
    pages = list(DocumentPage.objects.filter(pk__in=map(id_of, subjects_of)).defer("body"))
    waits = (
        page.has_open_draft
        and rules.may_send(user, page)
        and queries.last_round(f"document:{page.pk}") == approval
        for page in pages
    )
    if not pages or not all(waits):
        return ""
    if len(pages) == 1:
        return reverse("procedures_admin:send", args=[pages[0].pk])
    return reverse("procedures_admin:send_set") + f"?agency={approval.agency_id}"


def id_of(subject: str) -> int:
    """The document's ID: "document:12" -> 12."""
    return int(subject.partition(":")[2])


def rule_of(subject: str) -> str:
    """The approval rule of a document, by its kind."""
    kind = DocumentPage.objects.filter(pk=id_of(subject)).values_list("kind", flat=True).first()
    return f"document:{kind or Kind.OTHER}"
