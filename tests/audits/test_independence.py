"""Who may not audit what: forty kinds of ties to the audited part, each next to a case that only
looks like one."""

import copy
from functools import cached_property

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audits import independence
from audits.models import Action, Nonconformity
from procedures.models import DocumentPage, Version
from qms.clock import today
from qms.lifecycle.agencies import save_unit
from qms.models import Appointment, Approval, Meaning, Signature, Unit
from tests.audits.conftest import STEPS, days

pytestmark = pytest.mark.django_db


class World:
    """An auditor X, the unit and the document of a line of a plan, and possible ties of X
    to them."""

    def __init__(self, cast, appoint, make_document):
        self.cast, self.appoint = cast, appoint
        self.agency, self.unit, self.office = cast.agency, cast.field, cast.office
        self.x = appoint("x", "auditor", cast.agency, name="Trần Người Xét", unit=cast.office)
        self.y = appoint("y", "auditor", cast.agency, name="Lê Người Khác", unit=cast.office)
        self.document = cast.document
        self.make_document = make_document
        self.until = today() + days(10)

    @cached_property
    def other(self):
        """Another document of the unit."""
        return self.make_document(
            self.agency, self.cast.officer, code="QT-06", title="Quy trình khác", unit=self.unit,
            issued=today().isoformat(), body=STEPS,
        )  # fmt: skip

    def is_tied(self) -> bool:
        found = independence.reasons(
            [self.x, self.y],
            units=[self.unit.pk],
            documents=[self.document.pk],
            until=self.until,
        )
        return self.x.pk in found

    # -- possible ties

    def post(self, role="reader", unit=None, *, begins=-1000, ended=None, post="", agency=None, who=None):  # fmt: skip
        """X's post, in days from today."""
        Appointment.objects.create(
            person=who or self.x, role=role, agency=agency or self.agency, unit=unit, post=post, starts_on=today() + days(begins),
            ends_on=None if ended is None else today() - days(ended),
        )  # fmt: skip

    def version(self, page=None, *, age=10, **fields):
        """A further version of the document, in effect for so many days."""
        page = page or self.document
        one = copy.copy(Version.objects.filter(document=page).latest("ordinal"))
        one.pk, one.ordinal = None, one.ordinal + 1
        one.effective_on = today() - days(age)
        for name, value in fields.items():
            setattr(one, name, value)
        one.save(force_insert=True)
        return one

    def approval(self, *, drafted=(), signed=(), meaning=Meaning.REVIEWED, instead=None):
        made = Approval.objects.create(
            kind="document", rule_kind="document:procedure", agency=self.agency, title="Trình", sent_by=self.cast.officer, sent_by_name="x"
        )  # fmt: skip
        made.barred.set(drafted)
        for person in signed:
            Signature.objects.create(
                approval=made, step=1, meaning=meaning, person=person, name=str(person), instead_of=instead, agency_name="x",
                sentence="x", manifest="0" * 64, way="password",
            )  # fmt: skip
        return made

    def action(self, unit=None, *, person=None, done_by=None, done=None, state="agreed", closed=None):  # fmt: skip
        """An action of a nonconformity of the unit, done so many days ago."""
        number = Nonconformity.objects.count() + 1
        case = Nonconformity.objects.create(
            agency=self.agency, unit=unit or self.unit, year=today().year, number=number, source="daily", description="x", state=state,
            closed_on=None if closed is None else today() - days(closed),
        )  # fmt: skip
        Action.objects.create(
            nonconformity=case, what="x", person=person or self.x, due=today(), done_by=done_by,
            done_on=None if done is None else today() - days(done),
        )  # fmt: skip

    def steps(self, responsible, page=None, **fields):
        """A version whose first step names these as responsible."""
        content = copy.deepcopy(STEPS)
        content["sections"][0]["blocks"][0]["rows"][0]["cells"][2] = responsible
        return self.version(page, content=content, **fields)

    def drafts(self, page):
        DocumentPage.objects.filter(pk=page.pk).update(drafters=[self.x.pk])

    def owns(self, page):
        DocumentPage.objects.filter(pk=page.pk).update(owner=self.x)


def twin_of(w):
    """A unit of the same name in another agency."""
    return save_unit(Unit(agency=w.cast.other_agency, code="BTTP", name=w.unit.name), by=None)


# tie -> case that only looks like one
CASES = {
    # the unit
    "works there": (lambda w: w.post(unit=w.unit), lambda w: w.post(unit=w.office)),
    "drafts documents there": (lambda w: w.post("author", w.unit), lambda w: w.post("author", w.office)),
    "is its officer": (lambda w: w.post("officer", w.unit), lambda w: w.post("officer")),
    "reviews for it": (lambda w: w.post("reviewer", w.unit), lambda w: w.post("reviewer", w.office)),
    "approves from there": (lambda w: w.post("approver", w.unit), lambda w: w.post("approver")),
    "heads it": (lambda w: w.post("unit_head", w.unit), lambda w: w.post("unit_head", w.office)),
    "headed it": (lambda w: w.post("unit_head", w.unit, ended=100), lambda w: w.post("unit_head", w.unit, ended=731)),
    "left yesterday": (lambda w: w.post(unit=w.unit, ended=1), lambda w: w.post(unit=w.office, ended=1)),
    "left within two years": (lambda w: w.post(unit=w.unit, ended=730), lambda w: w.post(unit=w.unit, ended=731)),
    "was there one day": (lambda w: w.post(unit=w.unit, begins=-300, ended=300), lambda w: w.post(unit=w.unit, begins=-900, ended=900)),
    "begins before the audit ends": (lambda w: w.post(unit=w.unit, begins=10), lambda w: w.post(unit=w.unit, begins=11)),
    "begins today": (lambda w: w.post(unit=w.unit, begins=0), lambda w: w.post(unit=w.unit, begins=300)),
    "has a second post there": (
        lambda w: (w.post(unit=w.office), w.post(unit=w.unit)), lambda w: (w.post(unit=w.office), w.post())),
    "the unit, not its namesake": (
        lambda w: w.post(unit=w.unit), lambda w: w.post(unit=twin_of(w), agency=w.cast.other_agency)),
    # who wrote
    "made a version": (lambda w: w.version(made_by=w.x), lambda w: w.version(w.other, made_by=w.x)),
    "made one within two years": (lambda w: w.version(made_by=w.x, age=730), lambda w: w.version(made_by=w.x, age=731)),
    "made the one before": (
        lambda w: (w.version(made_by=w.x, age=50), w.version(made_by=w.cast.officer, age=5)), lambda w: (w.version(made_by=w.x, age=900), w.version(made_by=w.cast.officer, age=5))),
    "owns the document": (lambda w: w.owns(w.document), lambda w: w.owns(w.other)),
    "drafts the next version": (lambda w: w.drafts(w.document), lambda w: w.drafts(w.other)),
    "drafted what was approved": (
        lambda w: w.version(approval=w.approval(drafted=[w.x])), lambda w: (w.approval(drafted=[w.x]), w.version())),
    "drafted with others": (
        lambda w: w.version(approval=w.approval(drafted=[w.y, w.x])), lambda w: w.version(approval=w.approval(drafted=[w.y]))),
    # who signed
    "reviewed": (
        lambda w: w.version(approval=w.approval(signed=[w.x])), lambda w: w.version(w.other, approval=w.approval(signed=[w.x]))),
    "approved": (
        lambda w: w.version(approval=w.approval(signed=[w.x], meaning=Meaning.APPROVED)),
        lambda w: w.version(approval=w.approval(signed=[w.y], meaning=Meaning.APPROVED))),
    "signed as one of two": (
        lambda w: w.version(approval=w.approval(signed=[w.y, w.x])), lambda w: (w.version(approval=w.approval(signed=[w.y])), w.approval(signed=[w.x]))),
    "somebody signed for them": (
        lambda w: w.version(approval=w.approval(signed=[w.y], instead=w.x)),
        lambda w: w.version(approval=w.approval(signed=[w.y], instead=w.cast.head))),
    "signed long ago, of what is new": (
        lambda w: w.version(approval=w.approval(signed=[w.x]), age=700), lambda w: w.version(approval=w.approval(signed=[w.x]), age=800)),
    "is named on paper": (
        lambda w: w.version(signers=[{"name": "Trần Người Xét"}]), lambda w: w.version(signers=[{"name": "Trần Người Xét B"}])),
    "is named in capitals": (
        lambda w: w.version(signers=[{"name": "TRẦN  NGƯỜI XÉT"}]), lambda w: w.version(signers=[{"name": "TRẦN NGƯỜI"}])),
    "is named second": (
        lambda w: w.version(signers=[{"name": "A"}, {"name": "Trần Người Xét"}]), lambda w: w.version(w.other, signers=[{"name": "Trần Người Xét"}])),
    # who is responsible
    "holds the post that owns it": (
        lambda w: (w.post(unit=w.office, post="Chánh Văn phòng"), w.version(unit=w.office, owner_post="Chánh Văn phòng")),
        lambda w: (w.post(unit=w.office, post="Chánh Văn phòng"), w.version(unit=w.unit, owner_post="Chánh Văn phòng"))),
    "holds the owning post, no unit": (
        lambda w: (w.post(post="Kế toán trưởng"), w.version(unit=None, owner_post="Kế toán trưởng")),
        lambda w: (w.post(post="Kế toán trưởng", agency=w.cast.other_agency), w.version(unit=None, owner_post="Kế toán trưởng"))),
    "the post, however spelt": (
        lambda w: (w.post(post="KẾ TOÁN TRƯỞNG"), w.version(unit=None, owner_post="kế toán  trưởng")),
        lambda w: (w.post(post="Kế toán viên"), w.version(unit=None, owner_post="Kế toán trưởng"))),
    "held the owning post": (
        lambda w: (w.post(post="Văn thư", ended=90), w.version(unit=None, owner_post="Văn thư")),
        lambda w: (w.post(post="Văn thư", ended=900), w.version(unit=None, owner_post="Văn thư"))),
    "a step names a post they alone hold": (
        lambda w: (w.post(post="Thủ quỹ"), w.steps("Thủ quỹ")),
        lambda w: (w.post(post="Chuyên viên"), w.post(post="Chuyên viên", who=w.y), w.steps("Chuyên viên"))),
    "a step names several posts": (
        lambda w: (w.post(post="Thủ quỹ"), w.steps("Văn thư và Thủ quỹ; Một cửa")), lambda w: (w.post(post="Thủ quỹ"), w.steps("Văn thư; Thủ kho"))),
    "the newest version names the post": (
        lambda w: (w.post(post="Thủ quỹ"), w.steps("Văn thư"), w.steps("Thủ quỹ")),
        lambda w: (w.post(post="Thủ quỹ"), w.steps("Thủ quỹ"), w.steps("Văn thư"))),
    # who corrected
    "did an action of the unit": (
        lambda w: w.action(done=5, done_by=w.x), lambda w: w.action(w.office, done=5, done_by=w.x)),
    "has one to do": (lambda w: w.action(), lambda w: w.action(state="dropped")),
    "did one within two years": (
        lambda w: w.action(done=730, done_by=w.x, state="closed"), lambda w: w.action(done=731, done_by=w.x, state="closed")),
    "did it for somebody": (
        lambda w: w.action(person=w.y, done=5, done_by=w.x), lambda w: w.action(person=w.y, done=5, done_by=w.y)),
}  # fmt: skip


@pytest.fixture
def world(cast, appoint, make_document):
    return World(cast, appoint, make_document)


def test_there_are_forty_of_them():
    assert len(CASES) == 40


@pytest.mark.parametrize("case", CASES)
def test_what_ties_somebody_and_what_only_looks_so(world, case):
    ties, looks_so = CASES[case]
    assert not world.is_tied()
    with transaction.atomic():
        looks_so(world)
        assert not world.is_tied()
        transaction.set_rollback(True)
    world.__dict__.pop("other", None)
    ties(world)
    assert world.is_tied()


def test_each_reason_is_said_once_and_names_its_thing(world):
    world.post(unit=world.unit)
    world.post("author", world.unit)
    world.version(made_by=world.x)
    world.version(made_by=world.x, approval=world.approval(signed=[world.x]))
    world.action()
    found = independence.reasons([world.x], units=[world.unit.pk], documents=[world.document.pk])
    assert sorted(found[world.x.pk]) == sorted([
        "đang làm việc tại Phòng Bổ trợ tư pháp",
        f"có hành động khắc phục của {Nonconformity.objects.get().code} ở đơn vị này",
        "đã soạn hoặc ban hành QT-05",
    ])  # fmt: skip


def test_ties_are_kept_apart_by_line(world):
    """A tie to one unit or document does not affect another."""
    world.post(unit=world.unit)
    world.version(world.other, made_by=world.y)
    found = independence.ties(
        [world.x, world.y],
        units=[world.unit.pk, world.office.pk],
        documents=[world.document.pk, world.other.pk],
    )
    assert set(found.reasons(world.unit.pk, [])) == {world.x.pk}
    assert world.y.pk in found.reasons(world.unit.pk, [world.other.pk])
    assert world.y.pk not in found.reasons(world.unit.pk, [world.document.pk])


def test_many_people_take_as_many_queries_as_one(world, appoint):
    def ask(people, units, documents):
        with CaptureQueriesContext(connection) as queries:
            independence.ties(people, units=units, documents=documents)
        return len(queries)

    one = ask([world.x], [world.unit.pk], [world.document.pk])
    people = [appoint(f"p{n}", "auditor", world.agency, unit=world.office) for n in range(12)]
    many = ask(people, [world.unit.pk, world.office.pk], [world.document.pk, world.other.pk])
    assert one == many <= 9
