"""The errors that reading a supposed ZIP file may raise. Pure."""

import zipfile
import zlib

# zipfile raises NotImplementedError for an unknown compression, RuntimeError for a password,
# EOFError for a truncated file.
FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)
