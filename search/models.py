"""What search keeps in the database."""

from django.db import models


class Pending(models.Model):
    """Something whose entries in the index are out of date; written in the transaction that changed it."""

    source = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    set_aside = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.source}:{self.object_id}"
