"""Pictures that browsers don't display are kept unchanged and shown as PNG, in versions recorded
before and after."""

import io
import zipfile

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult
from PIL import Image

from procedures.derived import pictures
from procedures.derived.pictures import show_pictures
from procedures.models import ShownPicture, Version, stand_ins
from procedures.sandbox import readers
from procedures.sandbox.readers import Job, Readers
from procedures.word.convert import find_soffice
from qms.proof import store
from tests.procedures.import_files import folder_of, procedure

pytestmark = pytest.mark.django_db


def picture(form, colour=(10, 120, 60)):
    out = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(out, form)
    return out.getvalue()


def record(folder, files):
    call_command(
        "import_documents",
        str(folder_of(folder, files)),
        "--agency",
        "STP",
        "--as-issued",
        "-v",
        "0",
    )


def test_a_tiff_is_kept_and_its_png_is_added_to_the_version_that_was_there(agency, tmp_path):
    tiff = picture("TIFF")
    record(tmp_path / "1", {"a.docx": procedure("QT-01", "Việc một", picture=tiff)})
    version = Version.objects.get()
    (kept,) = [f for f in version.files if f["role"] == "picture"]
    assert (kept["mime"], store.read(kept["sha256"])) == ("image/tiff", tiff)
    (task,) = DBTaskResult.objects.filter(task_path="procedures.derived.pictures.show_pictures")
    assert task.args_kwargs["args"] == [[kept["sha256"]]]
    assert show_pictures.call([kept["sha256"]]) == 1
    (shown,) = version.acts.get().files
    assert (shown["role"], shown["of"], shown["mime"]) == ("shown", kept["sha256"], "image/png")
    assert Image.open(io.BytesIO(store.read(shown["sha256"]))).size == (30, 20)
    assert show_pictures.call([kept["sha256"]]) == 0
    assert version.acts.count() == 1


def test_a_version_made_later_holds_the_png_itself(agency, tmp_path):
    tiff = picture("TIFF")
    pictures.make_shown([store.add(tiff, "image/tiff").pk])
    record(tmp_path / "1", {"a.docx": procedure("QT-01", "Việc một", picture=tiff)})
    roles = {f["role"]: f for f in Version.objects.get().files}
    assert (
        roles["shown"]["of"] == roles["picture"]["sha256"]
        and Version.objects.get().digest == Version.objects.get().compute_digest()
    )


def test_what_can_not_be_drawn_is_tried_once_and_stays_a_download(agency):
    broken = store.add(b"II*\x00" + b"\xff" * 60, "image/tiff").pk
    plain = store.add(picture("PNG"), "image/png").pk
    assert stand_ins.missing([broken, plain]) == [broken]
    assert pictures.make_shown([broken, plain]) == 0
    assert (
        ShownPicture.objects.get().shown is None
        and stand_ins.missing([broken]) == []
        and stand_ins.shown_of([broken]) == {}
    )


@pytest.mark.libreoffice
def test_a_metafile_is_drawn_by_libreoffice(samples, agency, tmp_path):
    if find_soffice() is None:
        pytest.skip("LibreOffice (soffice) is not installed here")
    name = "drawing.docx"
    record(tmp_path / "1", {name: (samples / "odd" / name).read_bytes()})
    (task,) = DBTaskResult.objects.filter(task_path="procedures.derived.pictures.show_pictures")
    (digests,) = task.args_kwargs["args"]
    assert pictures.sort_of(store.read(digests[0])) == "wmf"
    assert show_pictures.call(digests) == len(digests)
    assert (
        Image.open(io.BytesIO(store.read(stand_ins.shown_of(digests)[digests[0]].pk))).format
        == "PNG"
    )


@pytest.mark.slow
def test_the_reading_processes_answer_in_order_and_outlive_each_other(tmp_path):
    paths = []
    for number in range(5):
        paths.append(tmp_path / f"{number}.docx")
        paths[-1].write_bytes(procedure(f"QT-0{number}", f"Việc {number}") if number != 2 else b"")
    with Readers(2) as pool:
        answers = list(pool.read([Job(path, path.name) for path in paths]))
        assert [(a.job.name, bool(a.reading), a.reason) for a in answers] == [
            ("0.docx", True, ""), ("1.docx", True, ""), ("2.docx", False, "empty"), ("3.docx", True, ""), ("4.docx", True, ""),
        ]  # fmt: skip
        for child in pool.children:
            child.process.kill()
            child.process.wait()
        assert [
            bool(a.reading) for a in pool.read([Job(path, path.name) for path in paths[:2]])
        ] == [True, True]


def test_who_breaks_off_leaves_no_folder_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(readers.tempfile, "tempdir", str(tmp_path))
    path = tmp_path / "a.docx"
    path.write_bytes(procedure())
    with Readers(2) as pool:
        answers = pool.read([Job(path, path.name)] * 3)
        next(answers)
        answers.close()
    assert list(tmp_path.iterdir()) == [path]


def long_paper(paragraphs: int) -> bytes:
    """A procedure with so many more paragraphs."""
    out = io.BytesIO()
    more = b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * paragraphs + b"</w:body>"
    with zipfile.ZipFile(io.BytesIO(procedure())) as paper, zipfile.ZipFile(out, "w") as made:
        for name in paper.namelist():
            made.writestr(name, paper.read(name).replace(b"</w:body>", more))
    return out.getvalue()


@pytest.mark.slow
def test_a_file_that_takes_too_long_is_refused_by_name_and_the_next_is_read(tmp_path, monkeypatch):
    """It takes seconds, so that it can't be read before anybody looks at the clock."""
    path, quick = tmp_path / "lâu.docx", tmp_path / "nhanh.docx"
    path.write_bytes(long_paper(40_000))
    quick.write_bytes(procedure())
    with Readers(1) as pool:
        monkeypatch.setattr(readers, "SECONDS", 0.001)
        (answer,) = pool.read([Job(path, path.name)])
        assert answer.reason == "timeout" and "lâu.docx" in answer.refused
        monkeypatch.setattr(readers, "SECONDS", 8)
        assert [bool(a.reading) for a in pool.read([Job(quick, quick.name)])] == [True]
        monkeypatch.setattr(readers, "WALL", -9)
        (answer,) = pool.read([Job(path, path.name)])
        assert answer.reason == "timeout"
