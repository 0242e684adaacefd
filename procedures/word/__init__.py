"""Word in: one file becomes a `Reading`. Pure Python; the database knows nothing of it and it nothing of the database."""

from ..content import text_of
from . import measure
from .errors import Refused
from .reader import Picture, Reading, read

__all__ = ["Picture", "Reading", "Refused", "measure", "read", "text_of"]
