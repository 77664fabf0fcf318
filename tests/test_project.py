"""What an operator relies on: complete migrations, safe settings, whole catalogues, headers on every page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent


def run_manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_migration_is_missing():
    done = run_manage("makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout


def test_production_settings_pass_the_deployment_checks():
    done = run_manage(
        "check", "--deploy", "--fail-level", "WARNING",
        SECRET_KEY="long-and-random-enough-for-django-" * 3, BEHIND_HTTPS="1", ALLOWED_HOSTS="covers.example.com",
        EMAIL_URL="smtp+tls://u:p@mail.example.com:587", PRIVACY_OPERATOR="Covers Ltd", PRIVACY_CONTACT="privacy@example.com",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("COVER_ENGINE", "midjourney", "poster, sdxl"),
        ("LEASE_SECONDS", "soon", "whole number"),
        ("LEASE_SECONDS", "0", "2 to 3600"),
        ("COVER_SIZE_PIXELS", "999999", "64 to 2048"),
        ("LOG_LEVEL", "LOUD", "WARNING"),
        ("SWEEP_EVERY_SECONDS", "600", "longer than LEASE_SECONDS"),
        ("SDXL_FEW_STEP", "dmd2", "ALLOW_NONCOMMERCIAL_MODELS=1"),
        ("SDXL_GUIDANCE_END", "1.5", "0 to 1"),
    ],
)
def test_a_wrong_setting_fails_at_start_by_name(name, value, says):
    done = run_manage("check", **{name: value})
    assert done.returncode != 0
    assert name in done.stderr
    assert says in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from-a-file")
    environment = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    code = "import django; django.setup(); from django.conf import settings; print(settings.SECRET_KEY)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment | {"SECRET_KEY_FILE": str(secret), "DJANGO_SETTINGS_MODULE": "albumsite.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "from-a-file", done.stderr


def test_servers_that_the_operator_names_are_used_and_none_started(tmp_path):
    """By a variable and by a secret file; nothing is started, nothing is left in var/."""
    secret = tmp_path / "redis-url"
    secret.write_text(os.environ["REDIS_URL"])
    environment = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    code = "from albumsite.processes import local_servers as local\nwith local.servers() as found: print(found)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment | {"REDIS_URL_FILE": str(secret), "AIBUM_VAR_DIR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "{}", done.stderr
    assert not (tmp_path / "var" / "postgres").exists()
    assert not (tmp_path / "var" / "redis").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/create/", "/accounts/login/", "/accounts/signup/", "/nowhere/", "/admin/login/"]
)
def test_every_page_forbids_what_it_does_not_need(path):
    response = Client().get(path)
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<[^>]+\son\w+=", response.content.decode())


def test_every_requirement_is_pinned():
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            requirement = line.split("#")[0].strip()
            assert not requirement or requirement.startswith("-") or "==" in requirement, f"{name}: {line}"


def _chosen_python(programs: Path) -> str:
    """Which Python the Makefile takes where these programs are all there is."""
    for name in ("sh", "make"):
        (programs / name).symlink_to(shutil.which(name) or "")
    rule = "--eval=which: ; @echo [$(PYTHON)]"
    done = subprocess.run(["make", "-s", rule, "which"], cwd=ROOT, env={"PATH": str(programs)}, capture_output=True,
                          text=True, check=False)  # fmt: skip
    return done.stdout.strip()


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_make_takes_a_python_that_runs_and_fits(tmp_path):
    _program(tmp_path / "python3.11", "echo no such version >&2; exit 127")  # what a version manager puts there
    _program(tmp_path / "python3.13", f'exec {sys.executable} "$@"')
    assert _chosen_python(tmp_path) == f"[{tmp_path}/python3.13]"


def test_make_says_so_where_no_python_fits(tmp_path):
    _program(tmp_path / "python3", "exit 1")
    assert _chosen_python(tmp_path) == "[]"
    wanted = tmp_path / "venv"
    done = subprocess.run(["make", f"VENV={wanted}", f"{wanted}/bin/python"], cwd=ROOT, env={"PATH": str(tmp_path)},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode
    assert "Python 3.11, 3.12 or 3.13" in done.stdout
