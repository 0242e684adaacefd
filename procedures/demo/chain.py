"""Documents of the demonstration city that went through the chain: a single one, and sets issued by
one decision."""

import datetime
from typing import TYPE_CHECKING, Any

from procedures import lifecycle as documents
from procedures.approval import deciding, sending
from procedures.approval.sealing import Terms
from procedures.demo import parse
from procedures.demo.approvals import person_of, sign
from procedures.models import DocumentPage
from qms import access
from qms.approvals import lifecycle as approvals
from qms.clock import on_day
from qms.models import Approval, ApprovalItem, User

if TYPE_CHECKING:
    from procedures.demo.load import City


def build(city: "City") -> None:
    """For `procedures.demo.further`."""
    table = parse.read_table("approvals.toml")
    drafts = {(one["agency"], one["code"]): one for one in parse.read_documents(city.day)}
    _through(city, table["chain"], drafts)
    for facts in table["sets"]:
        _set(city, facts, drafts)
    _away(city, table["absence"])


def _revise(
    city: "City",
    document: dict[str, Any],
    edits: list[list[str]],
    by: User,
    *,
    summary: str,
    day: datetime.date | None,
) -> None:
    """A further draft: the text of the last version with `edits` applied, and its own line in the
    amendment log. `day`: when it will be issued, None for one that is not issued yet."""
    last = document["versions"][-1]
    text = parse.edited(last["markup"], edits)
    content: Any = parse.content_of(text)
    coming = {
        "issue_number": last["issue_number"],
        "revision_number": last["revision_number"] + 1,
        "issued_on": day,
        "summary": summary,
    }
    log = [*document["versions"], coming]
    content["sections"].insert(0, parse.amendments(log))
    page = city.pages[document["agency"], document["code"]]
    documents.revise_draft(DocumentPage.objects.get(pk=page.pk).specific, content=content, by=by)


def _draft(city: "City", agency: str, code: str) -> DocumentPage:
    page: DocumentPage = DocumentPage.objects.get(pk=city.pages[agency, code].pk).specific
    return page


def _through(city: "City", facts: dict[str, Any], drafts: dict[Any, Any]) -> None:
    """Drafted, sent, returned with remarks, answered, sent again, reviewed, approved: in force some
    days later."""
    at, code = facts["agency"], facts["code"]
    document, people = drafts[at, code], {}
    for name in ("author", "reviewer", "approver"):
        people[name] = city.people[facts[name]]
    author = people["author"]
    line = {"summary": facts["sent"]["summary"], "day": city.ago(facts["approved"]["ago"])}
    with on_day(city.ago(facts["drafted"]["ago"])):
        access.forget(author)
        _revise(city, document, facts["drafted"]["edits"], author, **line)
    with on_day(city.ago(facts["sent"]["ago"])):
        page = _draft(city, at, code)
        terms = _terms(page, facts["sent"]["summary"], effective_days=facts["effective_days"])
        first = sending.send([(page, terms)], by=author, note=facts["sent"]["note"])
    _return(city, facts, first, people["reviewer"])
    with on_day(city.ago(facts["answers"]["ago"])):
        for remark, text in zip(
            first.items.get().remarks.order_by("pk"), facts["answers"]["texts"], strict=True
        ):
            approvals.answer(remark, by=author, text=text)
        _revise(city, document, facts["revised"]["edits"], author, **line)
        page = _draft(city, at, code)
        again = sending.send(
            [(page, sending.proposed(page))], by=author, note=facts["sent_again"]["note"]
        )
    for step, name in (("reviewed", "reviewer"), ("approved", "approver")):
        with on_day(city.ago(facts[step]["ago"])):
            sign(city, again, people[name])


def _terms(page: DocumentPage, summary: str, **more: Any) -> Terms:
    """The next numbers, with the given summary."""
    numbers = sending.proposed(page)
    return Terms(numbers.issue_number, numbers.revision_number, summary, **more)


def _return(city: "City", facts: dict[str, Any], approval: Approval, reviewer: User) -> None:
    item = ApprovalItem.objects.get(approval=approval)
    for remark in facts["remarks"]:
        with on_day(city.ago(remark["ago"])):
            access.forget(reviewer)
            approvals.remark(
                item, by=reviewer, anchor="", weight=remark["weight"], text=remark["text"]
            )
    with on_day(city.ago(facts["returned"]["ago"])):
        approvals.return_to_sender(approval, by=reviewer, reason=facts["returned"]["reason"])


def _set(city: "City", facts: dict[str, Any], drafts: dict[Any, Any]) -> None:
    """A set, as far as its facts go: sent, reviewed, approved, issued with its decision."""
    at, sender = facts["agency"], city.people[facts["sender"]]
    author = city.people[facts["author"]]
    issued = city.ago(facts["decision"]["ago"]) if "decision" in facts else None
    with on_day(city.ago(facts["ago"])):
        access.forget(author)
        access.forget(sender)
        chosen = []
        for one in facts["documents"]:
            _revise(
                city,
                drafts[at, one["code"]],
                one["edits"],
                author,
                summary=one["summary"],
                day=issued,
            )
            page = _draft(city, at, one["code"])
            chosen.append((page, _terms(page, one["summary"], by_decision=True)))
        approval = sending.send(chosen, by=sender, title=facts["title"], note=facts["note"])
    for step, name in (("reviewed", "reviewer"), ("approved", "approver")):
        if step in facts:
            with on_day(city.ago(facts[step])):
                sign(city, approval, city.people[facts[name]])
    if "decision" in facts:
        decision = facts["decision"]
        approval.refresh_from_db()
        with on_day(city.ago(decision["ago"])):
            deciding.issue_by_decision(
                approval,
                number=deciding.next_number(approval),
                symbol=deciding.usual_symbol(approval),
                dated=city.ago(decision["ago"]),
                title=decision["title"],
                by=sender,
            )


def _away(city: "City", facts: dict[str, Any]) -> None:
    starts_on = city.ago(facts["ago"])
    with on_day(starts_on):
        person = person_of(city, facts["person"])
        approvals.record_absence(
            city.agencies[facts["agency"]],
            person,
            by=person,
            starts_on=starts_on,
            ends_on=city.day + datetime.timedelta(days=facts["days"] - facts["ago"]),
            substitute=city.people[facts["substitute"]],
            reason=facts["reason"],
            paper=facts["paper"],
        )
