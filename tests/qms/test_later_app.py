"""Parts that a later app registers with `qms.frame` appear on an agency's pages, the home page, the
admin's home page and in histories."""

import re

import pytest
from django.urls import reverse
from wagtail.admin.ui.components import Component

from qms import access, frame
from qms.proof import journal

EVENTS = {"finding_closed": "Đóng điểm không phù hợp"}
FACTS = {"measure": "biện pháp"}


class FindingsPanel(Component):
    def render_html(self, parent_context=None):
        return "<p>Bảng điểm không phù hợp</p>"


@pytest.fixture
def audits_app(agency):
    """Parts as an app of audits would register them in its `ready()`; removed afterwards."""

    def theirs(user, body):
        return bool(access.roles_in(user, body))

    def tasks(user):
        if access.has_role(user, agency, "officer", "reader"):
            yield frame.Task("Khắc phục KPH-07", "/audits/7/", "hạn 01/02/2026", overdue=True)

    def panel(request):
        return FindingsPanel() if access.has_role(request.user, agency, "officer") else None

    def block(request):
        return {"total": 3} if access.home_agencies(request.user) else None

    parts = [
        frame.AgencyTab("findings", "Điểm không phù hợp", lambda body: f"/audits/{body.pk}/",
                        may_open=theirs, count=lambda body: 12, order=30),
        frame.HomeBlock("findings", "tests/findings.html", block, order=15),
        frame.Band("unsent", "tests/unsent.html", lambda request: "device" in request.COOKIES),
        frame.AdminPanel("findings", panel, order=120),
        frame.TaskSource("actions", "Hành động chờ bạn", tasks, order=15, on_home=True),
    ]  # fmt: skip
    for part in parts:
        frame.add(part)
    frame.name_events(EVENTS, FACTS)
    yield parts
    for part in parts:
        frame.remove(part)
    frame.forget_events(EVENTS, FACTS)


@pytest.fixture(autouse=True)
def template_of_the_app(settings, tmp_path):
    folder = tmp_path / "templates" / "tests"
    folder.mkdir(parents=True)
    (folder / "findings.html").write_text("<p>{{ block.total }} điểm không phù hợp</p>")
    (folder / "unsent.html").write_text("<p>7 câu trả lời chưa gửi</p>")
    settings.TEMPLATES = [
        {**engine, "DIRS": [*engine["DIRS"], tmp_path / "templates"]}
        for engine in settings.TEMPLATES
    ]


def page(client, user, address):
    client.force_login(user) if user else client.logout()
    return client.get(address).content.decode()


def test_its_tab_is_on_every_page_of_an_agency_in_its_place(client, audits_app, agency, reader):
    for name in ("agency", "agency_register", "agency_people"):
        html = page(client, reader, reverse(name, args=[agency.pk]))
        tabs = re.search(r'<nav class="tabs".*?</nav>', html, re.DOTALL).group()
        labels = re.findall(r">([^<>]*\w)\s*(?:<span|</a>)", tabs)
        assert labels == [
            "Tài liệu",
            "Danh mục",
            "Đánh giá",
            "Điểm không phù hợp",
            "Soát xét",
            "Cán bộ",
        ]
        assert f'href="/audits/{agency.pk}/"' in tabs and ">12<" in tabs


def test_only_people_who_may_open_its_tab_see_it(client, audits_app, agency, stranger):
    for user in (None, stranger):
        html = page(client, user, reverse("agency", args=[agency.pk]))
        assert "Điểm không phù hợp" not in html


def test_its_block_and_its_tasks_are_on_the_home_page(client, audits_app, agency, reader):
    html = page(client, reader, "/")
    assert "3 điểm không phù hợp" in html
    assert 'href="/audits/7/"' in html and "hạn 01/02/2026" in html and "Quá hạn" in html
    assert html.index("Hành động chờ bạn") < html.index("3 điểm") < html.index("Mới ban hành")


def test_strangers_see_neither_its_block_nor_its_tasks_at_home(client, audits_app, stranger):
    assert "3 điểm không phù hợp" not in page(client, None, "/")
    assert "/audits/7/" not in page(client, stranger, "/")


def test_its_line_is_on_every_page_that_wants_it(client, audits_app, agency, reader):
    def carried(places):
        return {"7 câu trả lời chưa gửi" in client.get(one).content.decode() for one in places}

    open_to_all = ["/khong-co/", reverse("account_login")]
    client.cookies["device"] = "1"
    assert carried(open_to_all) == {True}
    client.force_login(reader)
    places = ["/", "/khong-co/", reverse("agency", args=[agency.pk]), reverse("my_account")]
    assert carried(places) == {True}
    del client.cookies["device"]
    assert carried(places) == {False}


def test_its_panel_and_its_tasks_are_on_the_admins_first_page(
    client, audits_app, agency, officer, make_document
):
    make_document(agency, officer, code="QT-77")
    html = page(client, officer, "/admin/")
    assert html.index("Hành động chờ bạn") < html.index("Đang soạn, sửa gần nhất")
    assert html.index("QT-77") < html.index("Bảng điểm không phù hợp")
    assert 'href="/audits/7/"' in html and "Quá hạn" in html


def test_the_officer_of_another_agency_sees_nothing_of_it_there(client, audits_app, stranger):
    html = page(client, stranger, "/admin/")
    assert "Bảng điểm không phù hợp" not in html and "/audits/7/" not in html


def test_its_events_are_named_in_the_history_of_an_agency(client, audits_app, agency, system_admin):
    journal.append(
        "finding_closed", f"agency:{agency.pk}", agency=agency, by=None, measure="đào tạo lại"
    )
    html = page(client, system_admin, reverse("agencies:acts", args=[agency.pk]))
    assert "Đóng điểm không phù hợp" in html and "biện pháp: đào tạo lại" in html


def test_without_it_nothing_of_it_is_left(client, agency, reader, officer):
    seen = page(client, reader, "/") + page(client, officer, "/admin/")
    seen += page(client, reader, reverse("agency", args=[agency.pk]))
    assert "/audits/" not in seen and frame.event_label("finding_closed") == "finding_closed"
