"""Mails: each is kept, then sent where a mail server is set up; one that could not be sent stays readable."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as Smtp
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.models import Mail


class KeptBackend(BaseEmailBackend):
    """Django's mail backend of this product."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = 0
        for message in email_messages:
            kept = Mail.objects.create(to=", ".join(message.recipients())[:300], subject=message.subject[:300], body=str(message.body))
            if not settings.EMAIL_HOST:
                kept.error = _("Chưa cấu hình máy chủ thư.")
            else:
                try:
                    Smtp(fail_silently=False).send_messages([message])
                    kept.sent_at = timezone.now()
                    sent += 1
                except OSError as problem:  # smtplib's errors are OSErrors
                    kept.error = str(problem)
            kept.save(update_fields=["sent_at", "error"])
        return sent
