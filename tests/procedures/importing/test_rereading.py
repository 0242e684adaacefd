"""What an officer hears about reading rules: what each changed, in how many files it helped, where
all of them are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procedures.importing import batches, meanings, rereading
from procedures.importing.reading import read_item
from procedures.models import ImportItem, ImportRule
from procedures.word import teach
from procedures.word.lines import Line
from procedures.word.rules import Rule
from tests.procedures.import_files import resaved
from tests.procedures.word.odd_layouts import made

CODE = Rule("label", "code", "Định danh")


@pytest.fixture
def at(client, officer):
    """A client signed in as the officer."""
    client.force_login(officer, backend="qms.accounts.backends.Accounts")
    return client


@pytest.fixture
def odd(hand_in):
    """Two files of one unusual layout, read."""
    return hand_in({f"{n}.docx": made("labels_in_lines", n)[0] for n in (1, 2)})


def read_all(batch):
    for item in batch.items.filter(state="waiting"):
        read_item.call(item.pk)


def spaced(answer):
    return " ".join(answer.content.decode().split())


def changed(*changes):
    return meanings.worded_changes(ImportItem(reading={"changed": [list(c) for c in changes]}))


def signer(name, post, role="approved"):
    return {"role": role, "name": name, "post": post}


# -- what changed


@pytest.mark.pure
def test_a_signer_who_differs_in_the_post_alone_shows_the_posts():
    old, new = signer("Trần Văn Bình", ""), signer("Trần Văn Bình", "Giám đốc")
    assert changed(("signers", [old], [new])) == [
        "Người phê duyệt: Trần Văn Bình, không có chức vụ → Trần Văn Bình, Giám đốc"
    ]


@pytest.mark.pure
def test_a_signer_in_another_role_shows_both_roles():
    old, new = signer("Vũ Thu Hà", "", "drafted"), signer("Vũ Thu Hà", "", "reviewed")
    assert changed(("signers", [old], [new])) == [
        "Người soạn thảo: Vũ Thu Hà → –",
        "Người xem xét: – → Vũ Thu Hà",
    ]


@pytest.mark.pure
def test_lists_of_one_length_say_what_differs():
    old = {"number": "1", "action": "Nhận", "responsible": "", "durations": ["1 ngày"]}
    new = {**old, "responsible": "Văn thư", "durations": ["2 ngày"]}
    assert changed(("steps", [old, old], [old, new])) == [
        "Các bước: 1/2 mục đổi (ai làm, thời gian)"
    ]
    assert changed(("steps", [], [old])) == ["Các bước: – → 1"]


# -- what is said of a rule


LINES = [
    Line("front", "front:p0", "Định danh QT-01"),
    Line("front", "front:t0.r0.c0.l0", "Số quản"),
    Line("front", "front:t0.r0.c1.l0", "QT-02"),
    Line("front", "front:t1.r0.c0.l0", "Chuẩn y"),
    Line("front", "front:t1.r1.c0.l0", "Lê Minh Châu"),
    Line("front", "front:p1", "Tên gọi"),
    Line("front", "front:p2", "Tiếp công dân"),
]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("rule", "value", "said"),
    [
        (CODE, "QT-01", "Mã hiệu đứng sau “Định danh” trên cùng dòng."),
        (Rule("label", "code", "Số quản"), "QT-02", "Mã hiệu ở cùng hàng, bên phải “Số quản”."),
        (Rule("label", "approved", "Chuẩn y"), "Lê Minh Châu", "Người phê duyệt ở cùng cột, dưới “Chuẩn y”."),
        (Rule("label", "title", "Tên gọi"), "Tiếp công dân", "Tên tài liệu ở dòng dưới “Tên gọi”."),
        (Rule("below", "code", "Số quản"), "QT-02", "Mã hiệu ở ô dưới “Số quản”."),
        (Rule("spot", "code", "front:t0.r0.c1.l0"), "QT-02", "Mã hiệu luôn ở đúng vị trí này (phần đầu, bảng 1, hàng 1, cột 2)."),
    ],
)  # fmt: skip
def test_the_sentence_of_an_offer_says_where_the_value_is(rule, value, said):
    assert meanings.sentence(rule, teach.where(LINES, rule, value)) == said


@pytest.mark.pure
def test_the_sentence_of_a_kept_rule_names_every_place_where_it_looks():
    said = meanings.sentence(Rule("label", "approved", "Chuẩn y"))
    assert said == "Người phê duyệt có nhãn “Chuẩn y” (trên cùng dòng, cùng hàng hoặc cùng cột)."


# -- what is said after reading again


@pytest.mark.django_db
def test_the_report_counts_the_files_and_names_those_that_changed(odd, officer):
    batches.teach(odd.items.get(name="1.docx"), [CODE], by=officer)
    assert rereading.last(odd) is None  # while files wait
    read_all(odd)
    found = rereading.last(odd)
    assert (found.files, [name for _pk, name in found.changed]) == (2, ["1.docx", "2.docx"])
    assert found.idle == []


@pytest.mark.django_db
def test_an_effective_rule_hides_no_idle_one(odd, officer):
    idle = Rule("label", "effective_on", "Tác giả")
    batches.teach(odd.items.get(name="1.docx"), [CODE, idle], by=officer)
    read_all(odd)
    (said,) = rereading.last(odd).idle
    assert said.sentence.startswith("Ngày hiệu lực có nhãn “Tác giả”") and said.files == 2
    assert said.pk == ImportRule.objects.get(phrase="Tác giả").pk


@pytest.mark.django_db
def test_the_report_outlives_accepting_and_speaks_of_the_last_round(at, odd, officer):
    batches.teach(odd.items.get(name="1.docx"), [CODE], by=officer)
    read_all(odd)
    batches.accept(odd.items.get(name="2.docx"), by=officer)
    shown = spaced(at.get(reverse("imports:batch", args=[odd.pk])))
    assert "đọc lại 2 tệp, 2 thay đổi" in shown
    at.post(reverse("imports:read_again", args=[odd.pk]))
    read_all(odd)
    shown = spaced(at.get(reverse("imports:batch", args=[odd.pk])))
    assert "đọc lại 1 tệp, 0 thay đổi" in shown and "Không tệp nào thay đổi." in shown


@pytest.mark.django_db
def test_a_file_that_turns_out_to_be_known_already_counts_as_changed(odd, officer, hand_in):
    data, truth = made("labels_in_lines", 1)
    known = hand_in({"da-co.docx": resaved(data)}).items.get()
    batches.correct(known, {"code": truth["code"]}, by=officer)
    known.refresh_from_db()
    batches.accept(known, by=officer)
    batches.teach(odd.items.get(name="2.docx"), [CODE], by=officer)
    read_all(odd)
    assert odd.items.get(name="1.docx").state == "unchanged"
    found = rereading.last(odd)
    assert (found.files, [name for _pk, name in found.changed]) == (2, ["1.docx", "2.docx"])


@pytest.mark.django_db
def test_a_rule_whose_words_no_file_has_is_refused_and_said_so(at, odd):
    first = odd.items.get(name="1.docx")
    data = {"kind": "label", "meaning": "code", "phrase": "Chữ không có ở đâu"}
    told = at.post(reverse("imports:teach", args=[first.pk]), data, follow=True)
    assert "không tệp nào của đợt này có chữ ấy" in told.content.decode()
    assert not ImportRule.objects.exists()
    assert not odd.items.filter(state="waiting").exists()


# -- the table of rules


@pytest.mark.django_db
def test_the_table_counts_the_files_that_each_rule_helped(at, odd, officer, hand_in):
    batches.teach(odd.items.get(name="1.docx"), [CODE], by=officer)
    read_all(odd)
    later = hand_in({"sau.docx": made("labels_in_lines", 7)[0]})
    batches.accept(later.items.get(), by=officer)
    batches.teach(odd.items.get(name="1.docx"), [Rule("label", "title", "Chuẩn y")], by=officer)
    address = reverse("imports:rules")
    page = at.get(address)
    assert [(row["rule"].phrase, row["helped"]) for row in page.context["rows"]] == [
        ("Định danh", 3),
        ("Chuẩn y", 0),
    ]
    shown = spaced(page)
    assert "<table" in shown and "3 tệp" in shown and "chưa tệp nào" in shown
    with CaptureQueriesContext(connection) as few:
        at.get(address)
    for n in range(3):
        ImportRule.objects.create(
            agency=odd.agency, kind="label", meaning="code", phrase=f"Nhãn {n}"
        )
    with CaptureQueriesContext(connection) as many:
        at.get(address)
    assert len(many) == len(few)


@pytest.mark.django_db
def test_the_rules_are_linked_from_the_batch_the_file_and_the_menu(at, odd):
    link = f'href="{reverse("imports:rules")}"'
    for name, pk in (("batch", odd.pk), ("item", odd.items.first().pk)):
        assert link in at.get(reverse(f"imports:{name}", args=[pk])).content.decode()
    assert link in at.get(reverse("imports:batches")).content.decode()
    assert reverse("imports:rules") in at.get("/admin/").content.decode()


# -- pointing


@pytest.mark.django_db
def test_a_cell_says_what_its_column_is(at, hand_in, officer):
    odd = hand_in({f"{n}.docx": made("odd_columns", n)[0] for n in (1, 2)})
    first = odd.items.get(name="1.docx")
    page = at.get(reverse("imports:item", args=[first.pk]))
    lines = [
        line
        for block in page.context["pointed"]
        for row in block.get("rows", ())
        for cell in row
        for line in cell["lines"]
        if line["column"] == "Nhân sự"
    ]
    assert len(lines) > 3  # the heading and the cells below it
    data = {"kind": "column", "meaning": "steps.responsible", "spot": lines[2]["spot"]}
    at.post(reverse("imports:teach", args=[first.pk]), data)
    rule = ImportRule.objects.get()
    assert (rule.kind, rule.phrase) == ("column", "Nhân sự")
    assert rule.headings == ["Chặng", "Diễn biến", "Nhân sự", "Bao nhiêu"]
    at.post(reverse("imports:teach", args=[first.pk]), {**data, "spot": "front:p0"})
    assert ImportRule.objects.count() == 1


@pytest.mark.django_db
def test_a_warning_leads_to_its_field_and_its_place(at, hand_in):
    item = hand_in({"a.docx": made("labels_in_lines", 1)[0]}).items.get()
    item.reading["facts"]["warnings"].append({"code": "unknown_section", "values": ["MỤC ĐÍCH"]})
    item.save()
    page = at.get(reverse("imports:item", args=[item.pk]))
    places = {w["code"]: w["places"] for w in page.context["warnings"]}
    assert [place["target"] for place in places["missing_code"]] == ["id_code"]
    missing = [place["target"] for place in places["missing_facts"]]
    assert missing == ["id_issue_number", "id_revision_number", "id_name-1", "id_name-2"]
    (line,) = places["unknown_section"]
    shown = page.content.decode()
    assert f'data-import-lines="{line["lines"]}"' in shown
    for target in ["id_code", *missing]:
        assert f'id="{target}"' in shown and f'href="#{target}"' in shown
