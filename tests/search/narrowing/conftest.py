"""Documents of two agencies that differ in everything that the search page can filter by."""

import datetime

import pytest

from procedures.models import Clause
from qms.models import Unit
from search.queue import pending
from tests.conftest import content
from tests.issuing import issue as issue_now
from tests.kept import kept


@pytest.fixture
@kept
def units(agency, other_agency):
    return {
        name: Unit.objects.create(agency=body, name=name)
        for name, body in (
            ("Phòng Hộ tịch", agency),
            ("Văn phòng", agency),
            ("Phòng Mật", other_agency),
        )
    }


@pytest.fixture
@kept
def documents(agency, other_agency, make_document, units):
    """Documents of two agencies that differ in everything that can be filtered."""

    def make(owner, number, title, *, clauses=(), issued="2026-01-05", **fields):
        page = make_document(
            owner,
            code=f"QT-{number:02}",
            title=title,
            visibility=fields.pop("visibility", "public"),
            **fields,
        )
        page.clauses.set(Clause.objects.filter(number__in=clauses))
        page.save_revision()
        issue_now(page, issued_on=datetime.date.fromisoformat(issued), by=None)
        return page

    laws = ["60/2014/QH13", "123/2015/NĐ-CP"]
    return [
        make(
            agency,
            1,
            "Kế hoạch khai sinh",
            body=content("Lệ phí do Hội đồng nhân dân quy định."),
            unit=units["Phòng Hộ tịch"],
            field="Hộ tịch",
            clauses=("8.5", "8.6"),
            legal_basis=laws,
        ),
        make(
            agency,
            2,
            "Kế hoạch kết hôn",
            unit=units["Phòng Hộ tịch"],
            field="Hộ tịch",
            clauses=("8.5",),
            legal_basis=laws[:1],
            issued="2025-02-01",
        ),
        make(
            agency,
            3,
            "Kế hoạch văn thư",
            kind="instruction",
            unit=units["Văn phòng"],
            clauses=("7.5",),
        ),
        make(other_agency, 4, "Kế hoạch họp", kind="regulation", issued="2024-03-01"),
        make(other_agency, 5, "Kế hoạch mật", unit=units["Phòng Mật"], visibility="agency"),
    ]


@pytest.fixture
def shelf(product, documents):
    """The documents, in the index."""
    pending.flush()
    return documents
