"""The forms that a document uses, or the form that it is itself."""

import re

from procedures.content.grids import cell, first, grids, rows
from procedures.content.schema import Content, FormEntry
from procedures.content.text import FOOTNOTE, one_line, section_text
from procedures.content.wording import fold
from procedures.content.wording import words as folded_words

# The editor asks the browser for it too: nothing that JavaScript lacks, such as possessive repeats
FORM_CODE = re.compile(
    r"(?<![\w/.\-&])((?:BM|MB|BMT)\s?[–-]\s?\d+(?:\s?[–-]\s?\d+)*(?![\w/\-]|\.\w)|(?:BM|MB|BMT|MẪU|Mẫu|PL|F|M|HS|HSCL|BIỂU|DM|SỔ|PHIẾU)(?:\s?số)?[\s.\-_/]?\d[\w&.\-/]*|(?:BM|MB|BMT)[.\-_/ ]\w(?:[^\W\d]|[.\-/&])*\d[\w.\-/&]*"
    # "QT/SNV/40/BM01", "SNV.BM.82.01": the agency or the document first
    r"|(?:[A-ZĐ\d][A-ZĐa-z\d&]{0,12}[.\-_/]){1,5}(?:BM|MB|BMT|F|M)[.\-_/]?(?:[A-ZĐ]{1,8}[.\-_/])?\d[\w.\-/&]*)"
)
FORM_NAME = re.compile(
    r"^(mau|phieu|so|don|to khai|bien ban|giay|bao cao|danh sach|danh muc|bang|ke hoach|thong bao|quyet dinh|bieu|to trinh|chuong trinh|lenh|hop dong|ban)\b"
)


_SIGNS = " .:;,-–—()[]+•*|\t"
_BEFORE_CODE = re.compile(
    r"(?<![\s(\[–—:-])[\s(\[–—:-]*+\b(?:theo|mã|mã số|mã hiệu|ký hiệu|số hiệu|mẫu|mẫu số|biểu mẫu|số)(?:\s++(?:mẫu|mã|số|hiệu|biểu mẫu)){0,6}\s*+:?\s*+$",
    re.I,
)
_LEAD = re.compile(r"^.*:\s*(?=\S)", re.S)
_SPEAKS = re.compile(
    r"^.*?\b(?:sử dụng|bao gồm|gồm có|gồm|dùng|kèm theo|ghi vào|lập|điền|theo)\s+(?:các\s+)?(?:biểu mẫu\s+(?:sau|gồm)?\s*)?(?=[A-ZĐÀ-Ỹ])"
)
MOST_JOINS = 10  # at either end of a name
_JOINS = re.compile(
    r"^(?:[\s;,.)\]–—-]|(?:và|cùng|hoặc)\s)+|(?<![\s;,.(\[–—-])[\s;,.(\[–—-]++$|(?<!\s)\s++(?:và|cùng)$"
)


def forms_in(line: str) -> list[FormEntry]:
    """The forms named in one line, each with its code before or after the name; without a code at
    most one name."""
    line = FOOTNOTE.sub("", line)
    line = re.sub(r"^\s*(?:[-–+•*▪]|\d+(?:\.\d+)*[.)]|[a-zđ][.)])\s*", "", line).strip()
    line = re.sub(r"^(?:Phụ lục|PHỤ LỤC)\s+(?:số\s+)?[\dIVXA-Z]+\s*[.:–—-]\s*", "", line)
    codes = list(FORM_CODE.finditer(line))
    if not codes:
        plain = line.strip(" .;")
        return (
            [{"code": "", "name": plain}] if FORM_NAME.match(fold(line)) and len(line) < 250 else []
        )
    head = line[: codes[0].start()]
    leads = not head.strip(_SIGNS) or _announces(head)
    ends = [m.start() for m in codes[1:]] + [len(line)]
    starts = [0] + [m.end() for m in codes[:-1]]
    out: list[FormEntry] = []
    for n, m in enumerate(codes):
        name = line[m.end() : ends[n]] if leads else line[starts[n] : m.start()]
        if not leads and n == 0:
            name = _LEAD.sub("", _BEFORE_CODE.sub("", name)).strip(_SIGNS)
            name = name if FORM_NAME.match(fold(name)) else _SPEAKS.sub("", name)
        if not leads and len(codes) == 1 and len(tail := line[m.end() :].strip(_SIGNS)) > 2:
            name = f"{name} {tail}" if not re.search(r"[(\[]\s*$", head) else name
        out.append({"code": m.group(1).strip(" .:-–"), "name": _bare_name(name)})
    return out


def _announces(head: str) -> bool:
    """ "Sử dụng các biểu mẫu:" announces codes; "Tờ khai (mã số:" is the name of the form whose code follows."""
    if not head.rstrip().endswith(":") or "(" in head:
        return False
    return not FORM_NAME.match(fold(_BEFORE_CODE.sub("", head).strip()) or "-")


_QUOTED = re.compile(r"^(?:(?:biểu )?mẫu\s+)?[“\"«]([^“”\"«»]{3,})[”\"»]$", re.I)


def _bare_name(text: str) -> str:
    name = _BEFORE_CODE.sub("", text.strip(_SIGNS))
    for _join in range(MOST_JOINS):
        before, name = name, _JOINS.sub("", name).strip(" .:;,-–—")
        if before == name:
            break
    if quoted := _QUOTED.match(name):
        name = quoted.group(1)
    if name.count("(") < name.count(")"):
        name = name.rstrip(" )")
    if name.count("(") > name.count(")"):
        _, opened, inside = name[name.rfind(")") + 1 :].partition("(")
        name += ")" if opened and re.search(r"\w", inside) else ""
    return name.removeprefix("(").strip() if name.count("(") != name.count(")") else name


def grid_forms(content: Content) -> list[FormEntry]:
    """[{"code", "name"}] of the rows of the grids of forms."""
    out: list[FormEntry] = []
    for grid in grids(content, "forms"):
        code, name = first(grid, "code"), first(grid, "name")
        for row in rows(grid):
            entry: FormEntry = {
                "code": one_line(cell(row, code)),
                "name": one_line(cell(row, name)),
            }
            if not entry["code"] and (found := forms_in(entry["name"])) and found[0]["code"]:
                entry = found[0]
            if entry["name"] or entry["code"]:
                out.append(entry)
    return out


def record_forms(content: Content) -> list[FormEntry]:
    """Records with a code, which count as forms if no others are named."""
    out: list[FormEntry] = []
    for grid in grids(content, "records"):
        code, name = first(grid, "code"), first(grid, "name")
        if code is not None:
            out += [
                {"code": c, "name": one_line(cell(row, name))}
                for row in rows(grid)
                if (c := one_line(cell(row, code)))
            ]
    return out


_OWN_CODE = re.compile(r"\b(?:ma hieu|ma so|ky hieu|so hieu|ma bieu mau|ma)\s*+:?\s*+$")


def own_forms(content: Content) -> list[FormEntry]:
    """The forms that name themselves in the control blocks of their pages; a file may
    hold several."""
    out: list[FormEntry] = []
    seen: set[str] = set()
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


def _caption(lines: list[str]) -> str:
    """The line of a control block that is in capitals or begins like a form's name."""
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
