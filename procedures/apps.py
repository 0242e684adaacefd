from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "procedures"

    def ready(self) -> None:
        from procedures import checks  # noqa: F401  (registers itself)

        self._protect()
        self._fill_places()
        self._add_demo()
        self._plan_work()

    def _protect(self) -> None:
        """Makes proof tables append-only, and includes the versions in the proof check."""
        from procedures import standard, version_proof
        from qms.proof import append_only, parts

        append_only.protect("procedures_version", ("id",), ("document_id", "ordinal"))
        append_only.protect("procedures_versionact", ("id",))
        append_only.protect("procedures_confirmation", ("id",), ("version_id", "person_id"))
        append_only.protect("procedures_review", ("id",))
        append_only.protect("procedures_amendment", ("id",), ("version_id",))
        append_only.protect(
            "procedures_decision",
            ("id",),
            ("approval_id",),
            ("agency_id", "year", "number", "symbol"),
        )
        append_only.protect("procedures_takingin", ("id",))
        post_migrate.connect(
            standard.update_titles, sender=self, dispatch_uid="procedures.standard"
        )
        parts.register("versions", _("Phiên bản"), version_proof.faults)

    def _fill_places(self) -> None:
        """Registers documents with the frame, approvals, notices and search."""
        from procedures import frame
        from procedures.approval import closing, kind, withdrawing
        from procedures.indexing import admin_labels, documents, people, result_labels
        from procedures.readership import reminders

        for place in (frame, reminders, kind, withdrawing, closing):
            place.register()
        for indexed in (documents, result_labels, admin_labels, people):
            indexed.register()

    def _add_demo(self) -> None:
        from procedures.demo import (
            afterwards,
            approvals,
            chain,
            changes,
            following,
            further,
            readership,
        )

        for part in (changes, chain, readership, following, approvals, afterwards):
            further.add(part.build)

    def _plan_work(self) -> None:
        """Registers background work, and the display names of its failures."""
        from procedures.derived import file_texts
        from procedures.readership import reminders
        from qms.work import background, failures

        background.every(
            5,
            file_texts.read_waiting,
            name="procedures.files",
            label=_("Đọc chữ trong tệp kèm theo"),
        )
        background.every(
            86_400,
            file_texts.expect_all,
            name="procedures.expect_files",
            label=_("Tìm tệp chưa đọc chữ"),
        )
        background.every(
            600,
            reminders.plan_today,
            name="procedures.readership",
            label=_("Nhắc đọc tài liệu và soát xét"),
        )
        failures.name_task("procedures.importing.reading.read_item", _("Đọc tệp nhập vào"))
        failures.name_task(
            "procedures.derived.pages.draw_pages", _("Vẽ các trang của tệp nhập vào")
        )
        failures.name_task(
            "procedures.derived.pictures.show_pictures", _("Chuyển hình sang dạng xem được")
        )
