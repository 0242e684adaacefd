"""Steps in running text: lines with separators, brackets or labels, or below the name of the person
or unit that acts."""

import re
from collections.abc import Iterator, Sequence

from procedures.content.candidates.labels import is_time, is_who, split_labels, tidy
from procedures.content.candidates.step_parts import (
    Part,
    bracketed,
    resolve,
    roles_by_content,
    take_number,
)
from procedures.content.schema import Block, Step, is_heading, is_text
from procedures.content.text import block_text, paragraphs

_BULLET = re.compile(r"^\s*[-–+•*▪→➔➢]\s*")
_SEPARATORS = (r"\s*\|\s*", r"\s+[–—-]\s+", r"\s*;\s*", r"\s*→\s*", r"\t")


def line_steps(blocks: Sequence[Block]) -> Iterator[tuple[str, list[Step]]]:
    """(layout, steps) of the text of one section; sub-section headings divide the text."""
    for lines in _stretches(blocks):
        for how, reader in (
            ("labelled lines", _labelled),
            ("separated lines", _separated),
            ("bracketed lines", _bracketed),
            ("who above", _who_above),
            ("prose", _prose),
            ("time in front", _time_in_front),
            ("sentence below", _sentence_below),
            ("action below", _action_below),
        ):
            found = [
                s for s in reader(lines) if s["action"] and (s["responsible"] or s["durations"])
            ]
            if len(found) >= 2:
                yield how, found


def _stretches(blocks: Sequence[Block]) -> Iterator[list[str]]:
    """The lines below each heading, and all lines of the section together with its headings."""
    whole: list[str] = []
    own: list[str] = []
    for block in blocks:
        if is_heading(block):
            if len(own) > 1:
                yield own
            own = []
            whole.append(block_text(block))
        elif is_text(block):
            lines = paragraphs(block.get("html", ""))
            own = own + lines
            whole += lines
        else:
            own = []
    if len(own) > 1:
        yield own
    if len(whole) > 1 and whole != own:
        yield whole


def _labelled(lines: list[str]) -> list[Step]:
    """Steps given as an action line followed by labelled lines, or as a lone number with
    labels only."""
    units: list[list[Part]] = []
    waiting: str | None = None
    open_ = False
    for line in lines:
        bare = _BULLET.sub("", line)
        number, rest = take_number(bare)
        values, before = split_labels(rest if number else bare)
        if values and not before.strip() and not number:
            starts = "action" in values
            if starts and open_ and any(split_labels(p.text)[0].get("action") for p in units[-1]):
                units.append([])
            elif waiting is not None and not open_:
                units.append([Part(waiting)])
            if units:
                units[-1].append(Part(bare))
            elif starts:
                units.append([Part(bare)])
            open_, waiting = True, None
        elif values:
            units.append([Part(bare)])
            open_, waiting = True, None
        else:
            waiting, open_ = bare, False
    return [resolve(unit) for unit in units]


def _separated(lines: list[str]) -> list[Step]:
    """ "1. Tiếp nhận hồ sơ – Văn thư – 30 phút": the same number of parts in each line, one of them a time or a post."""
    best: list[Step] = []
    for separator in _SEPARATORS:
        for run in _runs(lines, separator):
            columns = list(zip(*[parts for _, parts in run], strict=True))
            roles = roles_by_content(columns)
            if "action" not in roles or not {"responsible", "duration"} & set(roles):
                continue
            rows = [
                resolve(
                    [
                        Part(number, "number"),
                        *(Part(t, r) for t, r in zip(parts, roles, strict=True)),
                    ]
                )
                for number, parts in run
            ]
            best = rows if len(rows) > len(best) else best
    return best


def _runs(lines: list[str], separator: str) -> Iterator[list[tuple[str, list[str]]]]:
    """Runs of at least two consecutive lines with the same number of parts."""
    run: list[tuple[str, list[str]]] = []
    for line in lines:
        number, rest = take_number(_BULLET.sub("", line))
        parts = [tidy(p) for p in re.split(separator, rest) if p.strip()]
        if not 2 <= len(parts) <= 5 or run and len(parts) != len(run[0][1]):
            if len(run) >= 2:
                yield run
            run = []
        if 2 <= len(parts) <= 5:
            run.append((number, parts))
    if len(run) >= 2:
        yield run


def _bracketed(lines: list[str]) -> list[Step]:
    """ "1. Tiếp nhận hồ sơ (Văn thư, 30 phút)"."""
    out: list[Step] = []
    for line in lines:
        number, rest = take_number(_BULLET.sub("", line))
        if bracketed(rest)[1]:
            out.append(resolve([Part(number, "number"), Part(rest)]))
    return out


def _who_above(lines: list[str]) -> list[Step]:
    """ "Văn thư:" on its own line (or before the action), with that person's actions on the lines below."""
    out: list[Step] = []
    who = ""
    for line in lines:
        bare = _BULLET.sub("", line).strip()
        number, rest = take_number(bare)
        name = split_labels(rest)[0].get("responsible", "") or tidy(rest.rstrip(" :"))
        if is_who(name) and len(name) < 60 and (rest.endswith(":") or name != tidy(rest)):
            who = name
            continue
        head, colon, tail = rest.partition(":")
        if colon and is_who(head) and tail.strip():
            step = resolve([Part(number, "number"), Part(tail), Part(head, "responsible")])
            out.append(step)
            continue
        body, inner = bracketed(rest)
        if who and (inner or number or line.startswith("- ")):
            step = resolve([Part(number, "number"), Part(rest), Part(who, "responsible")])
            out.append(step)
    return out if sum(bool(s["durations"]) for s in out) * 2 >= len(out) else []


_IN_TIME = re.compile(
    r"(?<![\s,])[\s,]*+(?:trong (?:vòng |thời hạn |thời gian )?|không quá |thời (?:gian|hạn) |chậm nhất )(?P<time>\S.*)$",
    re.I | re.S,
)


def _prose(lines: list[str]) -> list[Step]:
    """ "Bước 1. Văn thư tiếp nhận hồ sơ trong 30 phút.": the person first, the duration last, the action between."""
    out: list[Step] = []
    for line in lines:
        number, rest = take_number(_BULLET.sub("", line))
        if not number:
            continue
        text = tidy(rest)
        m = _IN_TIME.search(text)
        if not m or not is_time(m.group("time")):
            continue
        who, action = _split_who(text[: m.start()].strip(" ,"))
        out.append(
            {
                "number": number,
                "action": action,
                "responsible": who,
                "durations": [tidy(m.group("time"))],
                "form": "",
            }
        )
    return out


_VERB = re.compile(
    r"\s(?=(?:tiếp nhận|kiểm tra|lập|trình|soạn|ký|phê duyệt|duyệt|xem xét|thẩm định|thẩm tra|chuyển|gửi|ghi|vào sổ|trả|lưu|xác minh|tra cứu|tổ chức|tổng hợp|báo cáo|thông báo|phân công|hướng dẫn|cập nhật|nhập|in|đối chiếu|rà soát|xử lý|giải quyết|đóng dấu|phát hành|niêm yết|công bố|thực hiện|lấy ý kiến|đánh giá|họp|mời|dự thảo|tham mưu|đề xuất|xác nhận|nghiệm thu|thu|cấp|hoàn thiện|theo dõi|sàng lọc|phản hồi|đề nghị|quyết định|nộp|bàn giao|giao)\s)"
)


_DUTY = re.compile(r"(?<!\s)\s++(?:có|chịu) trách nhiệm\s++", re.I)


def _partition(sign: re.Pattern[str], text: str) -> tuple[str, str, str]:
    m = sign.search(text)
    return (text[: m.start()], m.group(), text[m.end() :]) if m else (text, "", "")


def _split_who(text: str) -> tuple[str, str]:
    """("Văn thư", "tiếp nhận hồ sơ") of a sentence that begins with the actor; ("",
    text) otherwise."""
    head, colon, tail = text.partition(":")
    if colon and is_who(head):
        return tidy(head), tidy(tail)
    who, duty, action = _partition(_DUTY, text)
    if duty and is_who(who):
        return tidy(who), action[:1].upper() + action[1:]
    if is_who(text.split(",")[0][:60]):
        m = _VERB.search(text)
        if m and is_who(text[: m.start()]):
            action = text[m.end() :].strip()
            return text[: m.start()].strip(), action[:1].upper() + action[1:]
    return "", text


_FRONT = re.compile(r"^\((?P<inside>[^()]{2,60})\)\s*+[:–—-]?\s*+(?P<rest>\S.*)$", re.S)


def _time_in_front(lines: list[str]) -> list[Step]:
    """ "Bước 1 (30 phút) - Văn thư: Tiếp nhận hồ sơ.": time or person in brackets behind the number."""
    out: list[Step] = []
    for line in lines:
        number, rest = take_number(_BULLET.sub("", line))
        m = _FRONT.match(rest) if number else None
        if not m or not (is_time(m["inside"]) or is_who(m["inside"])):
            continue
        role = "duration" if is_time(m["inside"]) else "responsible"
        who, action = _split_who(m["rest"]) if role == "duration" else ("", m["rest"])
        parts = [Part(number, "number"), Part(m["inside"], role), Part(action)]
        out.append(resolve([*parts, *([Part(who, "responsible")] if who else [])]))
    return out


_DOES = re.compile(
    r"^(?P<who>[^.:;]{2,80}?)\s++(?:chịu trách nhiệm\s++|có trách nhiệm\s++)?(?:thực hiện|tiến hành|giải quyết|xử lý|hoàn thành|phụ trách|đảm nhiệm)"
    r"(?:\s++(?:công việc|việc|bước)(?:\s++này)?)?(?:\s*+,)?\s++(?:trong\s++(?:vòng|thời gian|thời hạn)?|(?:với\s++)?thời (?:gian|hạn)(?:\s++là)?|không quá|chậm nhất)\s*+:?\s*+(?P<time>\S.*)$",
    re.I | re.S,
)


def _sentence_below(lines: list[str]) -> list[Step]:
    """ "1. Tiếp nhận hồ sơ", below it "Văn thư thực hiện trong thời gian 30 phút."."""
    out: list[Step] = []
    for above, line in zip(lines, lines[1:], strict=False):
        number, action = take_number(_BULLET.sub("", above))
        m = _DOES.match(_BULLET.sub("", line))
        if number and action and m and is_who(m["who"]) and is_time(m["time"]):
            parts = (Part(number, "number"), Part(tidy(action)))
            out.append(
                resolve([*parts, Part(m["who"], "responsible"), Part(m["time"], "duration")])
            )
    return out


def _action_below(lines: list[str]) -> list[Step]:
    """ "1. Văn thư (30 phút):" above "Tiếp nhận hồ sơ."."""
    out: list[Step] = []
    for above, line in zip(lines, lines[1:], strict=False):
        number, rest = take_number(_BULLET.sub("", above))
        who, inside = bracketed(rest.rstrip(" :"))
        if number and is_who(who) and len(inside) == 1 and is_time(inside[0]):
            parts = [Part(tidy(_BULLET.sub("", line))), Part(who, "responsible")]
            out.append(resolve([Part(number, "number"), *parts, Part(inside[0], "duration")]))
    return out
