"""A city whose data is in made-up words of no language, with a document, a file and a person in
each state that has its own page."""

import datetime

from procedures import lifecycle
from procedures.models import ImportBatch, ImportItem
from qms.clock import today
from qms.lifecycle.agencies import close_agency, create_agency
from qms.models import Appointment, DueWork, Mail, Unit, User
from qms.proof import store
from qms.roles import CITY_ROLES, Role
from search.models import BestBet, Pending, QueryLog, Synonym
from search.queue import pending
from tests.issuing import issue as issue_now
from tests.permissions.making.contents import picture
from tests.triggers import lifted


def body(mark):
    """The content of a document with each kind of section and block."""
    every = blocks(mark)
    text = every[:1]
    return {
        "sections": [
            section("other", f"vuqox {mark}snux", text, place="front"),
            section("content", f"vuqox {mark}spax", every, number="1."),
            section("forms", f"vuqox {mark}stex", [], number="2."),
            *(section("other", "", text, place=place) for place in ("margin", "notes", "comments")),
        ]
    }


def section(kind, title, blocks, *, place="body", number=""):
    return {"kind": kind, "place": place, "number": number, "title": title, "blocks": blocks}


def blocks(mark):
    def t(place):
        return f"vuqox {mark}{place}"

    steps = {
        "type": "grid",
        "subject": "steps",
        "columns": [
            {"role": "number", "label": "TT"},
            {"role": "action", "label": t("brax")},
            {"role": "duration", "label": t("drex")},
        ],
        "rows": [
            {"kind": "row", "cells": ["1", t("frux"), "2 gix"]},
            {"kind": "phase", "cells": ["", t("glax"), ""]},
            {"kind": "row", "cells": ["2", t("grox"), "3 gix"]},
        ],
    }
    dossier = {
        "type": "grid",
        "subject": "dossier",
        "columns": [{"role": "number", "label": "TT"}, {"role": "name", "label": t("klex")}],
        "rows": [
            {"kind": "row", "cells": ["1", t("krix")]},
            {"kind": "row", "cells": ["2", t("kwax")]},
        ],
    }
    shown = {
        "type": "picture", "sha256": picture("alpha", "draft").pk, "name": "qux.png", "description": t("plux"), "caption": t("prox"), "described_by": "author",
    }  # fmt: skip
    return [
        {"type": "text", "html": f"<p>{t('skax')}</p>"},
        {"type": "heading", "number": "1.1.", "title": t("slix"), "level": 2},
        {"type": "table", "html": f"<table><tbody><tr><td>{t('smox')}</td></tr></tbody></table>"},
        steps,
        dossier,
        shown,
        {"type": "heading", "number": "1.2.", "title": "Phi, le phi", "level": 2},
        {"type": "text", "html": "<p>8.000 vux.</p>"},
    ]


def person(name, role=None, agency=None, unit=None):
    user = User.objects.create_user(
        name,
        email=f"{name}@vuqox.test",
        password="mat-khau-de-thu-2026",
        first_name=f"Zabru {name.title()}x",
    )
    if role:
        Appointment.objects.create(
            person=user,
            role=role,
            agency=agency,
            unit=unit,
            post="Drubax",
            starts_on=datetime.date(2020, 1, 1),
        )
    return user


def make_draft(agency, officer, unit, code, kind="procedure", **fields):
    return lifecycle.create_draft(
        agency,
        kind=kind,
        title=f"Vuqox {code}",
        code=code,
        content=body(code.lower()),
        by=officer,
        unit=unit,
        **fields,
    )


def issue(page, officer, on="2026-01-05", **days):
    return issue_now(page, by=officer, issued_on=datetime.date.fromisoformat(on), **days)


def make_rich_document(agency, officer, unit):
    """A procedure with every field, two versions, a signed copy and a form. Returns it and its
    first version."""
    rich = make_draft(
        agency, officer, unit, "QT-01", visibility="public", legal_basis=["12/2014/NQ-CP"],
        national_code="1.001193", local_tail="H57", field="Blexu", owner_post="Drubax",
        signers=[{"role": "drafted", "name": "Zabru Qix", "post": "Drubax"}, {"role": "approved", "name": "Zabru Qex", "post": "Drubax"}],
        source=store.add(b"x", "application/octet-stream"), source_name="vuqox.docx",
    )  # fmt: skip
    first = issue(rich, officer)
    rich.refresh_from_db()
    lifecycle.revise_draft(
        rich.specific,
        content=body("vexi"),
        by=officer,
        change_summary="Vuqox grebli",
        revision_number=1,
    )
    second = issue(rich.specific, officer, "2026-02-05")
    lifecycle.add_file(
        second,
        store.add(b"%PDF-1.4", "application/pdf"),
        name="vuqox.pdf",
        role="signed",
        by=officer,
    )
    form = make_draft(
        agency,
        officer,
        unit,
        "BM-01",
        "form",
        procedure=rich,
        file=store.add(b"PK", "application/octet-stream"),
        file_name="vuqox.xlsx",
        visibility="public",
    )
    issue(form, officer)
    return rich, first


def make_documents_in_each_state(agency, officer, unit):
    """Withdrawn, ending, struck out, waiting, in force, a draft with warnings and one without a
    code."""

    def draft(*args, **fields):
        return make_draft(agency, officer, unit, *args, **fields)

    now = today().isoformat()
    gone = draft("QT-02", visibility="public")
    lifecycle.withdraw(issue(gone, officer), reason="vuqox", by=officer)
    ending = draft("QT-03", visibility="public")
    issue(ending, officer)
    ending.refresh_from_db()
    lifecycle.revise_draft(
        ending.specific, content=body("later"), by=officer, change_summary="Vuqox"
    )
    issue(ending.specific, officer, now, effective_on=today() + datetime.timedelta(days=9))
    struck = draft("QT-04", visibility="public")
    lifecycle.strike_out(issue(struck, officer), reason="vuqox", by=officer)
    waiting = draft("QT-05", visibility="public")
    issue(waiting, officer, now, effective_on=today() + datetime.timedelta(days=30))
    issue(draft("CS-01", "policy", visibility="city"), officer)
    warned = {"code": "unknown_section", "message": "Vuqox blax", "values": []}
    draft("QT-06", flags=[warned, {**warned, "code": "missing_date"}])
    draft("", "regulation")


def make_imports(agency, officer, page):
    for taken_back in (False, True):
        batch = ImportBatch.objects.create(
            agency=agency,
            by=officer,
            taken_back_at=datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
            if taken_back
            else None,
        )
        for number, state in enumerate(
            ("read", "read", "refused", "accepted", "waiting", "unchanged", "skipped")
        ):
            file = store.add(f"{taken_back}{number}".encode(), "application/octet-stream")
            facts = {
                "name": f"vuqox{number}.docx", "sha256": file.pk, "format": "docx", "kind": "procedure", "code": f"QT-2{number}", "title": "Vuqox kladi",
                "issue_number": 1, "revision_number": 0, "issued_on": "2026-01-05", "effective_on": "2026-01-05", "agency_name": "Vuqox",
                "signers": [], "legal_basis": [], "images": 1, "source_characters": 10, "kept_characters": 9, "steps": [], "sections": [],
                "warnings": [{"code": "unknown_section", "message": "Vuqox blax", "values": []}] if number else [],
            }  # fmt: skip
            known = state in {"read", "accepted", "skipped"}
            ImportItem.objects.create(
                batch=batch, name=f"vuqox{number}.docx", file=file, sha256=file.pk, state=state, reading={"facts": facts} if known else {},
                heavy={"content": body("heavy"), "pictures": {}, "original": "Vuqox"} if known else {}, error="Vuqox" if state == "refused" else "",
                document=page if state == "accepted" else None,
            )  # fmt: skip


def make_search(agency, page):
    """Rows of the tables of search, failed queries, and indexing work that failed for good."""
    Synonym.objects.all().delete()
    with lifted():
        Synonym.history.all().delete()
    for owner in (agency, None):
        Synonym.objects.create(agency=owner, short="VQ", long="vuqox drebix")
        Synonym.objects.create(agency=owner, short="VQ", long="vuqox krobix", both_ways=False)
        for place, origin in enumerate((f"document:{page.pk}", "document:99999"), 1):
            BestBet.objects.create(
                agency=owner, text="vuqox grabix", words="vuqox grabix", origin=origin, place=place
            )
        for total in (0, 3):
            QueryLog.objects.create(
                agency=owner, text=f"vuqox {total}", words=f"vuqox {total}", total=total
            )
    row = Synonym.objects.filter(agency=agency).first()
    row.long = "vuqox plonix"
    row.save()
    for number, error in enumerate(
        (
            "ValueError: vuqox",
            "OperationalError: vuqox",
            "RuntimeError: vuqox",
            "LookupError: vuqox",
        )
    ):
        for source in ("document", "draft", "unit", "agency"):
            Pending.objects.create(
                source=source, object_id=page.pk + number, set_aside=True, tries=6, error=error
            )


def make():
    """role -> the account that holds it; "nobody" -> None."""
    agency = create_agency(code="VQX", name="Vuqox Brabant", kind="department")
    closed = create_agency(code="VQY", name="Vuqox Drebant", kind="ward")
    other = create_agency(code="VQZ", name="Vuqox Krobant", kind="service_unit")
    unit = Unit.objects.create(agency=agency, code="DRB", name="Drubax Glonk")
    Unit.objects.create(agency=agency, code="DRC", name="Drubax Plonk")
    people = {
        role: person(
            f"zab{number}",
            role,
            None if role in CITY_ROLES else agency,
            unit if role in {Role.AUTHOR, Role.UNIT_HEAD} else None,
        )
        for number, role in enumerate(Role.values)
    }
    person("fremu", Role.READER, agency)
    officer = people[Role.OFFICER]
    page, _version = make_rich_document(agency, officer, unit)
    make_documents_in_each_state(agency, officer, unit)
    lifecycle.create_draft(
        agency,
        kind="instruction",
        title="Vuqox HD",
        code="HD-01",
        content=body("hd"),
        by=people[Role.AUTHOR],
        unit=unit,
    )
    make_imports(agency, officer, page)
    for error in ("", "vuqox"):
        Mail.objects.create(
            to="fremu@vuqox.test",
            subject="Vuqox",
            body="Vuqox",
            person=people[Role.READER],
            agency=agency,
            error=error,
        )
    DueWork.objects.create(
        key="vuqox", kind="none", data={}, due_at=datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
    )
    make_search(agency, page)
    close_agency(
        closed, on_day=datetime.date(2026, 1, 5), by=people[Role.SYSTEM_ADMIN], successor=other
    )
    pending.flush()
    return {**people, "nobody": None}
