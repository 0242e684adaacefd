"""Tracked changes accepted or rejected: in the XML as Word does it, and by LibreOffice itself."""

import io
import subprocess
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn


def settle(data: bytes, *, accept: bool) -> bytes:
    """The file with all its tracked changes accepted, or all rejected, as Word does it."""
    document = docx.Document(io.BytesIO(data))
    body = document.element.body
    keep, drop = ("w:ins", "w:del") if accept else ("w:del", "w:ins")
    for row in list(body.iter(qn("w:tr"))):
        if row.find(f"{qn('w:trPr')}/{qn(drop)}") is not None:
            row.getparent().remove(row)
    for table in list(body.iter(qn("w:tbl"))):
        if table.find(qn("w:tr")) is None:
            table.getparent().remove(table)
    for paragraph in list(body.iter(qn("w:p"))):
        _settle_paragraph(paragraph, keep, drop)
    for mark in [*body.iter(qn("w:ins")), *body.iter(qn("w:del"))]:
        mark.getparent().remove(mark)
    for words in list(body.iter(qn("w:delText"))):
        words.tag = qn("w:t")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _settle_paragraph(paragraph: Any, keep: str, drop: str) -> None:
    for mark in paragraph.findall(qn(drop)):
        paragraph.remove(mark)
    for mark in paragraph.findall(qn(keep)):
        place = paragraph.index(mark)
        for child in list(mark):
            paragraph.insert(place, child)
            place += 1
        paragraph.remove(mark)
    gone = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn(drop)}") is not None
    if gone and paragraph.find(qn("w:r")) is None and paragraph.getparent().tag != qn("w:tc"):
        paragraph.getparent().remove(paragraph)


def plain_words(data: bytes) -> list[str]:
    """All words of a file without tracked changes, in their order."""
    body = docx.Document(io.BytesIO(data)).element.body
    found = []
    for paragraph in body.iter(qn("w:p")):
        parts = [
            element.text or "" if element.tag == qn("w:t") else " "
            for element in paragraph.iter(qn("w:t"), qn("w:br"), qn("w:tab"))
        ]
        found += "".join(parts).split()
    return found


MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Settling" script:language="StarBasic">
Sub Settle(folder As String)
  name = Dir(folder &amp; "/*.docx")
  Do While name &lt;&gt; ""
    One(folder &amp; "/" &amp; name, "Accept")
    One(folder &amp; "/" &amp; name, "Reject")
    name = Dir
  Loop
End Sub

Sub One(file As String, act As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  doc = StarDesktop.loadComponentFromURL(ConvertToURL(file), "_blank", 0, hidden())
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  dispatcher.executeDispatch(doc.CurrentController.Frame, ".uno:" &amp; act &amp; "AllTrackedChanges", "", 0, Array())
  Dim text(1) As New com.sun.star.beans.PropertyValue
  text(0).Name = "FilterName"
  text(0).Value = "MS Word 2007 XML"
  doc.storeToURL(ConvertToURL(file &amp; "." &amp; act), text())
  doc.close(True)
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Settling"/>
</library:library>
"""


def by_libreoffice(files: list[bytes], folder: Path) -> list[tuple[bytes, bytes]]:
    """Each file as LibreOffice saves it after accepting all changes, and after rejecting all."""
    profile = folder / "profile"
    _soffice(profile, "--terminate_after_init")  # makes the profile
    basic = profile / "user" / "basic" / "Standard"
    (basic / "Settling.xba").write_text(MACRO, encoding="utf-8")
    (basic / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    work = folder / "files"
    work.mkdir()
    for number, data in enumerate(files):
        (work / f"{number}.docx").write_bytes(data)
    _soffice(profile, f'macro:///Standard.Settling.Settle("{work}")')
    return [
        ((work / f"{n}.docx.Accept").read_bytes(), (work / f"{n}.docx.Reject").read_bytes())
        for n in range(len(files))
    ]


def _soffice(profile: Path, act: str) -> None:
    own = f"-env:UserInstallation={profile.as_uri()}"
    command = ["soffice", own, "--headless", "--norestore", act]
    subprocess.run(command, check=True, timeout=3_600, capture_output=True)  # noqa: S603
