from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    name = "audits"

    def ready(self) -> None:
        from audits import (
            decision_reminders,
            frame,
            indexing,
            plan_kind,
            reminders,
            telling,
            tokens,
        )
        from audits.audit_plan import kind as plans
        from audits.auditors import watching
        from audits.demo import build
        from audits.programme import kind as programmes
        from audits.report import kind as reports
        from audits.review import collecting, counted
        from audits.review import kind as reviews
        from procedures.demo import further
        from qms import access
        from qms.proof import append_only
        from qms.work import background, due

        append_only.protect("audits_answer", ("id",), ("entry",))
        append_only.protect("audits_evidence", ("id",), ("entry",))
        append_only.protect("audits_findingnote", ("id",))
        append_only.protect("audits_judgement", ("id",))
        append_only.protect("audits_laterfact", ("id",))
        access.register_tokens(tokens.tokens)
        due.register(reminders.WORK, reminders.remind)
        due.register(decision_reminders.WORK, decision_reminders.remind)
        due.register(collecting.WORK, collecting.collect)
        further.add(build.build)
        background.every(
            3600,
            reminders.look_for_doers,
            name="audits.doers",
            label=_("Tìm hành động không còn người thực hiện"),
        )
        background.every(
            3600,
            watching.look_for_ties,
            name="audits.ties",
            label=_("Tìm đánh giá viên không còn đánh giá được phần đã giao"),
        )
        frame.register()
        plans.register()
        plan_kind.register()
        indexing.register()
        telling.register()
        reports.register()
        programmes.register()
        reviews.register()
        counted.register()
