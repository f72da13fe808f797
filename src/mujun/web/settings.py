"""Settings of the Django project. Everything a county changes comes from environment variables or ``MUJUN_HOME``."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from mujun.web.database import databases_from_environment

HOME = Path(os.environ.get("MUJUN_HOME", Path.home() / ".mujun")).resolve()
"""Where an installation keeps everything: database, documents, frozen runs, tiles, secret key."""

WEB = Path(__file__).resolve().parent


def _secret_key() -> str:
    file = HOME / "secret-key"
    if not file.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(64))
    return file.read_text().strip()


SECRET_KEY = os.environ.get("MUJUN_SECRET_KEY") or _secret_key()
DEBUG = os.environ.get("MUJUN_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("MUJUN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("MUJUN_ORIGINS", "").split(",") if origin]
HTTPS = os.environ.get("MUJUN_HTTPS") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "mujun.web.people",
    "mujun.web.audit",
    "mujun.web.register",
    "mujun.web.evaluations",
    "mujun.web.findings",
    "mujun.web.maps",
    "mujun.web.campaign",
    "mujun.web.renewal",
    "mujun.web.targets",
    "mujun.web.cases",
    "mujun.web.pages",
    "mujun.web.api",
]

MIDDLEWARE = [
    "mujun.web.middleware.number_requests",
    "mujun.web.middleware.guard_browser",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "mujun.web.middleware.choose_language",
    "mujun.web.middleware.refuse_broken",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "mujun.web.urls"
WSGI_APPLICATION = "mujun.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = databases_from_environment(HOME)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["mujun.web.people.signin.AccountBackend"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name", "firm_id")},
    },
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "mujun.web.people.passwords.VarietyValidator"},
]
ONE_TIME_CODE_DAYS = 14
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

TRUSTED_PROXIES = int(os.environ.get("MUJUN_PROXIES", "0"))
"""How many reverse proxies stand before this server; their X-Forwarded-For and -Proto are believed."""

MAP_TILES = [address for address in os.environ.get("MUJUN_MAP_TILES", "").split() if address]
"""The county's own map service: addresses with ``{z}``, ``{x}`` and ``{y}``, separated by blanks."""
MAP_CREDIT = os.environ.get("MUJUN_MAP_CREDIT", "")
MAP_ORIGINS = sorted({"/".join(address.split("/")[:3]) for address in MAP_TILES})
"""Origins (https://host) of that service, the only outside addresses a page may call."""

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "mujun.web.pages.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"

FILE_LIMIT_BYTES = int(os.environ.get("MUJUN_FILE_LIMIT_MB", "200")) * 2**20
REQUEST_LIMIT_BYTES = int(os.environ.get("MUJUN_REQUEST_LIMIT_MB", "500")) * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_HANDLERS = [
    "mujun.web.middleware.FileLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "mujun.web.logs.RequestFilter"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["request"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [WEB / "locale"]
TIME_ZONE = os.environ.get("MUJUN_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [WEB / "static"]
MEDIA_ROOT = HOME / "documents"
RUNS_ROOT = HOME / "runs"
TILES_ROOT = HOME / "tiles"
FORMS_ROOT = Path(os.environ.get("MUJUN_FORMS", HOME / "forms"))
"""Where a county puts official forms of its own (YAML) over the ledger of targets."""
LISTS_ROOT = Path(os.environ.get("MUJUN_LISTS", HOME / "lists"))
"""Where a county puts definitions of lists (YAML); each is taken in within a minute."""
