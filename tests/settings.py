"""Settings of the tests: the real ones, with a home of their own and a password hash that costs nothing."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

if "MUJUN_HOME" not in os.environ:
    os.environ["MUJUN_HOME"] = tempfile.mkdtemp(prefix="mujun-tests-")
    atexit.register(shutil.rmtree, os.environ["MUJUN_HOME"], ignore_errors=True)

from mujun.web.settings import *  # noqa: F403

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
