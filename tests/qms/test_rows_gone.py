"""A row that somebody else deleted meanwhile: every screen of every view set reports it, and none
recreates the row."""

import datetime

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError, OperationalError
from django.forms.forms import BaseForm
from django.urls import reverse
from lxml import html
from wagtail import hooks

from audits.lifecycle.common import locked
from audits.models import AuditorRecord, Question, Training
from procedures.importing import teaching
from procedures.models import ImportRule
from qms.approvals import lifecycle as approvals
from qms.clock import today
from qms.errors import Refused, is_missing_row
from qms.models import Absence, Agency, Appointment, Mail, Unit, User
from qms.screens.base import AgencyViewSet
from search.models import BestBet, SavedSearch, Synonym
from search.saved import lifecycle as searches

pytestmark = pytest.mark.django_db
GONE = "vừa bị xóa"
SHOWS_ONLY = "acts"  # the histories, which have no form


def view_sets() -> list[AgencyViewSet]:
    """The registered view sets; Wagtail's own come one by one."""
    made = [function() for function in hooks.get_hooks("register_admin_viewset")]
    ours = [one for several in made if isinstance(several, list) for one in several]
    return [one for one in ours if isinstance(one, AgencyViewSet)]


def make_row(model):
    """A row of the view set's model that nothing else depends on."""
    agency = Agency.objects.first()
    fresh = {
        Agency: lambda: Agency(code="MOI", name="Sở Mới"),
        Unit: lambda: Unit(agency=agency, code="TAM", name="Phòng Tạm"),
        User: lambda: User(username="nguoi.tam", first_name="Ngô Văn Tạm"),
        Appointment: lambda: Appointment(
            person=User.objects.get(username="reader"), role="author", agency=agency
        ),
        Mail: lambda: Mail(to="a@example.org", subject="Thư", body="/link/abc/"),
        Synonym: lambda: Synonym(agency=None, short="zt", long="zem tam"),
        BestBet: lambda: BestBet(agency=None, text="zem tam", origin="document:1"),
        Question: lambda: Question(agency=None, clause="7.5", text="Có sổ theo dõi không?"),
        AuditorRecord: lambda: AuditorRecord(
            agency=agency, person=User.objects.get(username="reader")
        ),
        Training: lambda: Training(
            auditor=AuditorRecord.objects.first() or make_row(AuditorRecord),
            course="Đánh giá viên nội bộ",
            body="Trung tâm đào tạo",
            on_day=datetime.date(2025, 5, 5),
        ),
    }
    row = fresh[model]()
    row.save()
    return row


def addresses_of(view_set, row) -> list[str]:
    names = [name for _address, _view, name in view_set.steps if name != SHOWS_ONLY]
    if "change" in view_set.actions:
        names.append("edit")
    return [reverse(f"{view_set.name}:{name}", args=[row.pk]) for name in names]


def typed(page: bytes) -> dict[str, str]:
    """The data that the page's form would submit unchanged."""
    forms = [form for form in html.fromstring(page).forms if form.method == "POST"]
    fields = [dict(form.form_values()) for form in forms]
    return max(fields, key=len)


@pytest.fixture
def asker(request, client, view_set, reader):
    """Signs in a user who may open the view set."""
    person = request.getfixturevalue(
        "officer" if view_set.model in {AuditorRecord, Training} else "system_admin"
    )
    client.force_login(person)
    return client


SETS = pytest.mark.parametrize("view_set", view_sets(), ids=lambda one: one.name)


def test_the_registered_view_sets_are_found():
    assert len(view_sets()) == 10


@SETS
def test_a_row_that_is_gone_when_its_page_is_asked_for(asker, view_set):
    row = make_row(view_set.model)
    addresses = addresses_of(view_set, row)
    view_set.model.objects.filter(pk=row.pk).delete()
    for address in addresses:
        for answer in (asker.get(address), asker.post(address, {})):
            said = "nội dung đã bị xóa" in answer.content.decode()
            assert (answer.status_code, said) == (404, True), address


@SETS
def test_a_row_that_goes_while_its_form_is_carried_out(asker, view_set, monkeypatch, settings):
    settings.EMAIL_HOST = "mail.example.org"
    rows = view_set.model.objects
    newest = max(rows.values_list("pk", flat=True), default=0)
    is_valid = BaseForm.is_valid
    for number in range(len(addresses_of(view_set, make_row(view_set.model)))):
        rows.filter(pk__gt=newest).delete()
        row = make_row(view_set.model)
        address = addresses_of(view_set, row)[number]
        page = asker.get(address)
        if page.status_code == 302:  # a step that its moment refuses
            continue
        asked = []

        def valid_and_gone(form, row=row, asked=asked):
            found = is_valid(form)
            if found:
                asked.append(form)
                rows.filter(pk=row.pk).delete()
            return found

        with monkeypatch.context() as patch:
            patch.setattr(BaseForm, "is_valid", valid_and_gone)
            sent = {"origin": "document:1", **typed(page.content)}  # which no index offers here
            answer = asker.post(address, sent, follow=True)
        assert asked, address
        assert (answer.status_code, GONE in answer.content.decode()) == (200, True), address
        assert not rows.filter(pk=row.pk).exists(), address


@pytest.mark.parametrize(
    ("problem", "is_so"),
    [
        (ObjectDoesNotExist(), True),
        (User.DoesNotExist(), True),
        (IntegrityError("FOREIGN KEY constraint failed"), True),
        (DatabaseError("Save with update_fields did not affect any rows."), True),
        (OperationalError("database is locked"), False),
        (ValueError(), False),
    ],
)
def test_what_counts_as_a_row_that_is_gone(problem, is_so):
    assert is_missing_row(problem) is is_so


def test_a_step_on_a_row_that_is_gone_is_refused_with_what_to_do(agency, officer, reader):
    """Deleted between the page's check and the step's lock."""
    absence = Absence.objects.create(
        agency=agency,
        person=reader,
        substitute=officer,
        starts_on=today(),
        ends_on=today(),
        reason="x",
    )
    rule = ImportRule.objects.create(agency=agency, kind="label", meaning="code", phrase="Số hiệu")
    saved = SavedSearch.objects.create(person=reader, name="Tờ khai", query="q=a")
    unit = Unit.objects.create(agency=agency, code="TAM", name="Tạm")
    steps = [
        (absence, lambda: approvals.end_absence(absence, by=reader)),
        (rule, lambda: teaching.remove(rule, by=officer)),
        (saved, lambda: searches.change(saved, name="b", mails=False, by=reader)),
        (unit, lambda: locked(unit)),  # as every step of audits begins
    ]
    for row, step in steps:
        type(row)._default_manager.filter(pk=row.pk).delete()
        with pytest.raises(Refused, match=GONE):
            step()
    searches.delete(saved, by=reader)  # twice is once
