"""Every address: each feature package of :mod:`mujun.web.pages` with a ``urls`` module, then API and map layers."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil

from django.urls import URLPattern, URLResolver, include, path

from mujun.web import pages


def _feature_urls() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for package in sorted(pkgutil.iter_modules(pages.__path__), key=lambda module: module.name):
        name = f"{pages.__name__}.{package.name}.urls"
        if package.ispkg and importlib.util.find_spec(name) is not None:
            found.append(path("", include(name)))
    return found


urlpatterns = [*_feature_urls(), path("", include("mujun.web.api.urls"))]

handler400 = "mujun.web.pages.errors.bad_request"
handler403 = "mujun.web.pages.errors.forbidden"
handler404 = "mujun.web.pages.errors.not_found"
handler500 = "mujun.web.pages.errors.server_error"
