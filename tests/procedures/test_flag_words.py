"""Warnings of the import are stored as codes and values and worded in the user's language."""

import pytest
from django.utils import translation

from procedures.flag_words import in_words, worded
from procedures.templatetags.qms_admin import worded as filter_of_templates
from procedures.word.control import conflicts
from procedures.word.places import Fact, Place

pytestmark = pytest.mark.pure

FLAGS = [
    {"code": "missing_code", "values": ["QT-01"]},
    {"code": "missing_code", "values": []},
    {"code": "missing_date", "values": []},
    {"code": "missing_date", "values": ["2022-06-03"]},
    {"code": "missing_title", "values": ["Tên tệp"]},
    {"code": "same_title", "values": ["a.docx"]},
    {"code": "title_twice", "values": ["a.docx (QT-02)"]},
    {"code": "title_shared", "values": ["QT-02 · Việc (bản thảo)"]},
    {"code": "title_shared", "values": ["QT-02 · Việc"], "details": {"taken_in": True}},
    {"code": "missing_facts", "values": ["issue_number", "reviewed"]},
    {"code": "waiting_elsewhere", "values": ["3"]},
    {"code": "duplicate_code", "values": ["a.docx"], "details": {"code": "QT-01"}},
    {"code": "older_issue", "values": ["2024-03-02"]},
    {"code": "several_documents", "values": ["QT-01", "QT-02"]},
    {"code": "issue_number_conflict", "values": ["1"], "details": {"issue": [["1", ["front"]]]}},
    {"code": "date_conflict", "values": [], "details": {"issued": [["2024-03-02", ["end"]]]}},
    {"code": "date_conflict", "values": [], "details": {"effective": [["2024-03-02", ["header"]]]}},
    {"code": "date_conflict", "values": [], "details": {"early": ["2024-03-02", "2024-03-05"]}},
    {"code": "steps_exceed_time_limit", "values": ["", "3", "2"]},
    {"code": "steps_exceed_time_limit", "values": ["A", "3", "2"]},
    {"code": "unknown_section", "values": ["7. ABC"]},
    {"code": "legacy_encoding", "values": ["tcvn3"]},
    {"code": "tracked_changes", "values": ["x"]},
    {"code": "macros_dropped", "values": ["docm"]},
    {"code": "picture_without_description", "values": ["x"]},
    {"code": "external_picture", "values": ["x"]},
    {"code": "embedded_part", "values": ["x"]},
    {"code": "converted", "values": ["rtf"]},
]


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag["code"])
def test_each_warning_has_a_sentence_in_both_languages(flag):
    with translation.override("vi"):
        vietnamese = worded(flag)
    with translation.override("en"):
        english = worded(flag)
    assert flag["code"] not in (vietnamese, english)
    assert vietnamese != english


def test_a_warning_of_an_earlier_import_keeps_its_sentence():
    with translation.override("en"):
        assert worded({"code": "missing_date", "message": "Thiếu ngày.", "values": []}) == (
            "Thiếu ngày."
        )


def test_a_warning_that_nobody_knows_or_that_lacks_its_values_shows_its_code():
    assert worded({"code": "of_tomorrow", "values": ["x"]}) == "of_tomorrow"
    for code in ("converted", "date_conflict", "duplicate_code", "steps_exceed_time_limit"):
        assert worded({"code": code, "message": "", "values": []}) == code


def test_dates_that_disagree_are_told_with_their_places():
    front, footer = Place("front", []), Place("footer:word/footer1.xml", [])
    front.facts.append(Fact("issue", 2, "front"))
    footer.facts.append(Fact("issue", 3, "footer"))
    (flag,) = conflicts([front, footer], "")
    with translation.override("vi"):
        assert worded(flag) == (
            "Lần ban hành không thống nhất giữa các phần của văn bản: 2 (trang đầu), 3 (chân trang)."
        )
    with translation.override("en"):
        assert worded(flag).endswith("2 (first page), 3 (footer).")


def test_reports_and_templates_use_the_same_sentence():
    flag = FLAGS[0]
    assert in_words(flag)["message"] == filter_of_templates(flag) == worded(flag)
