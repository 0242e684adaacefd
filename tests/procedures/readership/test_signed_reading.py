"""Reading confirmed by signature, if the rule requires it; and verdicts that lead to a request."""

import datetime

import pytest
from django.urls import reverse

from procedures.approval import withdrawing
from procedures.models import Confirmation, ReadingRule, Review
from procedures.readership.reading import lifecycle
from procedures.readership.reviews import lifecycle as reviews
from qms.approvals import signing
from qms.approvals.lifecycle.signatures import NotProved
from qms.errors import Refused
from qms.models import Event, Notice, SigningTry
from tests.kept import kept, tool
from tests.procedures.readership.conftest import days, issue_again, make_rule

pytestmark = pytest.mark.django_db
SECRET = "mat-khau-de-thu-2026"


@pytest.fixture
@kept
def signed(cast):
    """The people of the field unit confirm by signature."""
    return make_rule(cast, signed=True)


@pytest.fixture
@tool
def press(client):
    def post(person, version, **data):
        client.force_login(person)
        address = reverse("confirm_reading", args=[version.pk])
        return client.post(address, data, follow=True).content.decode()

    return post


def test_it_is_confirmed_with_the_password_and_says_so(cast, signed, press, client):
    client.force_login(cast.clerk)
    shown = client.get(reverse("document", args=[cast.page.pk])).content.decode()
    assert 'name="signing_password"' in shown and "Ký: tôi đã đọc và hiểu" in shown
    shown = press(cast.clerk, cast.version, signing_password=SECRET, way="password")
    assert "Đã ghi nhận" in shown and "Có chữ ký" in shown and SECRET not in shown
    one = Confirmation.objects.get()
    assert (one.way, one.rule, one.person) == ("password", signed, cast.clerk)
    assert Event.objects.get(kind="read_confirmed").data["way"] == "password"
    client.force_login(cast.officer)
    readers = reverse("version_readers", args=[cast.version.pk])
    assert "có chữ ký" in client.get(readers).content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"signing_password": "sai", "way": "password"}, "Mật khẩu chưa đúng"),
        ({"signing_password": "", "way": "password"}, "Hãy nhập mật khẩu"),
        ({"signing_password": SECRET, "way": "totp"}, "vừa thay đổi"),
        ({}, "vừa thay đổi"),
    ],
)
def test_without_the_right_proof_nothing_is_confirmed(cast, signed, press, typed, says):
    assert says in press(cast.clerk, cast.version, **typed)
    assert not Confirmation.objects.exists()


def test_wrong_passwords_are_counted_and_lock_signing_not_reading(cast, signed, press, client):
    for number in range(signing.LIMIT):
        press(cast.clerk, cast.version, signing_password=f"sai {number}", way="password")
    assert SigningTry.objects.filter(person=cast.clerk, failed=True).count() == signing.LIMIT
    assert Event.objects.filter(kind="signing_failed").count() == signing.LIMIT
    told = Notice.objects.filter(kind="signing_locked").values_list("person", flat=True)
    assert sorted(told) == sorted([cast.clerk.pk, cast.officer.pk])
    said = press(cast.clerk, cast.version, signing_password=SECRET, way="password")
    assert "tạm khóa" in said and "Cấp phiếu" in said
    assert not Confirmation.objects.exists()


def test_a_second_press_finds_the_first_confirmation(cast, signed):
    first = lifecycle.confirm(cast.version, by=cast.clerk, secret=SECRET, way="password")
    assert lifecycle.confirm(cast.version, by=cast.clerk) == first
    assert Confirmation.objects.count() == 1


def test_who_need_not_read_it_signs_nothing(cast, signed):
    for person in (cast.reader, cast.head, cast.elsewhere):
        with pytest.raises(Refused, match="Không có quy tắc"):
            lifecycle.confirm(cast.version, by=person, secret=SECRET, way="password")
    assert not SigningTry.objects.exists()


def test_a_page_of_an_earlier_version_signs_nothing(cast, signed):
    issue_again(cast)
    with pytest.raises(Refused, match="đã thay phiên bản này"):
        lifecycle.confirm(cast.version, by=cast.clerk, secret=SECRET, way="password")
    assert not SigningTry.objects.exists()


def test_a_rule_with_a_signature_goes_before_one_without(cast, signed):
    make_rule(cast, audience={"everyone": True})
    with pytest.raises(NotProved):
        lifecycle.confirm(cast.version, by=cast.clerk, secret="sai", way="password")
    assert lifecycle.confirm(cast.version, by=cast.reader).way == ""


def test_somebody_without_a_password_is_told_whom_to_ask(cast, signed, client):
    cast.clerk.set_unusable_password()
    cast.clerk.save()
    client.force_login(cast.clerk)
    shown = client.get(reverse("document", args=[cast.page.pk])).content.decode()
    assert "quản trị cơ quan cấp liên kết" in shown and "signing_password" not in shown


def test_the_officer_chooses_it_in_the_form(cast, client):
    client.force_login(cast.officer)
    typed = {
        "about": "document", "document": cast.page.pk, "who": "units", "units": [cast.field.pk],
        "days": "7", "each_version": "on", "signed": "on",
    }  # fmt: skip
    address = reverse("agency_reading_rules", args=[cast.agency.pk])
    client.post(reverse("reading_rule_new", args=[cast.agency.pk]), typed)
    rule = ReadingRule.objects.get()
    assert rule.signed and "xác nhận bằng chữ ký" in client.get(address).content.decode()
    del typed["signed"]
    client.post(reverse("reading_rule", args=[rule.pk]), typed)
    rule.refresh_from_db()
    assert not rule.signed


# -- verdicts


def verdict(cast, by, client, **typed):
    client.force_login(by)
    address = reverse("document_review", args=[cast.page.pk])
    shown = client.get(address).context["form"]
    hidden = {name: shown[name].value() or "" for name in ("version", "after")}
    next_on = f"{reviews.latest_day(cast.version)}"
    return client.post(address, {"next_on": next_on, "reason": "Thủ tục đã bãi bỏ", **hidden, **typed})  # fmt: skip


def test_withdraw_leads_the_officer_to_the_request_filled_in(cast, client):
    answer = verdict(cast, cast.officer, client, verdict="withdraw")
    made = Review.objects.get()
    assert answer.url == f"{reverse('procedures_admin:act', args=[cast.version.pk, 'thu-hoi'])}?soat-xet={made.pk}"  # fmt: skip
    form = client.get(answer.url).context["form"]
    day = datetime.date(2026, 11, 29)
    said = f"Theo kết luận soát xét ngày {day:%d/%m/%Y} của {cast.officer}: Thủ tục đã bãi bỏ"
    assert form.initial["reason"] == said
    client.post(answer.url, {"reason": said, "on_day": f"{day + days(1):%d/%m/%Y}"})
    assert not withdrawing.Version.objects.withdrawn().exists()


def test_somebody_else_s_verdict_leads_the_officers_there(cast, client):
    answer = verdict(cast, cast.owner, client, verdict="withdraw")
    assert answer.url.endswith("#soat-xet")
    notice = Notice.objects.get(kind="review_withdraw")
    assert notice.person == cast.officer
    client.force_login(cast.officer)
    form = client.get(notice.url).context["form"]
    assert (
        "Thủ tục đã bãi bỏ" in form.initial["reason"] and str(cast.owner) in form.initial["reason"]
    )


@pytest.mark.parametrize("asked", ["0", "x", "9" * 30, "-1"])
def test_an_odd_number_in_the_address_fills_in_nothing(cast, client, asked):
    client.force_login(cast.officer)
    address = reverse("procedures_admin:act", args=[cast.version.pk, "thu-hoi"])
    assert client.get(f"{address}?soat-xet={asked}").context["form"].initial["reason"] == ""


def test_a_verdict_of_another_kind_or_document_fills_in_nothing(cast, client):
    verdict(cast, cast.officer, client, verdict="keep")
    address = reverse("procedures_admin:act", args=[cast.version.pk, "thu-hoi"])
    asked = f"{address}?soat-xet={Review.objects.get().pk}"
    assert client.get(asked).context["form"].initial["reason"] == ""
