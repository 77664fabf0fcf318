"""Settings of accounts come from the environment; what they lead to is read in a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as running
from django.core.checks import run_checks

SCRIPT = """
import json
from django.conf import settings
print(json.dumps([
    list(settings.SOCIALACCOUNT_PROVIDERS),
    settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"],
    settings.ALLAUTH_TRUSTED_PROXY_COUNT,
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION,
]))
"""


def _load(**environment: str) -> list[Any]:
    known = {"DJANGO_SETTINGS_MODULE": "albumsite.settings", **os.environ, **environment}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=known, cwd=running.BASE_DIR, capture_output=True, check=True
    )
    answer: list[Any] = json.loads(done.stdout)
    return answer


def test_without_keys_there_is_no_provider_and_forms_stay_here() -> None:
    assert _load(KAKAO_CLIENT_ID="", GOOGLE_CLIENT_ID="") == [[], ["'self'"], 0, False]


def test_configured_providers_may_be_reached_from_a_form() -> None:
    providers, targets, _count, _email = _load(KAKAO_CLIENT_ID="a", GOOGLE_CLIENT_ID="b")
    assert providers == ["kakao", "google"]
    assert set(targets) == {
        "'self'",
        "https://kauth.kakao.com",
        "https://accounts.kakao.com",
        "https://accounts.google.com",
    }


def test_another_kakao_server_takes_the_place_of_kakaos() -> None:
    stub = {"KAKAO_CLIENT_ID": "a", "KAKAO_BASE_URL": "http://127.0.0.1:9999/kakao"}
    assert _load(GOOGLE_CLIENT_ID="", TRUSTED_PROXY_COUNT="2", **stub)[1:3] == [["'self'", "http://127.0.0.1:9999"], 2]


@pytest.mark.parametrize(
    ("name", "value", "warning"),
    [
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "accounts.W001"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "accounts.W001"),
        ("KAKAO_BASE_URL", "http://127.0.0.1:9", "accounts.W002"),
        ("ACCOUNT_EMAIL_VERIFICATION", "optional", "accounts.W003"),
    ],
)
def test_a_deployment_is_warned(settings: Any, name: str, value: str, warning: str) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # as behind https
    assert warning not in {found.id for found in run_checks(include_deployment_checks=True)}
    setattr(settings, name, value)
    assert warning in {found.id for found in run_checks(include_deployment_checks=True)}
