"""Measures approvals, lists of readers and reviews at a large agency's size, and prints the figures
as JSON (docs/performance.md).

    ops/bench_control.py [--only readers,reviews,approvals,sets,long_documents,long_stories] [--database URL]

Uses a throw-away data folder. Pages are requested within this process."""

import argparse
import copy
import datetime
import itertools
import json
import os
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "ops")]

from bench_notices import REQUESTS, percentiles, seconds  # noqa: E402 - next to this file

SECRET = "mat-khau-do-thu-2026"  # noqa: S105 - of people who live as long as the measurement
PEOPLE, MUST_READ = 2_000, 100
REVIEWED = 5_000
WAITING = 500
TOGETHER = 60
SINCE = datetime.date(2020, 1, 1)


def ask(person: Any, address: str, *, times: int = REQUESTS) -> dict[str, Any]:
    """Times a page for the person, and counts its queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    if connection.vendor == "postgresql":  # as the server does by itself soon after so many rows
        connection.cursor().execute("VACUUM (ANALYZE)")
    client = Client()
    client.force_login(person)
    figures: dict[str, Any] = percentiles(lambda: client.get(address), times)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return figures | {"queries": len(queries)}


def fetch(person: Any, address: str) -> dict[str, Any]:
    """Times a download, which must stay within a few seconds."""
    from django.test import Client

    client = Client()
    client.force_login(person)
    kept: list[int] = []

    def load() -> None:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kept.append(len(body))

    return seconds(load) | {"bytes": kept[-1]}


def appoint(name: str, role: str, agency: Any, **facts: Any) -> Any:
    from qms.models import Appointment, User

    person = User(username=name, first_name=f"Nguyễn Văn {name}")
    person.set_password(SECRET)
    person.save()
    Appointment.objects.create(person=person, role=role, agency=agency, starts_on=SINCE, **facts)
    return person


def texts() -> list[Any]:
    """The contents of the demonstration's procedures."""
    from procedures.demo import parse

    found = parse.read_documents(datetime.date(2026, 1, 1))
    return [one["versions"][-1]["content"] for one in found if one["kind"] == "procedure"]


def make_versions(agency: Any, count: int) -> list[Any]:
    """That many documents of the agency in force. The first is recorded by the product itself, the
    others are copies of its rows."""
    from wagtail.models import Page

    from procedures import lifecycle
    from procedures.models import DocumentPage, Version

    contents = texts()
    first = lifecycle.create_draft(
        agency, kind="procedure", title="Quy trình", code=f"{agency.code}-0", content=contents[0], by=None
    )  # fmt: skip
    lifecycle.record(first, issued_on=SINCE, by=None)
    whole, version = DocumentPage.objects.get(pk=first.pk), Version.objects.get(document=first.pk)
    base = Page.objects.get(pk=first.pk)
    parent = base.get_parent()
    below = len(parent.get_children())
    pages = []
    for number in range(1, count):
        page = copy.copy(base)
        page.pk = page.id = None
        page.path = Page._get_path(parent.path, base.depth, below + number)
        page.slug, page.translation_key = f"{base.slug}-{number}", uuid.uuid4()
        pages.append(page)
    Page.objects.bulk_create(pages, batch_size=200)
    rows = []
    for number, page in enumerate(pages, 1):
        own = copy.copy(whole)
        own.__dict__.update({k: v for k, v in page.__dict__.items() if k != "_state"})
        own.page_ptr_id = own.pk = page.pk
        own.code = f"{agency.code}-{number}"
        own.save_base(raw=True, force_insert=True)
        row = copy.copy(version)
        row.pk, row.document_id, row.code = None, page.pk, own.code
        row.code_key, row.title = own.code.lower(), f"Quy trình số {number}"
        row.content = contents[number % len(contents)]
        rows.append(row)
    Version.objects.bulk_create(rows, batch_size=100)
    return list(Version.objects.filter(agency=agency).defer("content"))


def readers() -> dict[str, Any]:
    """2,000 people in 20 units must read 100 documents; three quarters of the confirmations have
    been given."""
    from procedures.models import Confirmation
    from procedures.readership.reading import duties
    from procedures.readership.reading import lifecycle as reading
    from qms.clock import today
    from qms.lifecycle.agencies import create_agency
    from qms.models import Appointment, Unit, User

    agency = create_agency(code="SDOC", name="Sở Đọc")
    units = [Unit.objects.create(agency=agency, name=f"Phòng số {n}") for n in range(20)]
    officer = appoint("thuky", "officer", agency, unit=units[0])
    User.objects.bulk_create(
        User(username=f"doc{n}", first_name=f"Trần Thị {n}") for n in range(PEOPLE)
    )
    people = list(User.objects.filter(username__startswith="doc").order_by("pk"))
    Appointment.objects.bulk_create(
        Appointment(person=one, role="reader", agency=agency, unit=units[n % 20], post="Chuyên viên", starts_on=SINCE)
        for n, one in enumerate(people)
    )  # fmt: skip
    versions = make_versions(agency, MUST_READ)
    rule = reading.save_rule(
        agency, what={"kind": "procedure"}, audience={"everyone": True}, days=7, each_version=True, by=officer
    )  # fmt: skip
    Confirmation.objects.bulk_create(
        (
            Confirmation(version=version, rule=rule, person=one, person_name=str(one), post="Chuyên viên",
                         unit=units[n % 20], unit_name=units[n % 20].name, sentence="Tôi đã đọc.", on_day=today())
            for version in versions
            for n, one in enumerate(people)
            if (n + version.pk) % 4
        ),
        batch_size=5_000,
    )  # fmt: skip
    mine = percentiles(lambda: duties.of_person(people[0].pk, [agency]))
    place = f"/a/{agency.pk}/doc-hieu/"
    return {
        "must_i_read": mine,
        "must_i_read_page": ask(people[0], "/can-doc/"),
        "by_document": ask(officer, place),
        "by_document_of_a_unit": ask(officer, f"{place}?unit={units[3].pk}"),
        "by_person": ask(officer, f"{place}nguoi/"),
        "readers_of_a_version": ask(officer, f"/v/{versions[0].pk}/nguoi-doc/"),
        "open_as_xlsx": fetch(officer, f"{place}nguoi/?export=xlsx&unit={units[3].pk}"),
        "open_as_xlsx_20000_rows": fetch(officer, f"{place}nguoi/?export=xlsx"),
    }


def reviews() -> dict[str, Any]:
    from qms.lifecycle.agencies import create_agency

    agency = create_agency(code="SSX", name="Sở Soát Xét")
    officer = appoint("thukysoatxet", "officer", agency)
    make_versions(agency, REVIEWED)
    place = f"/a/{agency.pk}/soat-xet/"
    return {"page": ask(officer, place), "as_xlsx": fetch(officer, f"{place}?export=xlsx")}


def drafts(agency: Any, by: Any, count: int) -> list[Any]:
    from procedures import lifecycle

    content = texts()[9]
    return [
        lifecycle.create_draft(
            agency,
            kind="procedure",
            title=f"Quy trình về việc số {number} của Sở",
            content=content,
            code=f"QT-{number:03}",
            by=by,
        )  # fmt: skip
        for number in range(count)
    ]


def send(pages: Iterable[Any], by: Any, summary: str = "") -> Any:
    from procedures.approval import sending
    from procedures.approval.sealing import Terms
    from procedures.models import DocumentPage

    fresh = [DocumentPage.objects.get(pk=page.pk).specific for page in pages]
    terms = Terms(1, int(bool(summary)), summary, time_reason="Theo quy định.")
    return sending.send([(page, terms) for page in fresh], by=by)


def sign(approval: Any, person: Any) -> None:
    from qms.approvals import lifecycle

    approval.refresh_from_db()
    lifecycle.sign(
        approval, by=person, appointment=None, secret=SECRET, way="password", manifest=approval.manifest
    )  # fmt: skip


def cast(code: str) -> tuple[Any, Any, Any, Any]:
    """An agency of its own with officer, reviewer and approver."""
    from qms.lifecycle.agencies import create_agency

    agency = create_agency(code=code, name=f"Sở {code}")
    roles = ("officer", "reviewer", "approver")
    officer, reviewer, approver = [appoint(f"{code}-{role}", role, agency) for role in roles]
    return agency, officer, reviewer, approver


def approvals() -> dict[str, Any]:
    """500 approvals of one small plan each wait for one reviewer: times the list, my work, and
    one approval."""
    from django.utils.html import format_html

    from qms.approvals import lifecycle, subjects
    from qms.approvals.sealing import canonical
    from qms.approvals.subjects import Kind, Sealed

    agency, officer, reviewer, _approver = cast("SDUYET")
    subjects.add(
        Kind(
            name="plan",
            label="Kế hoạch",
            rules=lambda: [("plan", "Kế hoạch")],
            rule_of=lambda _subject: "plan",
            may_send=lambda _user, _agency: True,
            show=lambda _item, data, _before: format_html("<p>{}</p>", data.decode()),
            url=lambda _subject: "/",
        )
    )
    for number in range(WAITING):
        plan = Sealed(
            f"plan:{number}", f"KH-{number:03} Kế hoạch số {number}", canonical({"n": number})
        )
        lifecycle.send("plan", [plan], agency=agency, title=plan.title, by=officer)  # fmt: skip
    return {
        "waiting_for_me": ask(reviewer, "/duyet/"),
        "sent_by_me": ask(officer, "/duyet/?xem=sent"),
        "of_the_agency": ask(officer, "/duyet/?xem=agency"),
        "my_work": ask(reviewer, "/viec/"),
        "all_of_one_source": ask(reviewer, "/viec/?nguon=approvals"),
    }


def sets() -> dict[str, Any]:
    """60 documents are sent together, reviewed, issued with the last signature, and then found
    by search."""
    from search.queue import pending

    pending.flush()
    agency, officer, reviewer, approver = cast("SBO")
    pages = drafts(agency, None, TOGETHER)
    kept: list[Any] = []
    sent = seconds(lambda: kept.append(send(pages, officer)))
    reviewed = seconds(lambda: sign(kept[0], reviewer))
    page = ask(approver, kept[0].get_absolute_url())
    return {
        "sent": sent,
        "reviewed": reviewed,
        "page": page,
        "issued": seconds(lambda: sign(kept[0], approver)),
        "index_current_after": seconds(pending.flush),
    }


def long_text() -> dict[str, Any]:
    """A procedure of about forty pages: 14,000 syllables of the demonstration's texts, including
    tables of steps."""
    from procedures.content import section_text

    sections: list[Any] = []
    length = 0
    for content in itertools.cycle(texts()):
        for section in content["sections"]:
            sections.append({**section, "number": f"{len(sections) + 1}."})
            length += len(section_text(section).split())
        if length > 14_000:
            return {"sections": sections}
    raise AssertionError("never ends")


def long_documents() -> dict[str, Any]:
    """A document of forty pages: sent, shown, signed (which includes hashing the password), issued,
    and compared with its revision."""
    from procedures import lifecycle
    from procedures.models import DocumentPage

    agency, officer, reviewer, approver = cast("SDAI")
    content, kept = long_text(), []
    page = lifecycle.create_draft(
        agency, kind="procedure", title="Quy trình dài", content=content, code="QT-D", by=None
    )  # fmt: skip
    lifecycle.record(page, issued_on=SINCE, by=None)
    changed = copy.deepcopy(content)
    changed["sections"][3]["blocks"].append({"type": "text", "html": "<p>Thêm một câu mới.</p>"})
    fresh = DocumentPage.objects.get(pk=page.pk).specific
    lifecycle.revise_draft(fresh, content=changed, by=None)
    sent = seconds(lambda: kept.append(send([page], officer, "Thêm một câu.")))
    figures = {
        "sent": sent,
        "page": ask(reviewer, kept[0].get_absolute_url()),
        "signed": seconds(lambda: sign(kept[0], reviewer)),
        "hash_of_a_password": seconds(lambda: reviewer.check_password(SECRET)),
        "issued": seconds(lambda: sign(kept[0], approver)),
    }
    place = f"/d/{page.pk}/so-sanh/"
    return figures | {
        "compared": ask(officer, place, times=10),
        "compared_as_word": fetch(officer, f"{place}word/"),
    }


def long_stories() -> dict[str, Any]:
    """50 versions with 200 acts, the register of a day with 500 documents, and 2,000 requests
    for changes."""
    from procedures.models import ChangeRequest, DocumentPage, Version, VersionAct
    from qms.clock import today
    from qms.lifecycle.agencies import create_agency

    agency = create_agency(code="SDS", name="Sở Dài Sử")
    officer = appoint("thukydaisu", "officer", agency)
    first = make_versions(agency, 500)[0]
    whole = Version.objects.get(pk=first.pk)
    for ordinal in range(2, 51):
        whole.pk, whole.ordinal = None, ordinal
        whole.effective_on = SINCE + datetime.timedelta(days=30 * ordinal)
        whole.save(force_insert=True)
    pks = list(Version.objects.filter(document=first.document_id).values_list("pk", flat=True))
    VersionAct.objects.bulk_create(
        VersionAct(version_id=pks[n % 50], kind=("withdrawn", "reinstated")[n // 50 % 2], reason="Đo thử.",
                   on_day=whole.effective_on + datetime.timedelta(days=n // 50), at=whole.made_at)
        for n in range(200)
    )  # fmt: skip
    documents = list(DocumentPage.objects.filter(agency=agency).values_list("pk", flat=True))
    ChangeRequest.objects.bulk_create(
        ChangeRequest(document_id=documents[n % 500], agency=agency, title=f"QT-{n}", what="Sửa bước 2.", by=officer, by_name=str(officer))
        for n in range(2_000)
    )  # fmt: skip
    day = f"?ngay={(today() - datetime.timedelta(days=200)).isoformat()}"
    return {
        "document_of_50_versions": ask(officer, f"/d/{first.document_id}/"),
        "of_a_day": ask(officer, f"/d/{first.document_id}/{day}"),
        "register_of_a_day": ask(officer, f"/a/{agency.pk}/danh-muc/{day}"),
        "requests": ask(officer, f"/a/{agency.pk}/sua-doi/"),
    }


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "readers": readers,
    "reviews": reviews,
    "approvals": approvals,
    "sets": sets,
    "long_documents": long_documents,
    "long_stories": long_stories,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--database", default="")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qms-bench-") as folder:
        os.environ |= {"QMS_DATA": folder, "QMS_MEANING": "off", "QMS_EMAIL_HOST": "127.0.0.1",
                       "DJANGO_SETTINGS_MODULE": "qms.settings", "QMS_HOSTS": "testserver"}  # fmt: skip
        if chosen.database:
            os.environ["DATABASE_URL"] = chosen.database
        import django

        django.setup()
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        setup_test_environment()
        call_command("migrate", verbosity=0)
        print(json.dumps({name: PARTS[name]() for name in chosen.only.split(",")}, indent=1))


if __name__ == "__main__":
    main()
