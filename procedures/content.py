"""Reading a document's stored content: plain text, steps, cases, records, forms, amendments, pictures.

Content is the neutral JSON that the Word reader, the editor and versions share (see docs/architecture.md). All
functions are pure, work on any valid content and never raise on missing keys.
"""

import re
from html import unescape

from .wording import dates, fold
from .wording import words as folded_words

BLOCK = re.compile(r"</?(?:p|ul|ol|tr|table|thead|tbody|div|h\d)\b[^>]*>|<br\s*/?>", re.I)
ITEM, CELL, TAG = re.compile(r"<li\b[^>]*>", re.I), re.compile(r"</t[dh]\s*>", re.I), re.compile(r"<[^>]*>")


# text


def plain(html: str) -> str:
    """The text of an HTML fragment: one line for a paragraph, item or table row, cells separated by tabs, no tags."""
    if "<" in (html or ""):
        html = CELL.sub("\t", ITEM.sub("\n- ", re.sub(r"</li\s*>", "\n", BLOCK.sub("\n", html), flags=re.I)))
        html = TAG.sub("", html)
    text = unescape(html or "")
    lines = (re.sub(r"[ \xa0]*\t[ \t\xa0]*", "\t", re.sub(r"[ \xa0]+", " ", line)).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(html: str) -> str:
    """The text of a cell or fragment on one line; dashes that mark items stay."""
    return " ".join(plain(html).split())


def paragraphs(html: str) -> list[str]:
    """The plain text of each paragraph, item or row of a fragment."""
    return plain(html).split("\n") if html else []


def block_text(block: dict) -> str:
    """The whole text of one block; a picture has none."""
    kind = block.get("type")
    if kind == "heading":
        return " ".join(x for x in (block.get("number"), block.get("title")) if x)
    if kind in ("text", "table"):
        return plain(block.get("html", ""))
    if kind == "grid":
        lines = ["\t".join(plain(c.get("label", "")) for c in block.get("columns", ()))]
        lines += ["\t".join(one_line(c) for c in row.get("cells", ())) for row in block.get("rows", ())]
        return "\n".join(line.strip() for line in lines if line.strip())
    return ""


def section_text(section: dict) -> str:
    """Number, title and all blocks of a section, in reading order."""
    head = " ".join(x for x in (section.get("number"), section.get("title")) if x)
    return "\n".join(t for t in (head, *(block_text(b) for b in section.get("blocks", ()))) if t)


def text_of(content: dict) -> str:
    """The whole stored text in reading order."""
    return "\n".join(t for t in map(section_text, content.get("sections", ())) if t)


def sections_outline(content: dict) -> list[dict]:
    """[{"kind", "number", "title", "characters"}] of the sections of the body; white space is not counted."""
    return [
        {"kind": s.get("kind", "other"), "number": s.get("number", ""), "title": s.get("title", ""), "characters": len("".join(section_text(s).split()))}
        for s in content.get("sections", ())
        if s.get("place", "body") == "body"
    ]


def pictures_of(content: dict) -> list[str]:
    """The SHA-256 of every picture in the content, in order, each once."""
    found: dict[str, None] = {}
    for _, block in blocks(content):
        if block.get("type") == "picture":
            found[block.get("sha256", "")] = None
        for html in _fragments(block):
            found.update(dict.fromkeys(re.findall(r'src="sha256:([0-9a-f]{64})"', html)))
    return [sha for sha in found if sha]


def blocks(content: dict, kinds=None):
    """(section, block) for each block in reading order, of sections of these kinds or of all."""
    for section in content.get("sections", ()):
        if kinds is None or section.get("kind") in kinds:
            for block in section.get("blocks", ()):
                yield section, block


def _fragments(block):
    if block.get("html"):
        yield block["html"]
    for row in block.get("rows", ()):
        yield from row.get("cells", ())


# grids


def grids(content: dict, subject: str) -> list[dict]:
    """All grids of one subject, in reading order."""
    return [b for _, b in blocks(content) if b.get("type") == "grid" and b.get("subject") == subject]


def _columns(grid, *roles):
    return [i for i, c in enumerate(grid.get("columns", ())) if c.get("role") in roles]


def _cell(row, index):
    cells = row.get("cells", ())
    return cells[index] if index is not None and index < len(cells) else ""


def _first(grid, *roles):
    return next(iter(_columns(grid, *roles)), None)


def _rows(grid):
    return [r for r in grid.get("rows", ()) if r.get("kind", "row") == "row"]


# steps

LOOKS_LIKE_TIME = re.compile(
    r"\b(\d+([.,/]\d+)?|½|¼|¾|mot|nua|hai|ba)\s*(ngay|gio|phut|tuan|thang|buoi|nam|quy|h)\b|[½¼¾]|^\s*\d+([.,]\d+)?\s*$"
    r"|\b(hang|moi|dinh ky)\s*(ngay|tuan|thang|quy|nam)\b|\bngay sau khi\b|\btheo (thoi han|ke hoach|quy dinh|lich)\b|\bkhong (tinh|qua|quy dinh)\b"
    r"|\btrong (ngay|buoi|gio|tuan|thang)\b|\bthuong xuyen\b|\bkhi (co|phat sinh)\b|\btruoc ngay\b|\bgio hanh chinh\b|\blap tuc\b"
)
_TIME_WORDS = re.compile(r"\b(thoi gian|thoi han|tien do|han|khi nao|so ngay|so gio)\b")
_FORM_WORDS = re.compile(r"\b(bieu mau|mau bieu|ho so|ket qua|tai lieu|san pham|ghi|bm)\b")
_WHO_WORDS = re.compile(r"\b(trach nhiem|nguoi thuc hien|don vi|bo phan|ai lam|nguoi|chu tri)\b")


def cases(content: dict) -> list[str]:
    """The headings of the time columns of the steps, as printed; one for each case of the procedure."""
    for grid in grids(content, "steps"):
        found = [one_line(grid["columns"][i].get("label", "")) for i in _columns(grid, "duration")]
        if found:
            return found
    return []


def steps(content: dict, *, fill: bool = True) -> list[dict]:
    """[{"number", "action", "responsible", "durations": [one for each case], "form"}] as plain text.

    From the grids of steps; without one from headings and paragraphs that read "Bước 1. …". A cell merged over several
    steps speaks for each of them; with `fill=False` only for the first, so that times can be added up.
    """
    found: list[dict] = []
    for grid in grids(content, "steps"):
        found += _grid_steps(grid, fill)
    return found or _heading_steps(content)


def _grid_steps(grid, fill):
    number, action = _first(grid, "number"), _first(grid, "action")
    who, times = _columns(grid, "responsible"), _columns(grid, "duration")
    results = _columns(grid, "form", "result")
    labels = [fold(one_line(c.get("label", ""))) for c in grid.get("columns", ())]
    out: list[dict] = []
    above: list[str] = []
    for row in _rows(grid):
        merged = set(row.get("merged", ()))
        cells = [above[i] if i in merged and i < len(above) else c for i, c in enumerate(row.get("cells", ()))]
        above = cells
        if not fill:
            cells = ["" if i in merged and i in times else c for i, c in enumerate(cells)]
        own = {"cells": cells}
        text = [one_line(c) for c in cells]
        if not any(text):
            continue
        goes_on = out and (action in merged or not text[action] if action is not None and action < len(text) else False)
        step = {
            "number": one_line(_cell(own, number)),
            "action": _action(_cell(own, action)),
            "responsible": "; ".join(x for i in who if (x := one_line(_cell(own, i)))),
            "durations": [_duration(_cell(own, i), labels[i]) for i in times],
            "form": "; ".join(x for i in results if (x := one_line(_cell(own, i)))),
        }
        if not who:
            step["responsible"] = next((w for i in times if (w := _other_part(_cell(own, i), labels[i], _WHO_WORDS))), "")
        if not results:
            step["form"] = next((w for i in times if (w := _other_part(_cell(own, i), labels[i], _FORM_WORDS))), "")
        if goes_on and (number is None or number in merged or not text[number]):
            _continue(out[-1], step, who, times, merged)
        else:
            out.append(step)
    return out


_ARROWS = re.compile(r"[\s↓↑→←⇓⇒⇩➔▼▲►➢|]+")


def _action(cell):
    """What is done. In a cell drawn as part of a flow chart, what stands after the arrow belongs to the way on."""
    lines = paragraphs(cell)
    while lines and _ARROWS.fullmatch(lines[0]):
        lines.pop(0)
    cut = next((n for n, x in enumerate(lines) if _ARROWS.fullmatch(x)), len(lines))
    return " ".join(lines[:cut])


def _continue(last, step, who, times, merged):
    """A row without an action of its own belongs to the step above: more people, more time."""
    if not any(i in merged for i in who) and step["responsible"] and step["responsible"] not in last["responsible"]:
        last["responsible"] = "; ".join(x for x in (last["responsible"], step["responsible"]) if x)
    for n, i in enumerate(times):
        if i not in merged and step["durations"][n]:
            last["durations"][n] = "; ".join(x for x in (last["durations"][n], step["durations"][n]) if x)


def _duration(cell, label):
    """The time of a cell. Where the column holds the form too ("Biểu mẫu/Thời gian"), only its time."""
    lines = paragraphs(cell)
    if len(lines) > 1 and (_FORM_WORDS.search(label) or _WHO_WORDS.search(label)):
        timed = [x for x in lines if LOOKS_LIKE_TIME.search(fold(x))]
        if len(timed) == 1:
            return timed[0]
        time, other = _TIME_WORDS.search(label), _FORM_WORDS.search(label) or _WHO_WORDS.search(label)
        return lines[0] if time and other and time.start() < other.start() else lines[-1]
    if len(lines) == 1 and _FORM_WORDS.search(label) and not LOOKS_LIKE_TIME.search(fold(lines[0])):
        return ""
    return " ".join(lines)


def _other_part(cell, label, wanted):
    """What a time column that also names people or forms holds besides the time."""
    if not wanted.search(label) or not _TIME_WORDS.search(label):
        return ""
    time = _duration(cell, label)
    return " ".join(x for x in paragraphs(cell) if x != time)


STEP = re.compile(r"^\s*(?:[-–+•*]\s*)?((?:Bước|BƯỚC|bước|Buớc|B)\s*\d+(?:\.\d+)*\s*[.:)\-–]?)\s*[-–:.]?\s*(.*)$", re.S)
_LABELLED = re.compile(
    r"\b(trach nhiem(?: thuc hien)?|nguoi thuc hien|don vi thuc hien|nguoi chiu trach nhiem|bo phan thuc hien|chu tri|thuc hien"
    r"|thoi gian(?: thuc hien| giai quyet| xu ly)?|thoi han(?: thuc hien| giai quyet)?|bieu mau|ket qua|ho so)\s*:\s*"
)


def _labelled(text):
    """{"responsible", "duration", "form"} from "(trách nhiệm: …; thời gian: …)" or "Người thực hiện: …", and the rest."""
    folded = fold(text)
    marks = [m for m in _LABELLED.finditer(folded) if m.start() == 0 or folded[: m.start()].rstrip()[-1:] in "(;.,[-–+•*|" or not folded[: m.start()].strip()]
    if not marks:
        return {}, text
    values: dict[str, str] = {}
    for m, following in zip(marks, [*marks[1:], None], strict=True):
        value = text[m.end() : following.start() if following else len(text)].strip()
        label = m.group(1)
        role = "duration" if label.startswith("thoi") else "form" if label in ("bieu mau", "ket qua", "ho so") else "responsible"
        values.setdefault(role, value.strip(" ;,.()[]-–+•*|") if value.count("(") != value.count(")") or value.endswith((";", ",", ".")) else value.strip())
    return values, text[: marks[0].start()].rstrip(" ([;,-–+•*|")


def _heading_steps(content):
    out: list[dict] = []
    for section in content.get("sections", ()):
        if section.get("place", "body") != "body" or section.get("kind") not in ("content", "other"):
            continue
        current: dict | None = None
        found: list[dict] = []
        for block in section.get("blocks", ()):
            if block.get("type") == "heading":
                number, title = block.get("number", "") or "", block.get("title", "") or ""
                m = STEP.match(f"{number} {title}".strip())
                current = _open_step(found, m, heading=True) if m else None
            elif block.get("type") == "text":
                for line in paragraphs(block.get("html", "")):
                    m = STEP.match(line)
                    if m and (m.group(2).strip() or m.group(1).rstrip()[-1:] in ".:"):
                        current = _open_step(found, m, heading=False)
                    elif current is not None:
                        _fill(current, line)
        if _in_order(found):
            out += found
    for step in out:
        duration = step.pop("duration", "")
        step["durations"] = [duration] if duration else []
    return out


def _open_step(found, match, *, heading):
    values, action = _labelled(match.group(2).strip())
    step = {
        "number": match.group(1).strip(),
        "action": action.strip(),
        "responsible": values.get("responsible", ""),
        "duration": values.get("duration", ""),
        "form": values.get("form", ""),
    }
    found.append(step)
    return step


def _fill(step, line):
    values, rest = _labelled(line)
    if not step["action"] and rest.strip():
        step["action"] = rest.strip()
    for role, value in values.items():
        if not step.get(role):
            step[role] = value


def _in_order(found):
    """ "Bước 1" cited in passing is no step: at least two, counting up from the first."""
    numbers = [int(re.search(r"\d+", s["number"]).group()) for s in found]
    return len(numbers) >= 2 and numbers[0] in (0, 1) and all(b >= a for a, b in zip(numbers, numbers[1:], strict=False))


# records, forms, amendments


def records(content: dict) -> list[dict]:
    """[{"name", "place", "retention"}] of the records to keep."""
    out = []
    for grid in grids(content, "records"):
        name, place, retention = _first(grid, "name"), _first(grid, "place"), _first(grid, "retention")
        above: list[str] = []
        for row in _rows(grid):
            merged = set(row.get("merged", ()))
            cells = [above[i] if i in merged and i < len(above) else c for i, c in enumerate(row.get("cells", ()))]
            above = cells
            record = {
                "name": one_line(_cell({"cells": cells}, name)),
                "place": one_line(_cell({"cells": cells}, place)),
                "retention": one_line(_cell({"cells": cells}, retention)),
            }
            if record["name"] and name not in merged:
                out.append(record)
    return out


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
        code, name = _first(grid, "code"), _first(grid, "name")
        for row in _rows(grid):
            entry = {"code": one_line(_cell(row, code)), "name": one_line(_cell(row, name))}
            if code is None and (m := FORM_CODE.match(entry["name"])):
                entry = {"code": m.group(1).strip(" .:-–"), "name": entry["name"][m.end() :].strip(" .:-–")}
            if entry["name"] or entry["code"]:
                out.append(entry)
    out = out or _listed_forms(content)
    if not out:
        for grid in grids(content, "records"):
            code, name = _first(grid, "code"), _first(grid, "name")
            if code is not None:
                out += [{"code": c, "name": one_line(_cell(row, name))} for row in _rows(grid) if (c := one_line(_cell(row, code)))]
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
                out.append({"code": m.group(1).strip(" .:-–"), "name": line[m.end() :].strip(" .:;-–")})
            elif m:
                rest = (line[: m.start()] + line[m.end() :]).strip()
                rest = re.sub(r"\(\s*(?:mã|ký hiệu|mã hiệu|mã số|mẫu)?\s*:?\s*\)", "", rest, flags=re.I)
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
        lines = [x.strip() for x in section_text(section).replace("\t", "\n").split("\n") if x.strip()]
        for i, line in enumerate(lines):
            m = FORM_CODE.search(line)
            if not m or not (_OWN_CODE.search(fold(line[: m.start()])) or (i and not line[: m.start()].strip() and _OWN_CODE.search(fold(lines[i - 1])))):
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
        if FORM_NAME.match(folded) and len(line) < 200 and ":" not in line and not re.match(r"^so\s+(?:tu phap|noi vu|xay dung)", folded):
            return line
    for line in lines:
        if line.upper() == line and len(line) > 8 and not _NO_NAME.match(fold(line)) and ":" not in line and not FORM_CODE.search(line):
            return line
    return ""


def amendments(content: dict) -> list[dict]:
    """[{"number", "date" (ISO, or as printed where it is no date), "summary"}] of the amendment log; empty rows aside."""
    out = []
    for grid in grids(content, "amendments"):
        number, date, summary = _first(grid, "number"), _first(grid, "date"), _first(grid, "summary")
        for row in _rows(grid):
            printed = one_line(_cell(row, date))
            found = dates(printed)
            entry = {"number": one_line(_cell(row, number)), "date": found[0].isoformat() if found else printed, "summary": one_line(_cell(row, summary))}
            if re.search(r"\w", entry["date"]) or re.search(r"\w", entry["summary"]):
                out.append(entry)
    return out


def terms(content: dict) -> list[dict]:
    """[{"term", "meaning"}] of the grids of definitions."""
    out = []
    for grid in grids(content, "definitions"):
        term, meaning = _first(grid, "term"), _first(grid, "meaning")
        out += [{"term": t, "meaning": one_line(_cell(row, meaning))} for row in _rows(grid) if (t := one_line(_cell(row, term)))]
    return out


def dossier(content: dict) -> list[dict]:
    """[{"name", "original", "copy", "note"}] of the dossier's contents."""
    out = []
    for grid in grids(content, "dossier"):
        at = {role: _first(grid, role) for role in ("name", "original", "copy", "note")}
        out += [entry for row in _rows(grid) if (entry := {role: one_line(_cell(row, i)) for role, i in at.items()})["name"]]
    return out
