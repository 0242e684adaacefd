"""Settings of the test run: the product's own, with throw-away folders and quick
password hashes."""

import atexit
import os
import shutil
import tempfile

if "QMS_DATA" not in os.environ:
    os.environ["QMS_DATA"] = tempfile.mkdtemp(prefix="qms-tests-")
    atexit.register(shutil.rmtree, os.environ["QMS_DATA"], ignore_errors=True)

os.environ.setdefault("QMS_MEANING", "off")  # turned on where the model is needed

from qms.settings import *  # noqa: E402, F403

if template := os.environ.get("QMS_TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}  # noqa: F405 - a database that `make test` has migrated once for all

if sqlite := DATABASES["default"].get("OPTIONS", {}).get("init_command"):  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] = sqlite.replace("FULL", "OFF")  # noqa: F405 - no test cuts the power

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
