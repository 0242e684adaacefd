"""A program that converts files from outside reads and writes its own folder alone and reaches
no network."""

import io
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from procedures.checks import libreoffice_is_confined
from procedures.word import confined
from procedures.word.convert import convert

pytestmark = pytest.mark.skipif(confined.version() == 0, reason="the kernel has no Landlock")


def run(folder, *command):
    return subprocess.run(
        [sys.executable, "-I", confined.__file__, folder, *command], capture_output=True, timeout=60
    )


@pytest.fixture
def folder(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "in.txt").write_text("của mình")
    (tmp_path / "secret.txt").write_text("của người khác")
    return own


def test_files_of_its_folder_are_read_and_written(folder):
    assert run(folder, "/bin/cat", folder / "in.txt").stdout.decode() == "của mình"
    assert run(folder, "/bin/cp", folder / "in.txt", folder / "out.txt").returncode == 0
    assert (folder / "out.txt").read_text() == "của mình"


def test_other_files_are_neither_read_nor_written_nor_listed(folder):
    secret = folder.parent / "secret.txt"
    for command in (
        ("/bin/cat", secret),
        ("/bin/cat", folder / ".." / "secret.txt"),
        ("/bin/ls", folder.parent),
        ("/bin/cp", folder / "in.txt", folder.parent / "out.txt"),
        ("/bin/sh", "-c", f"cat < {secret}"),
    ):
        ended = run(folder, *command)
        assert ended.returncode != 0 and not ended.stdout, command
    assert secret.read_text() == "của người khác"
    assert not (folder.parent / "out.txt").exists()


def test_a_link_out_of_its_folder_leads_nowhere(folder):
    (folder / "link").symlink_to(folder.parent / "secret.txt")
    assert run(folder, "/bin/cat", folder / "link").returncode != 0


@pytest.mark.skipif(confined.version() < confined.TCP_SINCE, reason="the kernel lets TCP through")
def test_no_server_is_reached(folder):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        say = f"exec 3<>/dev/tcp/127.0.0.1/{port}"
        assert subprocess.run(["/bin/bash", "-c", say], check=False).returncode == 0
        server.accept()[0].close()
        assert run(folder, "/bin/bash", "-c", say).returncode != 0
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.libreoffice
@pytest.mark.parametrize("named", ["{}", "file://{}"])
def test_an_rtf_shows_no_picture_of_the_machines_disk(tmp_path, named):
    secret = tmp_path / "secret.png"
    Image.new("RGB", (300, 300), "red").save(secret)
    field = (
        rf'{{\field{{\*\fldinst {{ INCLUDEPICTURE "{named.format(secret)}" }}}}{{\fldrslt cũ}}}}'
    )
    made = convert(rf"{{\rtf1\ansi {field} END}}".encode(), "a.rtf", "rtf", to="docx")
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert not [name for name in package.namelist() if "media" in name]
        assert b"END" in package.read("word/document.xml")


def test_every_conversion_is_confined():
    callers = {
        path.name
        for path in Path(confined.__file__).parents[1].rglob("*.py")
        if "UserInstallation" in path.read_text("utf-8")
    }
    assert callers == {"convert.py"}


def test_a_kernel_without_it_is_told_at_start(monkeypatch):
    assert libreoffice_is_confined() == []
    monkeypatch.setattr(confined, "version", lambda: 0)
    monkeypatch.setattr("procedures.checks.find_soffice", lambda: "/usr/bin/soffice")
    assert [one.id for one in libreoffice_is_confined()] == ["procedures.W001"]
    monkeypatch.setattr("procedures.checks.find_soffice", lambda: None)
    assert libreoffice_is_confined() == []
