"""An invented kind of approval subject, and the cast of signers."""

import pytest
from django.utils.html import format_html

from qms import access
from qms.approvals import lifecycle, subjects
from qms.approvals.sealing import canonical
from qms.approvals.subjects import Kind, Sealed
from tests.kept import kept, tool

SECRET = "mat-khau-de-thu-2026"


class Plans:
    """An app whose plans are approved: it records its callbacks."""

    def __init__(self):
        self.told = []
        self.carries_out = True

    def kind(self):
        return Kind(
            name="plan",
            label="Kế hoạch",
            rules=lambda: [("plan:year", "Kế hoạch năm")],
            rule_of=lambda subject: "plan:year",
            may_send=lambda user, agency: access.has_role(user, agency, "officer", "author"),
            show=lambda item, data, before: format_html("<p>{}</p>", data.decode()),
            url=lambda subject: f"/plans/{subject.partition(':')[2]}/",
            on_sent=lambda approval: self.told.append(("sent", approval.pk)),
            on_closed=lambda approval, how: self.told.append((how, approval.pk)),
            on_done=self.on_done,
        )

    def on_done(self, approval):
        self.told.append(("all signed", approval.pk))
        return self.carries_out


@pytest.fixture
@tool
def plans():
    app = Plans()
    subjects.add(app.kind())
    yield app
    subjects.remove(app.kind())


def sealed(number=1, text="Nội dung", **fields):
    data = canonical({"format": 1, "plan": number, "text": text})
    return Sealed(f"plan:{number}", f"KH-0{number} Kế hoạch {number}", data, **fields)


@pytest.fixture
@kept
def reviewer(appoint, agency):
    return appoint("reviewer", "reviewer", agency, name="Vũ Thị Xem Xét", post="Phó phòng")


@pytest.fixture
@kept
def approver(appoint, agency):
    return appoint("approver", "approver", agency, name="Đinh Văn Phê Duyệt", post="Giám đốc")


@pytest.fixture
@tool
def send(plans, agency, author, reviewer, approver):
    """send(1, 2, by=…) -> an approval of plans 1 and 2."""

    def make(*numbers, by=author, before=None, text="Nội dung", excluded=frozenset(), **fields):
        items = [
            sealed(n, text, excluded=frozenset(one.pk for one in excluded), **fields)
            for n in numbers or (1,)
        ]
        return lifecycle.send("plan", items, agency=agency, title="Kế hoạch", by=by, before=before)

    return make


@pytest.fixture
@tool
def sign():
    """sign(approval, user) as the page does."""

    def do(approval, by, *, secret=SECRET, way="password", manifest=None, appointment=None):
        approval.refresh_from_db()
        access.forget(by)
        return lifecycle.sign(
            approval,
            by=by,
            appointment=appointment,
            secret=secret,
            way=way,
            manifest=approval.manifest if manifest is None else manifest,
        )

    return do


def state(approval):
    approval.refresh_from_db()
    return approval.state


@pytest.fixture
def ask(client):
    def get(user, address, **query):
        client.force_login(user)
        return client.get(address, query)

    return get


@pytest.fixture
def post(client):
    def send_form(user, address, **typed):
        client.force_login(user)
        access.forget(user)
        return client.post(address, typed)

    return send_form


def address(approval, act=""):
    return f"/duyet/{approval.pk}/{act}"
