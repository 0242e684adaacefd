"""An agency with two units, their people, documents in force, and reading rules."""

import datetime
from types import SimpleNamespace

import pytest

from procedures import lifecycle as documents
from procedures.models import Version
from procedures.readership.reading import lifecycle
from qms.clock import on_day, today
from qms.lifecycle.agencies import save_unit
from qms.models import Unit
from tests.issuing import issue as issue_now
from tests.kept import around, kept


def days(count: int) -> datetime.timedelta:
    return datetime.timedelta(days=count)


@pytest.fixture(autouse=True)
@around
def one_day():
    """The fixed date of these tests."""
    with on_day(datetime.date(2026, 11, 29)):
        yield


@pytest.fixture
@kept
def cast(agency, officer, reader, stranger, overseer, other_agency, appoint, make_document):
    office, field = (
        save_unit(Unit(agency=agency, code=code, name=name), by=None)
        for code, name in (("VP", "Văn phòng"), ("BTTP", "Phòng Bổ trợ tư pháp"))
    )
    page = make_document(
        agency, officer, code="QT-05", title="Cấp phiếu", issued="2026-01-05", unit=field,
        owner_post="Trưởng phòng Bổ trợ tư pháp", review_months=12, issue_number=1, revision_number=0,
    )  # fmt: skip
    form = make_document(
        agency, officer, code="BM-01", title="Giấy tiếp nhận", kind="form", issued="2026-01-05",
        body={"sections": []},
    )  # fmt: skip
    return SimpleNamespace(
        agency=agency, other_agency=other_agency, office=office, field=field, officer=officer,
        reader=reader, stranger=stranger, overseer=overseer, page=page, form=form,
        version=Version.objects.get(document=page),
        head=appoint("head", "approver", agency, name="Ngô Giám Đốc", unit=office),
        clerk=appoint("clerk", "reader", agency, name="Lý Chuyên Viên", unit=field, post="Chuyên viên"),
        colleague=appoint("colleague", "reader", agency, name="Mai Đồng Nghiệp", unit=field),
        owner=appoint("owner", "reader", agency, name="Hồ Trưởng Phòng", unit=field, post="Trưởng phòng Bổ trợ tư pháp"),
        elsewhere=appoint("elsewhere", "reader", other_agency, name="Trịnh Nơi Khác"),
    )  # fmt: skip


def make_rule(cast, **fields):
    given = {
        "what": {"document": cast.page.pk}, "audience": {"units": [cast.field.pk]}, "days": 7,
        "each_version": True, "by": cast.officer,
    }  # fmt: skip
    return lifecycle.save_rule(cast.agency, **{**given, **fields})


@pytest.fixture
@kept
def rule(cast):
    """The people of the field unit must read the procedure within a week."""
    return make_rule(cast)


def issue_again(cast, on_day=None, **changes):
    """The next version of the procedure, in force immediately."""
    page = documents.revise_draft(
        cast.page.specific, by=cast.officer, **{"change_summary": "Sửa bước 2", **changes}
    )
    return issue_now(page, issued_on=on_day or today(), by=cast.officer)
