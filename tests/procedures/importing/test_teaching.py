"""Rules that an officer teaches by one file apply to the others of the batch, are kept by the
agency, listed and switched off."""

import io

import docx
import pytest
from django.urls import reverse

from procedures.importing import batches, reviewing, teaching
from procedures.importing.many import Narrowed
from procedures.importing.reading import read_item
from procedures.models import DocumentPage, ImportItem, ImportRule
from procedures.word.rules import Rule
from qms.errors import Refused
from tests.procedures.import_files import procedure
from tests.procedures.word.odd_layouts import made

pytestmark = pytest.mark.django_db
CODE = Rule("label", "code", "Định danh")


@pytest.fixture
def odd(hand_in):
    """Three files of one unusual layout and one that the reader knows, read."""
    files = {f"{n}.docx": made("labels_in_lines", n)[0] for n in (1, 2, 3)}
    return hand_in({**files, "quen.docx": procedure(whole=True)})


def read_all(batch):
    for item in batch.items.filter(state="waiting"):
        read_item.call(item.pk)


def codes(batch):
    return {i.name: reviewing.facts_of(i)["code"] for i in batch.items.all()}


def truth(number):
    return made("labels_in_lines", number)[1]


def test_a_correction_offers_a_rule_that_the_other_files_follow(odd, officer, at):
    first = odd.items.get(name="1.docx")
    assert codes(odd)["2.docx"] == ""
    batches.correct(first, {"code": truth(1)["code"]}, by=officer)
    page = at(officer).get(reverse("imports:item", args=[first.pk]))
    assert [o["meaning"] for o in page.context["offers"]] == ["Mã hiệu"]
    offer = page.context["offers"][0]["rules"][0]
    assert (offer["sentence"], offer["count"]) == (
        "Mã hiệu đứng sau “Định danh” trên cùng dòng.",
        2,
    )
    answer = at(officer).post(
        reverse("imports:teach", args=[first.pk]), {"offer": [offer["value"]]}
    )
    assert answer.status_code == 302
    assert set(odd.items.filter(state="waiting").values_list("name", flat=True)) == {
        "1.docx",
        "2.docx",
        "3.docx",
    }
    read_all(odd)
    found = codes(odd)
    assert [found[f"{n}.docx"] for n in (1, 2, 3)] == [truth(n)["code"] for n in (1, 2, 3)]
    first.refresh_from_db()
    assert first.corrections == {}
    second = odd.items.get(name="2.docx")
    assert ["code", "", truth(2)["code"]] in second.reading["changed"]
    listed = at(officer).get(reverse("imports:batch", args=[odd.pk])).content.decode()
    assert f"Mã hiệu: – → {truth(2)['code']}" in listed


def test_what_was_taught_holds_for_later_files_until_it_is_switched_off(odd, officer, hand_in, at):
    batches.teach(odd.items.get(name="1.docx"), [CODE], by=officer)
    later = {"sau.docx": made("labels_in_lines", 7)[0]}
    assert codes(hand_in(later)) == {"sau.docx": truth(7)["code"]}
    rule = ImportRule.objects.get()
    assert (rule.source, rule.by) == ("1.docx", officer)
    page = at(officer).get(reverse("imports:rules"))
    assert "Mã hiệu có nhãn “Định danh” (trên cùng dòng, ở ô bên trái hoặc ở dòng trên)." in (
        page.content.decode()
    )
    said = at(officer).post(
        reverse("imports:rules"),
        {"rule": rule.pk, "act": "off", "phrase": rule.phrase, "meaning": rule.meaning},
        follow=True,
    )
    rule.refresh_from_db()
    assert not rule.is_on and "Quy tắc đã tắt" in said.content.decode()
    assert codes(hand_in({"nua.docx": made("labels_in_lines", 8)[0]})) == {"nua.docx": ""}
    assert [h.is_on for h in rule.history.order_by("history_date")] == [True, False]
    at(officer).post(reverse("imports:rules"), {"rule": rule.pk, "act": "remove"})
    assert not ImportRule.objects.exists()
    assert ImportRule.history.filter(history_type="-").count() == 1


def test_teaching_again_changes_the_meaning_of_the_same_words(odd, officer):
    first = odd.items.get(name="1.docx")
    teaching.keep(first.batch.agency, CODE, by=officer)
    teaching.keep(first.batch.agency, Rule("label", "none", "Định danh"), by=officer)
    assert list(ImportRule.objects.values_list("meaning", flat=True)) == ["none"]


def test_nobody_else_teaches_or_sees_rules(odd, officer, author, stranger, appoint, other_agency, at):  # fmt: skip
    first = odd.items.get(name="1.docx")
    for person in (author, stranger):
        with pytest.raises(Refused, match="thư ký ISO"):
            batches.teach(first, [CODE], by=person)
        with pytest.raises(Refused, match="thư ký ISO"):
            batches.read_again(odd, None, by=person)
        with pytest.raises(Refused, match="thư ký ISO"):
            batches.set_many([first], {"kind": "form"}, by=person)
    rule = teaching.keep(first.batch.agency, CODE, by=officer)
    elsewhere = appoint("khac", "officer", other_agency)
    client = at(elsewhere)
    assert "Định danh" not in client.get(reverse("imports:rules")).content.decode()
    for name, args, data in (
        ("rules", [], {"rule": rule.pk, "act": "off"}),
        ("teach", [first.pk], {"kind": "label", "meaning": "code", "phrase": "Xx"}),
        ("read_again", [odd.pk], {}),
    ):
        assert client.post(reverse(f"imports:{name}", args=args), data).status_code == 404
    assert client.get(reverse("imports:compare", args=[first.pk])).status_code == 404
    with pytest.raises(Refused, match="thư ký ISO"):
        teaching.change(rule, by=elsewhere, phrase="X y", meaning="code", is_on=False)
    rule.refresh_from_db()
    assert rule.is_on


def test_a_rule_does_not_take_the_words_of_another(agency, officer):
    code, day = (
        teaching.keep(agency, rule, by=officer)
        for rule in (CODE, Rule("label", "issued_on", "Ngày ký"))
    )
    with pytest.raises(Refused, match="quy tắc khác cho đúng chữ này"):
        teaching.change(day, by=officer, phrase=" Định  danh ", meaning="code", is_on=True)
    teaching.change(code, by=officer, phrase="Định danh", meaning="code", is_on=False)
    assert {rule.phrase: rule.is_on for rule in ImportRule.objects.all()} == {
        "Định danh": False,
        "Ngày ký": True,
    }


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"offer": ["label|code|Bịa ra"]},
        {"kind": "label", "meaning": "moon", "phrase": "Trăng"},
        {"kind": "spot", "meaning": "code", "spot": ""},
        {"heading": ["A", "B"], "column": ["steps.moon", ""]},
    ],
)
def test_an_invalid_rule_is_reported_and_not_kept(odd, officer, at, data):
    first = odd.items.get(name="1.docx")
    answer = at(officer).post(reverse("imports:teach", args=[first.pk]), data, follow=True)
    assert answer.status_code == 200
    assert not ImportRule.objects.exists()
    assert not odd.items.filter(state="waiting").exists()


def test_a_pointed_line_teaches(odd, officer, at):
    first = odd.items.get(name="1.docx")
    url = reverse("imports:teach", args=[first.pk])
    at(officer).post(url, {"kind": "label", "meaning": "issue_number", "phrase": "Kỳ công bố"})
    read_all(odd)
    assert [
        odd.items.get(name=f"{n}.docx").reading["facts"]["issue_number"] for n in (1, 2, 3)
    ] == [truth(n)["issue_number"] for n in (1, 2, 3)]


def test_a_place_in_a_table_of_steps_is_neither_offered_nor_taken(odd, officer, at):
    first = odd.items.get(name="1.docx")
    page = at(officer).get(reverse("imports:item", args=[first.pk]))
    cells = [c for block in page.context["pointed"] for row in block.get("rows", ()) for c in row]
    moving = [line["spot"] for cell in cells for line in cell["lines"] if line["moves"]]
    assert moving
    data = {"kind": "spot", "meaning": "code", "spot": moving[-1]}
    told = at(officer).post(reverse("imports:teach", args=[first.pk]), data, follow=True)
    assert "bảng thêm hàng qua các lần sửa đổi" in told.content.decode()
    assert not ImportRule.objects.exists()


def test_a_rule_that_changes_nothing_is_said_to_once_all_files_are_read_again(odd, officer, at):
    idle = Rule("label", "none", "Định danh")  # the reader takes it for no label anyway
    batches.teach(odd.items.get(name="1.docx"), [idle], by=officer)
    address, said = reverse("imports:batch", args=[odd.pk]), "Quy tắc không đổi gì ở 3 tệp"
    read_item.call(odd.items.get(name="1.docx").pk)
    assert said not in at(officer).get(address).content.decode()
    read_all(odd)
    page = " ".join(at(officer).get(address).content.decode().split())
    assert f"{said} đã đọc lại: “Định danh” không phải là nhãn." in page
    assert "đọc lại 3 tệp, 0 thay đổi" in page and "Không tệp nào thay đổi." in page
    assert page.count("Đọc lại theo quy tắc: không có gì đổi.") == 3
    rule = ImportRule.objects.get()
    dropped = at(officer).post(
        reverse("imports:rules"), {"rule": rule.pk, "act": "remove", "batch": odd.pk}, follow=True
    )
    assert dropped.redirect_chain[-1][0] == address
    assert "Quy tắc không còn được giữ." in dropped.content.decode()
    assert not ImportRule.objects.exists()
    batches.teach(odd.items.get(name="1.docx"), [CODE], by=officer)
    read_all(odd)
    page = " ".join(at(officer).get(address).content.decode().split())
    assert said not in page and "đọc lại 3 tệp, 3 thay đổi" in page
    assert [name for _pk, name in at(officer).get(address).context["reread"].named] == [
        "1.docx",
        "2.docx",
        "3.docx",
    ]


def test_the_columns_of_a_table_are_named_once_for_all_files(hand_in, officer, at):
    odd = hand_in({f"{n}.docx": made("odd_columns", n)[0] for n in (1, 2)})
    first = odd.items.get(name="1.docx")
    page = at(officer).get(reverse("imports:item", args=[first.pk]))
    heads = page.context["tables"][-1]["headings"]
    meant = ["steps.number", "steps.action", "steps.responsible", "steps.duration"]
    data = {"heading": heads, "column": meant}
    at(officer).post(reverse("imports:teach", args=[first.pk]), data)
    read_all(odd)
    for n in (1, 2):
        steps = odd.items.get(name=f"{n}.docx").reading["facts"]["steps"]
        assert [(s["action"], s["responsible"], s["durations"][0]) for s in steps] == made(
            "odd_columns", n
        )[1]["steps"]


def test_many_files_are_set_at_once_and_what_else_was_corrected_stays(odd, officer, agency, at):
    unit = agency.units.create(code="VP", name="Văn phòng")
    first = odd.items.get(name="1.docx")
    batches.correct(first, {"code": "QT-77"}, by=officer)
    chosen = list(odd.items.values_list("pk", flat=True))
    data = {
        "chosen": chosen, "act": "set", "many-unit": unit.pk, "many-owner_post": "Chánh Văn phòng", "many-visibility": "agency",
        "many-kind": "",
    }  # fmt: skip
    at(officer).post(reverse("imports:act", args=[odd.pk]), data)
    first.refresh_from_db()
    assert first.corrections == {
        "code": "QT-77",
        "unit": unit.pk,
        "owner_post": "Chánh Văn phòng",
        "visibility": "agency",
    }
    page = batches.accept(first, by=officer).document
    assert (page.unit, page.owner_post, page.visibility) == (unit, "Chánh Văn phòng", "agency")


def test_the_list_is_narrowed_by_warning_confidence_and_words(odd, officer, at):
    review = reviewing.Review(odd)
    known = odd.items.get(name="quen.docx").pk
    assert Narrowed("missing_code").keys(review) == list(
        odd.items.exclude(pk=known).values_list("pk", flat=True)
    )
    assert Narrowed("none").keys(review) == [known]
    assert Narrowed(words="trich luc ho tich").keys(review) == [known]
    assert Narrowed(confidence="cao").keys(review) + Narrowed(confidence="vua").keys(review) != []
    page = at(officer).get(reverse("imports:batch", args=[odd.pk]) + "?canh_bao=missing_code")
    assert [row["item"].name for row in page.context["rows"]] == ["1.docx", "2.docx", "3.docx"]


def test_what_joins_a_document_shows_both_texts_before_it_is_accepted(hand_in, officer, at):
    batches.accept(hand_in({"a.docx": procedure()}).items.get(), by=officer)
    second = hand_in({"b.docx": procedure(issue="02", text="Áp dụng cho CANARYMOI.")})
    item = second.items.get()
    client, act = at(officer), reverse("imports:act", args=[second.pk])
    for data in ({"act": f"accept:{item.pk}"}, {"act": "accept", "chosen": [item.pk]}):
        asked = client.post(act, data)
        assert asked.status_code == 200
        assert "CANARYMOI" in asked.content.decode()
    item.refresh_from_db()
    assert item.state == ImportItem.State.READ
    assert "CANARYMOI" in client.get(reverse("imports:compare", args=[item.pk])).content.decode()
    joins = f"{item.pk}:{DocumentPage.objects.get().pk}"
    client.post(act, {"act": "accept", "chosen": [item.pk], "sure": "1", "joins": joins})
    item.refresh_from_db()
    assert item.state == ImportItem.State.ACCEPTED


def test_two_values_of_the_paper_are_both_offered_with_their_places(hand_in, officer, at):
    document = docx.Document(io.BytesIO(procedure(issue="01")))
    document.sections[0].footer.paragraphs[0].text = "Lần ban hành: 03"
    out = io.BytesIO()
    document.save(out)
    item = hand_in({"a.docx": out.getvalue()}).items.get()
    page = at(officer).get(reverse("imports:item", args=[item.pk]))
    (conflict,) = page.context["conflicts"]
    assert conflict["fact"] == "issue_number"
    assert [(v["shown"], v["where"], bool(v["lines"])) for v in conflict["values"]] == [
        ("1", "phần đầu", True),
        ("3", "chân trang", True),
    ]
