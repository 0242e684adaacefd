"""The errors that reading a supposed ZIP file may raise. Pure."""

import zipfile
import zlib

# NotImplementedError is zipfile's word for a compression that it does not know, RuntimeError for a password, EOFError for a cut file.
FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)
