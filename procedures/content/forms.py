"""The forms that a document uses, or that it is."""

import re

from procedures.content.grids import cell, first, grids, rows
from procedures.content.text import block_text, blocks, one_line, paragraphs, section_text
from procedures.content.wording import fold
from procedures.content.wording import words as folded_words

FORM_CODE = re.compile(
    r"(?<![\w/.\-])((?:BM|MB|BMT|MẪU|Mẫu|PL|F|M|HS|HSCL|BIỂU|DM|SỔ|PHIẾU)(?:\s?số)?[\s.\-_/]?\d[\w.\-/]*(?:/[\w&.\-]+)*|(?:BM|MB|BMT)[.\-_/ ]\w[\w.\-/&]*\d[\w.\-/&]*)"
)
FORM_NAME = re.compile(
    r"^(mau|phieu|so|don|to khai|bien ban|giay|bao cao|danh sach|danh muc|bang|ke hoach|thong bao|quyet dinh|bieu|to trinh|chuong trinh|lenh|hop dong|ban)\b"
)


def forms(content: dict) -> list[dict]:
    """[{"code", "name"}] of the forms a document uses: from the grid of forms, otherwise from lists in that section,
    from records that carry a code, or, for a form itself, from the control blocks of its pages."""
    out: list[dict] = []
    for grid in grids(content, "forms"):
        code, name = first(grid, "code"), first(grid, "name")
        for row in rows(grid):
            entry = {"code": one_line(cell(row, code)), "name": one_line(cell(row, name))}
            if code is None and (m := FORM_CODE.match(entry["name"])):
                entry = {
                    "code": m.group(1).strip(" .:-–"),
                    "name": entry["name"][m.end() :].strip(" .:-–"),
                }
            if entry["name"] or entry["code"]:
                out.append(entry)
    out = out or _listed_forms(content)
    if not out:
        for grid in grids(content, "records"):
            code, name = first(grid, "code"), first(grid, "name")
            if code is not None:
                out += [
                    {"code": c, "name": one_line(cell(row, name))}
                    for row in rows(grid)
                    if (c := one_line(cell(row, code)))
                ]
    return out or _own_forms(content)


def _listed_forms(content):
    out = []
    for section, block in blocks(content, ("forms",)):
        if section.get("place", "body") != "body" or block.get("type") not in ("text", "heading"):
            continue
        lines = paragraphs(block["html"]) if block.get("html") else [block_text(block)]
        for line in lines:
            line = re.sub(r"^\s*(?:[-–+•*▪]|\d+(?:\.\d+)*[.)]|[a-zđ][.)])\s*", "", line).strip()
            m = FORM_CODE.search(line)
            if m and m.start() == 0:
                out.append(
                    {"code": m.group(1).strip(" .:-–"), "name": line[m.end() :].strip(" .:;-–")}
                )
            elif m:
                rest = (line[: m.start()] + line[m.end() :]).strip()
                rest = re.sub(
                    r"\(\s*(?:mã|ký hiệu|mã hiệu|mã số|mẫu)?\s*:?\s*\)", "", rest, flags=re.I
                )
                out.append({"code": m.group(1).strip(" .:-–"), "name": rest.strip(" .:;-–()")})
            elif FORM_NAME.match(fold(line)) and len(line) < 250:
                out.append({"code": "", "name": line.strip(" .;")})
    return out


_OWN_CODE = re.compile(r"\b(?:ma hieu|ma so|ky hieu|so hieu|ma bieu mau|ma)\s*:?\s*$")


def _own_forms(content):
    """A form names itself in the control block of its pages; a file may hold several."""
    out: list[dict] = []
    seen = set()
    for section in content.get("sections", ()):
        if section.get("place") not in ("front", "margin"):
            continue
        lines = [
            x.strip() for x in section_text(section).replace("\t", "\n").split("\n") if x.strip()
        ]
        for i, line in enumerate(lines):
            m = FORM_CODE.search(line)
            if (
                not m
                or m.group() != line
                and not (
                    _OWN_CODE.search(fold(line[: m.start()]))
                    or (
                        i and not line[: m.start()].strip() and _OWN_CODE.search(fold(lines[i - 1]))
                    )
                )
            ):
                continue
            code = m.group(1).strip(" .:-–")
            name = _caption(lines)
            if name and folded_words(code) not in seen:
                seen.add(folded_words(code))
                out.append({"code": code, "name": name})
    return out


_NO_NAME = re.compile(
    r"^(uy ban|ubnd|so |trung tam|hanh chinh|tinh |thanh pho|phuong |xa |truong |phong |van phong|cong hoa|doc lap|bo |ban |chi cuc|cuc |lan |ngay |trang|ma |ky hieu)"
)


def _caption(lines):
    """The line in capitals, or that begins like a form's name, among the lines of a control block."""
    for line in lines:
        folded = fold(line)
        if (
            FORM_NAME.match(folded)
            and len(line) < 200
            and ":" not in line
            and not re.match(r"^so\s+(?:tu phap|noi vu|xay dung)", folded)
        ):
            return line
    for line in lines:
        if (
            line.upper() == line
            and len(line) > 8
            and not _NO_NAME.match(fold(line))
            and ":" not in line
            and not FORM_CODE.search(line)
        ):
            return line
    return ""
