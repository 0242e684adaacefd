"""The demonstration content is complete: it parses, adds up, and names only what exists."""

import datetime
import re
import tomllib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from procedures.demo import parse
from qms.roles import CITY_ROLES, Role
from qms.text.codes import code_key

pytestmark = pytest.mark.pure

TODAY = datetime.date(2026, 11, 23)
ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = parse.read_documents(TODAY)
AGENCIES = parse.read_table("agencies.toml")["agencies"]
PEOPLE = parse.read_table("people.toml")
CLAUSES = {
    c["number"]
    for c in tomllib.loads((ROOT / "qms/data/clauses-9001-2015.toml").read_text(encoding="utf-8"))[
        "clauses"
    ]
}

TEXT_TAGS = {"p", "strong", "em", "u", "sup", "sub", "ul", "ol", "li", "a", "br"}
TABLE_TAGS = TEXT_TAGS | {"table", "thead", "tbody", "tr", "th", "td"}
ROLES = {
    "number", "action", "responsible", "duration", "result", "form", "name", "place", "retention", "code", "original", "copy", "date", "summary",
    "term", "meaning", "note", "other",
}  # fmt: skip


EACH_VERSION = [
    pytest.param(document, version, id=f"{document['agency']}-{document['code']}-{number}")
    for document in DOCUMENTS
    for number, version in enumerate(document["versions"], 1)
]


def grids(content, subject):
    return [
        b
        for s in content["sections"]
        for b in s["blocks"]
        if b["type"] == "grid" and b["subject"] == subject and s["place"] == "body"
    ]


def column(grid, role):
    return [i for i, c in enumerate(grid["columns"]) if c["role"] == role]


class Balance(HTMLParser):
    """Collects tags, and whether each closes the last open one."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.wrong = [], set(), []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def check_html(fragment, allowed):
    reader = Balance()
    reader.feed(fragment)
    assert reader.seen <= allowed, fragment
    assert not reader.wrong and not reader.open, fragment


@pytest.mark.parametrize(("document", "version"), EACH_VERSION)
def test_the_content_has_the_shape_that_the_product_stores(document, version):
    content = version["content"]
    assert content["sections"]
    for section in content["sections"]:
        assert set(section) == {"kind", "place", "number", "title", "blocks"}
        assert section["kind"] in parse.SECTION_KINDS and section["place"] in {"body", "front"}
        assert section["title"] and section["blocks"]
        for block in section["blocks"]:
            if block["type"] == "text":
                check_html(block["html"], TEXT_TAGS)
                assert "**" not in block["html"] and "| " not in block["html"], (
                    "markup that was not read"
                )
            elif block["type"] == "table":
                check_html(block["html"], TABLE_TAGS)
            elif block["type"] == "heading":
                assert block["level"] in {2, 3, 4} and block["title"]
            else:
                assert (
                    block["type"] == "grid"
                    and block["subject"] in parse.GRID_SUBJECTS
                    and block["rows"]
                )
                assert {c["role"] for c in block["columns"]} <= ROLES
                for row in block["rows"]:
                    assert row["kind"] in {"row", "phase", "total", "note"}
                    assert len(row["cells"]) == len(block["columns"])
                    for cell in row["cells"]:
                        check_html(cell, TEXT_TAGS)


@pytest.mark.parametrize(("document", "version"), EACH_VERSION)
def test_a_procedure_has_its_seven_sections_and_its_grids(document, version):
    if document["kind"] != "procedure":
        return
    body = [s for s in version["content"]["sections"] if s["place"] == "body"]
    assert [s["kind"] for s in body] == [
        "purpose",
        "scope",
        "references",
        "definitions",
        "content",
        "forms",
        "records",
    ]
    assert [s["number"] for s in body] == [f"{n}." for n in range(1, 8)]
    assert len(grids(version["content"], "steps")) == 1
    (forms,) = grids(version["content"], "forms")
    (records,) = grids(version["content"], "records")
    codes = [row["cells"][column(forms, "code")[0]] for row in forms["rows"]]
    assert all(codes) and len(codes) == len(set(codes))
    for row in records["rows"]:
        assert all(
            row["cells"][column(records, role)[0]] for role in ("name", "place", "retention")
        )
    if (
        document["procedure_type"] == "administrative"
        and version["issued_on"]
        and document["field"] not in {"Tiếp công dân", "Xử lý đơn", "Lý lịch tư pháp"}
    ):
        assert grids(version["content"], "dossier")


UNITS = {"phút": 1, "giờ": 60, "ngày": 480}


def minutes(text):
    """A duration in minutes of working time; None without a length ("Theo kế hoạch")."""
    if text in {"", "-"}:
        return 0
    found = re.fullmatch(r"([\d,]+) (phút|giờ|ngày)(?: làm việc)?", text)
    return round(float(found[1].replace(",", ".")) * UNITS[found[2]]) if found else None


@pytest.mark.parametrize(("document", "version"), EACH_VERSION)
def test_the_times_of_the_steps_add_up(document, version):
    for grid in grids(version["content"], "steps"):
        stated = version.get("processing")
        columns = column(grid, "duration")
        if stated:
            assert len(stated) == len(columns)
        for place, index in enumerate(columns):
            given = [minutes(row["cells"][index]) for row in grid["rows"] if row["kind"] == "row"]
            totals = [
                minutes(row["cells"][index]) for row in grid["rows"] if row["kind"] == "total"
            ]
            if stated or totals:
                whole = sum(m for m in given if m is not None)
                assert {whole, *totals} == {minutes(stated[place])} if stated else totals == [whole]


@pytest.mark.parametrize(("document", "version"), EACH_VERSION)
def test_the_stated_time_is_what_the_text_promises(document, version):
    """Days that the steps take are spelled out in the text too, so that the two can't
    drift apart."""
    for promise in version.get("processing", []):
        number, unit = promise.split()
        if unit == "ngày":
            assert re.search(rf"\b0?{number} ngày", version["markup"].split("%% steps")[0]), promise


def test_numbered_steps_run_on_without_gaps():
    for document in DOCUMENTS:
        for version in document["versions"]:
            for grid in grids(version["content"], "steps"):
                numbers = [row["cells"][0] for row in grid["rows"] if row["kind"] == "row"]
                assert numbers == [str(n) for n in range(1, len(numbers) + 1)], document["file"]


def test_headings_of_procedures_run_on_without_gaps():
    for document in DOCUMENTS:
        for version in document["versions"]:
            for section in version["content"]["sections"]:
                numbers = [
                    b["number"]
                    for b in section["blocks"]
                    if b["type"] == "heading" and b["level"] == 2 and re.match(r"\d", b["number"])
                ]
                assert numbers == [
                    f"{section['number']}{n}." for n in range(1, len(numbers) + 1)
                ], document["file"]


def test_codes_are_unique_in_their_agency():
    keys = Counter((d["agency"], code_key(d["code"])) for d in DOCUMENTS)
    assert [key for key, times in keys.items() if times > 1] == []


def test_a_form_code_means_one_form_and_forms_belong_to_procedures():
    names = {}
    for document in DOCUMENTS:
        for grid in grids(document["versions"][-1]["content"], "forms"):
            for row in grid["rows"]:
                code, name = (
                    row["cells"][column(grid, "code")[0]],
                    row["cells"][column(grid, "name")[0]],
                )
                if not code.startswith("Mẫu"):  # those of the circular are common to all
                    names.setdefault((document["agency"], code), set()).add(name)
    assert {key: found for key, found in names.items() if len(found) > 1} == {}
    procedures = {(d["agency"], d["code"]) for d in DOCUMENTS if d["kind"] == "procedure"}
    for document in DOCUMENTS:
        if document["kind"] == "form":
            assert (document["agency"], document["form_of"]) in procedures
            assert names[document["agency"], document["code"]] == {document["title"]}


def test_documents_name_procedures_and_forms_that_exist():
    for agency, known in (
        ("SKHCN", r"\b(?:QT|BM|HD)-[0-9A-ZĐ]+(?:[-/][0-9A-ZĐ]+)+"),
        ("UBND-TH", r"\b(?:QT|BM|HD)\.[A-Z]+(?:\.\d\d)+"),
    ):
        own = [d for d in DOCUMENTS if d["agency"] == agency]
        exists = {code_key(d["code"]) for d in own}
        for document in own:
            for grid in grids(document["versions"][-1]["content"], "forms"):
                exists |= {code_key(row["cells"][column(grid, "code")[0]]) for row in grid["rows"]}
        for document in own:
            text = re.sub(
                r"(?m)^(Quy trình|Hướng dẫn|Biểu mẫu|Quản lý|Chính) \|.*$|ví dụ [^\n]*",
                "",
                document["versions"][-1]["markup"],
            )
            assert [c for c in re.findall(known, text) if code_key(c) not in exists] == [], (
                document["file"]
            )


def test_dates_and_numbers_of_versions_go_forward():
    for document in DOCUMENTS:
        versions = document["versions"]
        assert all(v["issued_on"] for v in versions[:-1]), "only the last may be a draft"
        issued = [v for v in versions if v["issued_on"]]
        assert all(v["effective_on"] >= v["issued_on"] for v in issued)
        assert [v["issued_on"] for v in issued] == sorted(v["issued_on"] for v in issued)
        assert [v["effective_on"] for v in issued] == sorted({v["effective_on"] for v in issued})
        numbers = [(v["issue_number"], v["revision_number"]) for v in versions]
        assert numbers == sorted(set(numbers)) and numbers[0] == (1, 0)
        assert all(v["summary"] for v in versions)
        assert all(v["issued_on"] <= TODAY for v in issued)
        if "withdrawal" in document:
            assert issued[-1]["effective_on"] < document["withdrawal"]["on"] <= TODAY


def test_the_text_of_each_version_differs_from_the_one_before():
    for document in DOCUMENTS:
        texts = [v["markup"] for v in document["versions"]]
        assert all(a != b for a, b in zip(texts, texts[1:], strict=False)), document["file"]


def test_a_wide_mixture_of_states_is_shown():
    drafts = [d for d in DOCUMENTS if not any(v["issued_on"] for v in d["versions"])]
    revisions = [d for d in DOCUMENTS if d not in drafts and not d["versions"][-1]["issued_on"]]
    waiting = [
        d
        for d in DOCUMENTS
        if any(v["effective_on"] and v["effective_on"] > TODAY for v in d["versions"])
    ]
    assert len(drafts) >= 3 and len(revisions) >= 2 and len(waiting) >= 2
    assert {"SKHCN", "UBND-TH"} <= {d["agency"] for d in DOCUMENTS if "withdrawal" in d}
    assert {d["visibility"] for d in DOCUMENTS} == {"public", "city", "agency"}
    for agency in ("SKHCN", "UBND-TH"):
        own = [d for d in DOCUMENTS if d["agency"] == agency]
        assert sum(d.get("procedure_type") == "system" for d in own) == 6
        assert sum(d["kind"] == "procedure" and d["procedure_type"] != "system" for d in own) >= 12
        assert {"policy", "objectives", "form", "instruction", "regulation"} <= {
            d["kind"] for d in own
        }
        assert sum(len(d["versions"]) >= 2 for d in own) >= 5


def test_documents_cite_clauses_units_and_people_that_exist():
    people = {p["key"]: p for p in PEOPLE["people"]}
    units = {(u["agency"], u["code"]) for u in PEOPLE["units"]}
    for document in DOCUMENTS:
        assert set(document["clauses"]) <= CLAUSES and document["clauses"]
        assert (document["agency"], document["unit"]) in units
        assert {"author", "officer"} & set(people[document["author"]]["roles"]), document["file"]
        for version in document["versions"]:
            for role, key in version["signers"].items():
                assert role in {"drafted", "reviewed", "approved"}
                assert people[key]["agency"] == document["agency"], document["file"]
            if version["issued_on"]:
                assert {"drafted", "approved"} <= set(version["signers"])
                assert version["signers"]["drafted"] != version["signers"]["approved"]
        assert re.fullmatch(r"[12]\.\d{6}", document.get("national_code", "1.000000"))


def test_agencies_are_the_forty_wards_and_communes_and_the_departments():
    codes = [a["code"] for a in AGENCIES]
    assert len(codes) == len({code_key(c) for c in codes})
    now = [a for a in AGENCIES if "active_to" not in a]
    assert Counter(a["kind"] for a in now) >= Counter(
        ward=21, commune=19, department=13, service_unit=3
    )
    for agency in AGENCIES:
        assert (
            agency.get("parent", codes[0]) in codes and agency.get("successor", codes[0]) in codes
        )
        assert ("active_to" in agency) == ("successor" in agency)
        assert "oá" not in agency["name"] and "uỷ" not in agency["name"], "one tone placement"


def test_wards_and_communes_bear_their_real_names(samples):
    import json

    units = json.loads((samples / "reference" / "hue-units.json").read_text(encoding="utf-8"))[
        "Wards"
    ]
    real = {
        u["Code"]: u["FullName"].replace("oá", "óa").replace("uỷ", "ủy").casefold() for u in units
    }
    ours = {
        a["area_code"]: a["name"].removeprefix("Ủy ban nhân dân ").casefold()
        for a in AGENCIES
        if "area_code" in a
    }
    assert ours == real


def test_each_deep_agency_has_one_account_for_every_role():
    listed = [p for p in PEOPLE["people"] if p.get("account")]
    assert Counter(
        (p.get("agency"), r) for p in listed for r in p["roles"] if r not in CITY_ROLES
    ) == Counter(
        (agency, role)
        for agency in ("SKHCN", "UBND-TH")
        for role in Role.values
        if role not in CITY_ROLES
    )
    assert sorted(r for p in listed for r in p["roles"] if r in CITY_ROLES) == sorted(CITY_ROLES)
    names = [p["username"] for p in PEOPLE["people"]]
    assert (
        len(names)
        == len(set(names))
        == len({p["key"] for p in PEOPLE["people"]})
        == len({p["name"] for p in PEOPLE["people"]})
    )


def test_clauses_name_their_parents():
    assert all(number.rpartition(".")[0] in CLAUSES for number in CLAUSES if "." in number)
    assert {n for n in CLAUSES if "." not in n} == {"4", "5", "6", "7", "8", "9", "10"}


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ("words first", "before the first section"),
        ("# 1. MỤC ĐÍCH\n%% steps\nTT | Gì đó", "unknown column"),
        ("# A\n%% table\na | b\nc", "1 cells under 2"),
    ],
)
def test_markup_that_cannot_be_read_says_why(markup, complaint):
    with pytest.raises(parse.MarkupError, match=complaint):
        parse.content_of(markup)


def test_an_edit_that_fits_nowhere_or_twice_is_refused():
    with pytest.raises(parse.MarkupError, match="stands 0 times"):
        parse.edited("một hai", [["ba", "bốn"]])
    with pytest.raises(parse.MarkupError, match="stands 2 times"):
        parse.edited("một một", [["một", "hai"]])


def test_bullets_nest():
    assert (
        parse.text_block(["a:", "- b", "  - c", "- d", "e"])["html"]
        == "<p>a:</p><ul><li>b<ul><li>c</li></ul></li><li>d</li></ul><p>e</p>"
    )
