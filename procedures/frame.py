"""Registers documents with `qms.frame`: agency tabs, blocks of the home page, panels, waiting
tasks, names of events."""

from functools import partial

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procedures import rules as document_rules
from procedures import telling
from procedures.approval import deciding
from procedures.changes import frame as changes
from procedures.officer import dashboard
from procedures.officer.register import drafting_agencies
from procedures.reader import following, home, oversight, staff
from procedures.readership import counting
from procedures.readership.reading import rules as reading_rules
from procedures.readership.reading import waiting
from procedures.readership.reviews import rules as review_rules
from procedures.readership.reviews import waiting as reviews
from qms import frame, rules
from qms.desk import subjects
from qms.models import Agency

EVENTS = {
    "draft_created": _("Tạo bản thảo"),
    "draft_deleted": _("Xóa tài liệu"),
    "flags_seen": _("Đã xem lại cảnh báo khi nhập"),
    "issued": _("Ban hành"),
    "decided": _("Ghi quyết định ban hành"),
    "recorded": _("Ghi nhận bản giấy"),
    "withdrawn": _("Thu hồi"),
    "reinstated": _("Khôi phục hiệu lực"),
    "struck_out": _("Hủy bỏ do ghi nhầm"),
    "file_added": _("Bổ sung tệp"),
    "narrowed": _("Thu hẹp phạm vi xem"),
    "imported": _("Nhập từ tệp"),
    "import_undone": _("Rút lại cả đợt ghi nhận bản giấy"),
    "taking_in_closed": _("Đóng tiếp nhận bản giấy"),
    "taking_in_reopened": _("Mở lại tiếp nhận bản giấy"),
    "taken_back": _("Rút lại bản nhập"),
    "city_template_kept": _("Đặt làm bản mẫu của thành phố"),
    "city_template_dropped": _("Bỏ khỏi bản mẫu của thành phố"),
    "reading_rule_made": _("Lập quy tắc đọc"),
    "reading_rule_changed": _("Sửa quy tắc đọc"),
    "reading_rule_ended": _("Ngừng áp dụng quy tắc đọc"),
    "read_confirmed": _("Xác nhận đã đọc và hiểu"),
    "reviewed": _("Soát xét định kỳ"),
}


def _documents(agency: Agency) -> str:
    return agency.get_absolute_url()


def _register(agency: Agency) -> str:
    return reverse("agency_register", args=[agency.pk])


def _reading(agency: Agency) -> str:
    return reverse("agency_reading", args=[agency.pk])


def _reviews(agency: Agency) -> str:
    return reverse("agency_reviews", args=[agency.pk])


def _people(agency: Agency) -> str:
    return reverse("agency_people", args=[agency.pk])


def work_panel(request: HttpRequest) -> dashboard.WorkPanel | None:
    return dashboard.WorkPanel(request) if drafting_agencies(request.user) else None


def news_panel(request: HttpRequest) -> dashboard.NewsPanel | None:
    return dashboard.NewsPanel(request) if drafting_agencies(request.user) else None


PARTS = (
    frame.AgencyTab("documents", _("Tài liệu"), _documents, order=10),
    frame.AgencyTab(
        "register", _("Danh mục"), _register, may_open=document_rules.may_see_register, order=20
    ),
    frame.AgencyTab(
        "reading", _("Đọc và hiểu"), _reading, may_open=reading_rules.may_see_readership, order=40
    ),
    frame.AgencyTab(
        "reviews", _("Soát xét"), _reviews, may_open=review_rules.may_see_reviews, order=45
    ),
    frame.AgencyTab(
        "people", _("Cán bộ"), _people, may_open=rules.may_see_people, count=staff.count, order=90
    ),
    frame.HomeBlock(
        "oversight", "procedures/home/oversight.html", oversight.on_home, order=5
    ),
    frame.HomeBlock("mine", "procedures/home/mine.html", home.mine, order=10),
    frame.HomeBlock("news", "procedures/home/news.html", home.news, order=20),
    frame.HomeBlock("agencies", "procedures/home/agencies.html", home.agencies, order=30),
    frame.AdminPanel("work", work_panel, order=100),
    frame.AdminPanel("news", news_panel, order=200),
    frame.TaskSource(
        "imports", _("Tệp nhập đang chờ bạn"), dashboard.imports, order=10,
        waiting=dashboard.imports_waiting, every=partial(dashboard.imports, most=None),
    ),
    frame.TaskSource(
        "reading", _("Cần đọc và xác nhận"), waiting.tasks, order=5, on_home=True,
        numbers=counting.numbers, every=partial(waiting.tasks, most=None),
    ),
    frame.TaskSource(
        "decisions", _("Chờ ghi số quyết định"), deciding.tasks, order=11,
        waiting=deciding.waiting, every=partial(deciding.tasks, most=1000),
    ),
    frame.TaskSource("drafts", _("Đang soạn, sửa gần nhất"), dashboard.drafts, order=20),
    frame.TaskSource(
        "reviews", _("Đến kỳ soát xét"), reviews.tasks, order=30, on_home=True,
        numbers=counting.numbers, every=partial(reviews.tasks, most=None),
    ),
    frame.TaskSource(
        "withdrawals", _("Cần trình thu hồi"), reviews.withdrawals, order=31,
        waiting=reviews.to_withdraw, every=partial(reviews.withdrawals, most=None),
    ),
)  # fmt: skip


def register() -> None:
    """Called once, when the app is ready."""
    frame.name_events(EVENTS)
    subjects.add(following.DOCUMENTS)
    telling.register()
    for part in PARTS:
        frame.add(part)
    changes.register()
