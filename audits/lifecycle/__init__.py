"""Steps of programmes, audits, findings and corrections, each one transaction with its history and
index update. Steps by a person are refused if a rule forbids them; `by=None` is the command line.

Approving a programme, fixing a plan, concluding and judging are single acts here, each in a
function of its own, so that a chain of approvals can take them over; it has taken over plans of
correction (`lifecycle/agreeing.py`)."""

from audits.lifecycle.agreeing import send_plan
from audits.lifecycle.arranging import assign_items, leave_out_items, move_items
from audits.lifecycle.checklist import add_item, answer, make_checklist
from audits.lifecycle.conducting import (
    GRADES,
    change_finding,
    conclude,
    confirm_finding,
    decide,
    drop_finding,
    raise_finding,
    raise_from_answer,
    reply,
    start,
)
from audits.lifecycle.correcting import (
    add_action,
    assess_system,
    correct,
    find_cause,
    gate_of,
    judge_extent,
    remove_action,
    report,
    skip_plan,
    skips,
)
from audits.lifecycle.deciding import finish_decision, hand_over_decision
from audits.lifecycle.doing import (
    answer_longer,
    ask_longer,
    finish_action,
    hand_over,
    judge,
    waits_for_version,
)
from audits.lifecycle.extents import answer_extent, ask_extent, take_back_extent
from audits.lifecycle.inviting import (
    GOING_ON,
    accept_invitation,
    ask_another_time,
    keep_time,
    move_row,
)
from audits.lifecycle.lending import agree_to_loan, ask_loan, decline_loan, withdraw_loan
from audits.lifecycle.meetings import add_meetings, move_meeting, remove_meeting, save_meeting
from audits.lifecycle.meetings import proposed as proposed_meeting
from audits.lifecycle.on_site import (
    ORDINARY_CLOCK,
    choose,
    clock_off,
    decide_aside,
    keep_file,
    take_entries,
)
from audits.lifecycle.pieces import take_piece
from audits.lifecycle.planning import (
    add_member,
    cancel,
    change_audit,
    create_audit,
    end_member,
    fix_plan,
    remove_row,
    reopen_plan,
    replace_auditor,
    save_row,
)
from audits.lifecycle.planning import subject as plan_subject
from audits.lifecycle.programme import (
    approve_programme,
    change_programme,
    create_programme,
    revise_programme,
)
from audits.lifecycle.registering import remove_training, save_auditor, save_training
from audits.lifecycle.reporting import add_later_fact, edit_report
from audits.lifecycle.reviewing import (
    add_decision,
    change_review,
    collect_again,
    create_review,
    remove_decision,
    write_input,
)

__all__ = [
    "GOING_ON", "GRADES", "ORDINARY_CLOCK", "accept_invitation", "add_action", "add_decision", "add_item", "add_later_fact", "add_meetings", "add_member",
    "agree_to_loan", "answer", "answer_extent", "answer_longer", "approve_programme", "ask_another_time",
    "assign_items", "leave_out_items", "move_items",
    "ask_extent", "ask_loan", "ask_longer", "assess_system", "cancel", "change_audit", "change_finding",
    "change_programme", "change_review", "choose", "clock_off", "collect_again", "conclude", "confirm_finding", "correct",
    "create_audit", "create_programme", "create_review", "decide", "decide_aside", "decline_loan", "drop_finding",
    "edit_report", "end_member", "find_cause", "finish_action", "finish_decision", "fix_plan", "gate_of", "hand_over",
    "hand_over_decision", "judge", "judge_extent", "keep_file", "keep_time", "make_checklist", "move_row",
    "move_meeting", "plan_subject", "proposed_meeting", "remove_meeting", "save_meeting", "raise_finding", "raise_from_answer", "remove_action", "remove_decision", "remove_row", "remove_training",
    "reopen_plan", "replace_auditor", "reply", "report", "revise_programme", "save_auditor", "save_row",
    "save_training", "send_plan", "skip_plan", "skips", "start", "take_back_extent", "take_entries", "take_piece", "waits_for_version",
    "withdraw_loan", "write_input",
]  # fmt: skip
