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
    "mujun.web.maps",
    "mujun.web.pages",
    "mujun.web.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
LOGIN_REDIRECT_URL = "home"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

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
