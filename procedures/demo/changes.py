"""Change requests of the demonstration city, made and answered on their dates."""

from typing import TYPE_CHECKING, Any

from procedures.changes import lifecycle
from procedures.demo import parse
from procedures.models import ChangeRequest, DocumentPage, Version
from qms import access
from qms.clock import on_day

if TYPE_CHECKING:
    from procedures.demo.load import City


def build(city: "City") -> None:
    """For `procedures.demo.further`: before the documents in the chain, which implement the
    accepted requests."""
    table = parse.read_table("changes.toml")["requests"]
    made: dict[str, ChangeRequest] = {}
    for facts in table:
        request = _ask(city, facts)
        made[facts.get("key", "")] = request
        if "answer" in facts:
            _answer(city, facts, request, made)


def _ask(city: "City", facts: dict[str, Any]) -> ChangeRequest:
    person = city.people[facts["by"]]
    page = city.pages[facts["agency"], facts["code"]]
    with on_day(city.ago(facts["asked"])):
        access.forget(person)
        return lifecycle.open(
            DocumentPage.objects.get(pk=page.pk),
            what=facts["what"],
            why=facts.get("why", ""),
            proposed=facts.get("proposed", ""),
            place=facts.get("place", ""),
            version=Version.objects.in_force().filter(document=page.pk).get(),
            by=person,
        )


def _answer(
    city: "City", facts: dict[str, Any], request: ChangeRequest, made: dict[str, ChangeRequest]
) -> None:
    answer = facts["answer"]
    officer = city.officers[facts["agency"]]
    with on_day(city.ago(answer["ago"])):
        access.forget(officer)
        if answer["act"] == "accept":
            lifecycle.accept(request, by=officer)
        elif answer["act"] == "join":
            lifecycle.join(request, to=made[answer["to"]], by=officer)
        elif answer["act"] == "decline":
            lifecycle.decline(request, reason=answer["reason"], by=officer)
        else:
            person = city.people[facts["by"]]
            access.forget(person)
            lifecycle.take_back(request, by=person)
