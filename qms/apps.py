from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


class QmsConfig(AppConfig):
    name = "qms"
    verbose_name = "QMS"

    def ready(self) -> None:
        from qms.approvals import frame as approvals_frame
        from qms.desk import agencies, bookmarks, subjects
        from qms.middleware import IdleSessions
        from qms.notices import mailing, telling
        from qms.proof import append_only, parts, store
        from qms.screens import frame_parts
        from qms.text import ordering
        from qms.work import background, due, housekeeping, sending, tasks

        append_only.protect("qms_event", ("id",), ("agency_id", "number"))
        append_only.protect("qms_storedfile", ("sha256",))
        append_only.protect("qms_signature", ("id",), ("approval_id", "person_id", "manifest"))
        append_only.protect("qms_remark", ("id",))
        append_only.protect_histories()
        connection_created.connect(ordering.register_on_sqlite, dispatch_uid="qms.text.ordering")
        post_migrate.connect(append_only.after_migration, dispatch_uid="qms.proof.append_only")
        parts.register("triggers", gettext_lazy("Trigger bảo vệ"), parts.trigger_faults)
        parts.register("journal", gettext_lazy("Chuỗi sự kiện"), parts.journal_faults)
        parts.register("files", gettext_lazy("Kho tệp"), store.faults)
        user_logged_in.connect(IdleSessions.begin, dispatch_uid="qms.middleware.IdleSessions")
        frame_parts.register()
        approvals_frame.register()
        bookmarks.register()
        subjects.add(agencies.AGENCIES)
        background.every(1, tasks.run_default_queue, label=gettext_lazy("Việc ngắn trong hàng đợi"))
        background.every(
            2, tasks.resume_killed, label=gettext_lazy("Nhận lại việc bị ngắt giữa chừng")
        )
        background.every(2, tasks.retry_failed, label=gettext_lazy("Làm lại việc chưa được"))
        background.every(3600, tasks.forget_old, label=gettext_lazy("Dọn việc đã xong"))
        background.every(5, due.run_due, label=gettext_lazy("Việc đến hạn"))
        background.every(6 * 3600, housekeeping.tidy, label=gettext_lazy("Dọn tệp và dữ liệu tạm"))
        due.register(telling.WORK, telling.expand)
        background.every(6 * 3600, telling.tidy, label=gettext_lazy("Dọn thông báo cũ"))
        background.every(2, mailing.write_now, label=gettext_lazy("Viết thư báo ngay"))
        background.every(30, mailing.write_digests, label=gettext_lazy("Viết thư gộp buổi sáng"))
        background.every(2, sending.send_waiting, label=gettext_lazy("Gửi thư"))
