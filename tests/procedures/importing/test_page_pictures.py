"""Page images of an imported file's original: rendered in the background, for its officer only, and
not offered without LibreOffice."""

import json
import os
import stat
import time

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from procedures.derived import pages
from procedures.word.convert import find_soffice
from tests.procedures.import_files import procedure

pytestmark = pytest.mark.django_db
DRAWING = "procedures.derived.pages.draw_pages"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def able(monkeypatch):
    """able(False): no LibreOffice on this machine."""

    def set_to(there):
        monkeypatch.setattr(pages, "find_soffice", lambda: "/usr/bin/soffice" if there else None)

    set_to(True)
    return set_to


@pytest.fixture
def item(hand_in):
    return hand_in({"a.docx": procedure("QT-01", "Việc một")}).items.get()


def put(sha256, *, count=2, **said):
    """Pages as the background process leaves them."""
    folder = pages._folder(sha256)
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        (folder / f"{number}.webp").write_bytes(b"RIFF....WEBP" + bytes([number]))
    facts = {"state": "ready", "count": count, "more": False, "reason": ""} | said
    (folder / "pages.json").write_text(json.dumps(facts))
    return folder


def address(item, name="pages", *more):
    return reverse(f"imports:{name}", args=[item.pk, *more])


def asked():
    return [t.args_kwargs["args"] for t in DBTaskResult.objects.filter(task_path=DRAWING)]


def test_pages_are_asked_for_once_and_shown_when_they_are_there(at, officer, item, able):
    page = at(officer)
    assert page.get(address(item), **JSON).json()["state"] == "none"
    assert asked() == []
    for _turn in range(2):
        told = page.post(address(item), **JSON).json()
        assert (told["state"], told["pages"]) == ("waiting", [])
    assert asked() == [[item.sha256]]
    put(item.sha256)
    told = page.get(address(item), **JSON).json()
    assert (told["state"], told["said"]) == ("ready", "")
    assert told["pages"][1] == {"address": address(item, "page", 2), "alt": "Trang 2 của 2"}
    picture = page.get(told["pages"][1]["address"])
    assert (picture["Content-Type"], b"".join(picture)[-1]) == ("image/webp", 2)
    assert "private" in picture["Cache-Control"]
    shown = page.get(reverse("imports:item", args=[item.pk])).content.decode()
    assert told["pages"][0]["address"] in shown and 'alt="Trang 1 của 2"' in shown


def test_without_scripts_the_button_leads_back_to_the_review(at, officer, item, able):
    page = at(officer)
    shown = page.get(reverse("imports:item", args=[item.pk])).content.decode()
    assert "Vẽ các trang" in shown
    answer = page.post(address(item))
    assert answer["Location"] == reverse("imports:item", args=[item.pk]) + "#trang-goc"
    assert "Đang vẽ các trang" in page.get(answer["Location"]).content.decode()


def test_without_libreoffice_the_text_alone_is_shown(at, officer, item, able):
    able(False)
    page = at(officer)
    shown = page.get(reverse("imports:item", args=[item.pk])).content.decode()
    assert "data-import-paper" in shown
    assert "data-import-drawn" not in shown and "data-import-tabs" not in shown
    assert page.post(address(item)).status_code == 404
    assert asked() == []
    put(item.sha256)  # rendered before LibreOffice was removed
    assert page.get(address(item), **JSON).json()["state"] == "ready"


def test_a_failed_drawing_says_so_and_can_be_tried_again(at, officer, item, able):
    put(item.sha256, count=0, state="failed", reason="timeout")
    page = at(officer)
    assert page.post(address(item), **JSON).json()["state"] == "failed"
    assert asked() == []
    assert "Vẽ lại" in page.get(reverse("imports:item", args=[item.pk])).content.decode()
    assert page.post(address(item), {"again": "1"}, **JSON).json()["state"] == "waiting"
    assert asked() == [[item.sha256]]


def test_nobody_else_sees_the_pages(at, appoint, make_agency, author, officer, item, able):
    put(item.sha256)
    other = appoint("kiemtra2", "officer", make_agency("SYT", "Sở Y tế"))
    for person in (author, other):
        page = at(person)
        assert page.get(address(item, "page", 1)).status_code == 404
        assert page.get(address(item), **JSON).status_code == 404
        assert page.post(address(item), **JSON).status_code == 404
    page = at(officer)
    assert page.get(address(item, "page", 3)).status_code == 404
    assert page.get(address(item, "page", 0)).status_code == 404


def test_pictures_that_nobody_looks_at_are_removed(settings):
    old, new = put("a" * 64), put("b" * 64)
    half = settings.QMS_PAGES / "half-x"
    half.mkdir()
    for path in (old, half):
        os.utime(path, (1, 1))
    pages.tidy()
    assert (old.exists(), half.exists(), new.exists()) == (False, False, True)


def test_the_oldest_pictures_are_removed_when_they_need_too_much_room(monkeypatch):
    now = time.time()
    folders = [put(letter * 64) for letter in "abc"]
    for age, folder in enumerate(folders):
        os.utime(folder, (now - age, now - age))
    size = sum(file.stat().st_size for file in folders[0].iterdir())
    monkeypatch.setattr(pages, "MOST_BYTES", 2 * size)
    pages.tidy()
    assert [folder.exists() for folder in folders] == [True, True, False]


def test_a_converter_that_fails_leaves_a_failure_and_nothing_half(
    item, settings, tmp_path, monkeypatch
):
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    assert pages.draw_pages.call(item.sha256) == "failed"
    assert pages.of(item.sha256) == pages.Drawn("failed", reason="conversion_failed")
    assert [path.name for path in settings.QMS_PAGES.iterdir()] == [item.sha256]
    assert pages.draw_pages.call(item.sha256) == "there already"


@pytest.mark.libreoffice
def test_libreoffice_draws_the_pages_of_a_real_procedure(hand_in, samples):
    if find_soffice() is None:
        pytest.skip("LibreOffice (soffice) is not installed here")
    name = "chung_thuc__1. Cấp bản sao từ sổ gốc.docx"
    item = hand_in({name: (samples / "procedures" / name).read_bytes()}).items.get()
    assert pages.draw_pages.call(item.sha256) == "ready"
    drawn = pages.of(item.sha256)
    assert 1 < drawn.count <= 30 and not drawn.more
    sizes = [pages.page(item.sha256, n).stat().st_size for n in range(1, drawn.count + 1)]
    assert all(1_000 < size < 400_000 for size in sizes)
