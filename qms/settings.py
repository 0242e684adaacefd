"""Settings of the document system. Everything that differs between installations comes from the
environment (docs/deployment.md lists the variables); `QMS_ENV=production` is the switch."""

from pathlib import Path

from csp.constants import NONE, SELF

from qms import environment

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = environment.production()
if PRODUCTION:
    environment.check_production()

QMS_DATA = environment.data_folder(BASE_DIR / "var")
SECRET_KEY = environment.secret_key(QMS_DATA)
DEBUG = False
BASE_URL = environment.text("QMS_BASE_URL", environment.local_address(QMS_DATA)).rstrip("/")
FORWARDED_ALLOW_IPS = environment.networks("QMS_FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
if PRODUCTION:
    ALLOWED_HOSTS = environment.words("QMS_ALLOWED_HOSTS")
    if environment.text("QMS_HTTPS") == "proxy":
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
    if not environment.text("QMS_BASE_URL"):  # base URL of links in mails and on slips
        BASE_URL = f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
else:
    ALLOWED_HOSTS = [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "testserver",
        *environment.words("QMS_ALLOWED_HOSTS"),
    ]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail shows previews in a frame of its own
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = environment.number("QMS_IDLE_HOURS", 12) * 3600  # since the last request

INSTALLED_APPS = [
    "audits",
    "procedures",
    "search",
    "qms",
    "wagtail.contrib.typed_table_block",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "qms.middleware.Health",
    "qms.middleware.ForwardedHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "qms.middleware.ChosenLanguage",
    "qms.middleware.RefuseInvalidAddresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "qms.middleware.RequestBodyLimits",  # before the one for CSRF, which reads the body
    "django.middleware.csrf.CsrfViewMiddleware",
    "qms.middleware.RefuseNul",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qms.middleware.IdleSessions",
    "qms.middleware.NoStore",
    "qms.middleware.SyncGroups",
    "qms.middleware.Busy",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "search.page.middleware.OpenedResults",
    "audits.middleware.DevicePerson",
    "qms.middleware.ContentSecurityPolicy",
    "qms.middleware.RedirectToPageAbove",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "qms.urls"
WSGI_APPLICATION = "qms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qms.context.site",
            ],
        },
    },
]

DATABASES = {"default": environment.database(f"sqlite:///{QMS_DATA / 'qms.sqlite3'}")}
LOCK_TIMEOUT = 20  # seconds; after a longer wait for a write lock users are told (qms/busy.py)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": LOCK_TIMEOUT,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY;",
    }
    DATABASES["default"]["TEST"] = {"NAME": environment.text("QMS_TEST_DATABASE") or None}
else:
    # JIT compiles for longer than our queries run: lists of 50,000 rows took five times as long
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        f"-c lock_timeout={LOCK_TIMEOUT * 1000} -c jit=off"
    )

CACHES = {
    # Limits shared by all processes: codes of the second factor, mails to reset a password
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "qms_shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "memory": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}
TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "imports"]}
}

AUTH_USER_MODEL = "qms.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "qms.accounts.backends.Accounts",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 14},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "qms.accounts.adapter.Adapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {
    "login": False,  # not by IP address alone: an office shares one
    # Codes of the second factor, by account; django-axes counts passwords
    "login_failed": "5/300s/key",
    "reset_password": "5/m/key",
}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "qms.accounts.addresses.ResetTokens"  # noqa: S105 - a class
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "ISO 9001"
# E-mail addresses are entered by administrators, not verified by allauth
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_TRACK_ACTIVITY = False  # it would write at every request
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "qms.accounts.adapter.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "login"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_CLIENT_IP_CALLABLE = "qms.accounts.adapter.client_ip"
AXES_USERNAME_CALLABLE = "qms.accounts.names.name_tried"
AXES_HANDLER = "qms.accounts.guessing.Handler"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 86_400
LOCALE_PATHS = [BASE_DIR / "qms" / "locale", BASE_DIR / "qms" / "locale_vendor"]
WAGTAIL_CONTENT_LANGUAGES = [("vi", "Tiếng Việt")]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = "qms.formats"
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"

STATIC_URL = "static/"
STATIC_ROOT = QMS_DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "qms" / "assets"]
MEDIA_ROOT = QMS_DATA / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "qms.static.Storage"},
}
QMS_STORE = QMS_DATA / "store"  # files by SHA-256, append-only
QMS_PAGES = QMS_DATA / "pages"  # page images of imported files, disposable
QMS_INDEX = QMS_DATA / "index"  # the search index, disposable
QMS_MAX_FILE = 50 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024  # each view's own limit: qms/work/bodies.py
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000

ELASTICSEARCH_URL = environment.text("ELASTICSEARCH_URL")
QMS_MEANING = environment.text("QMS_MEANING", "on")
EMBEDDINGS_URL = environment.text("EMBEDDINGS_URL")
EMBEDDINGS_MODEL = environment.text("EMBEDDINGS_MODEL", "multilingual-e5-small")
EMBEDDINGS_KEY = environment.text("EMBEDDINGS_KEY")

EMAIL_HOST = environment.text("QMS_EMAIL_HOST")
EMAIL_PORT = environment.number("QMS_EMAIL_PORT", 587)
EMAIL_HOST_USER = environment.text("QMS_EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("QMS_EMAIL_PASSWORD")
EMAIL_USE_TLS = environment.flag("QMS_EMAIL_TLS", True)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "qms.work.mail.StoringBackend"
DEFAULT_FROM_EMAIL = environment.text("QMS_EMAIL_FROM", "iso@localhost")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [SELF],
    }
}

WAGTAIL_SITE_NAME = "ISO 9001"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "admin_sign_in"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Any scanner would fill the log with tracebacks
    "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}},
    "root": {"handlers": ["console"], "level": environment.text("QMS_LOG_LEVEL", "WARNING")},
}
