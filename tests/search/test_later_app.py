"""Sources of a later app are found like the others, on the page, while typing and from the command
line, without a change in search."""

import json

import pytest
from django.core.management import call_command

from qms import access
from search import api, registry
from search.entries import Entry, Passage
from search.queue import pending

FINDINGS = {
    7: ("Phiếu không phù hợp số 7", "Hồ sơ cấp bản sao thiếu phiếu kiểm soát thời gian"),
    8: ("Phiếu không phù hợp số 8", "Sổ theo dõi chưa ghi ngày trả kết quả"),
}


@pytest.fixture
def findings(agency):
    """A source as an app of audits would register it in its `ready()`: a new group and a
    new kind."""
    held = dict(FINDINGS)

    def load(ids):
        for pk in ids:
            if pk in held:
                title, text = held[pk]
                yield Entry(
                    key=f"finding:{pk}", group="finding", kind="nonconformity", title=title, code=f"KPH-{pk:02}", url=f"/audits/{pk}/",
                    readers=(f"agency:{agency.pk}",), agency=agency.pk, agency_name=agency.name, passages=(Passage("bang-chung", "Bằng chứng", text),),
                )  # fmt: skip

    registry.register("finding", load=load, ids=lambda: list(held))
    for pk in held:
        pending.mark("finding", pk)
    pending.flush()
    yield held
    registry.unregister("finding")


def test_it_is_on_the_page_and_leads_to_the_very_place(client, findings, reader):
    client.force_login(reader)
    html = client.get("/tim-kiem/?q=phieu+kiem+soat+thoi+gian").content.decode()
    assert 'href="/audits/7/#bang-chung"' in html and "Bằng chứng" in html
    assert "Sở Tư pháp" in html and "KPH-07" in html


def test_the_command_finds_it(findings, reader, capsys):
    call_command("find", "phieu kiem soat thoi gian", "--user", reader.username, "--json")
    first = json.loads(capsys.readouterr().out)["results"][0]
    assert (first["kind"], first["code"], first["url"], first["section"]) == (
        "nonconformity",
        "KPH-07",
        "/audits/7/#bang-chung",
        "Bằng chứng",
    )


def test_it_is_offered_while_typing_and_found_by_code_group_and_kind(client, findings, reader):
    client.force_login(reader)
    assert [
        one["url"] for one in client.get("/tim-kiem/goi-y/?q=kph-08").json()["suggestions"]
    ] == ["/audits/8/"]
    tokens = access.tokens_for(reader)
    assert [hit.key for hit in api.find("kph 07", tokens=tokens).hits][0] == "finding:7"
    assert {hit.key for hit in api.find("", tokens=tokens, groups=("finding",)).hits} == {
        "finding:7",
        "finding:8",
    }
    results = api.find("không phù hợp", tokens=tokens, facets=("kind", "group"))
    assert [(c.value, c.count) for c in results.facets["group"]] == [("finding", 2)]
    assert client.get("/tim-kiem/?q=khong+phu+hop&kind=nonconformity").status_code == 200


def test_only_who_holds_one_of_its_tokens_finds_it(client, findings, stranger, reader):
    for user in (None, stranger):
        client.logout()
        if user:
            client.force_login(user)
        assert "/audits/" not in client.get("/tim-kiem/?q=phieu+khong+phu+hop").content.decode()


def test_it_changes_leaves_and_outlives_a_rebuild(findings, reader):
    tokens = access.tokens_for(reader)
    findings[7] = ("Phiếu đã đóng", "Đã khắc phục xong")
    del findings[8]
    for pk in (7, 8):
        pending.mark("finding", pk)
    pending.flush()
    assert [hit.title for hit in api.find("", tokens=tokens, groups=("finding",)).hits] == [
        "Phiếu đã đóng"
    ]
    pending.rebuild()
    assert [hit.title for hit in api.find("đã đóng", tokens=tokens).hits] == ["Phiếu đã đóng"]
