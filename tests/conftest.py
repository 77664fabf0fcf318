from __future__ import annotations

import contextlib
import functools
import gc
import logging
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import translation
from redis import Redis

from accounts.models import User
from accounts.person import Person
from tests.factories import make_member
from tests.s3 import _services_read_once, forget_storages, on_s3, s3_server  # noqa: F401  fixtures for every test
from tests.scheduling import LONG, FileByFile, Stopwatch, longest_first
from tests.servers import TEMPLATE
from tests.smtp_server import mail_server  # noqa: F401  as well


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Marked before `-m` chooses; ordered after pytest-django has."""
    for item in items:
        if item.nodeid.startswith(LONG):
            item.add_marker(pytest.mark.slow)
    yield
    longest_first(items)


def pytest_collection_finish() -> None:
    """What is imported by now lives to the end: engines and trainings that call `gc.collect` to give memory back would look at all
    of it each time, a good part of a second.
    """
    gc.freeze()
    gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store-durations", action="store_true", help="write tests/durations.json, by which files are ordered"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--store-durations") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Stopwatch())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """For `pytest -n 3`; another `--dist` is left to pytest-xdist."""
    if config.getoption("dist") != "load":
        return None
    return FileByFile(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    pytestconfig: pytest.Config, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """pytest-django's: its database is made after the one that is migrated already, if there is one."""
    from django.db import connection

    connection.settings_dict["TEST"]["TEMPLATE"] = pytestconfig.stash.get(TEMPLATE, None)


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    """Tests that commit end with empty tables. TRUNCATE, as Django has it, makes new files for every table and index,
    and then Django writes its content types and permissions anew: a sixth of a second of work, each time."""
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: _empty_tables())
        yield


def _empty_tables() -> None:
    from django.db import connection

    kept = {"django_migrations", "django_content_type", "auth_permission"}
    with connection.cursor() as cursor:
        # those that ever had a row: to open a table for the first time in a connection costs more than to empty it
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > 0"
            " AND relnamespace = current_schema()::regnamespace"
        )
        names = sorted({name for (name,) in cursor.fetchall()} - kept)
        if not names:
            return
        # one log refuses to be emptied: its trigger rests meanwhile
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("; ".join(f'DELETE FROM "{name}"' for name in names))  # noqa: S608  our own tables
        cursor.execute("SET session_replication_role = origin")


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Each test has empty buckets of its own."""
    changed = {name: dict(value) for name, value in django_settings.STORAGES.items()}
    for name, folder in (("default", "private"), ("public", "public")):
        options = {**changed[name].get("OPTIONS", {}), "location": tmp_path / folder}
        changed[name] = {**changed[name], "OPTIONS": options}
    changed["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = changed
    forget_storages()
    yield
    forget_storages()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """The real hash takes a quarter of a second on purpose, and most tests sign somebody in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request leaves its language in the thread, where the next request chooses anew, and a command would not."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _fresh_estimates(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the queue looked like a moment ago, in another test, is not the truth of this one."""
    monkeypatch.setattr("covers.drawing.estimates.SNAPSHOT_MAX_AGE_SECONDS", 0)


@pytest.fixture(autouse=True)
def _loud_as_before() -> Iterator[None]:
    """Commands turn the log down for themselves and the processes that they start; called in a test, for all tests after it."""
    level, told = logging.getLogger().level, os.environ.get("LOG_LEVEL")
    yield
    logging.getLogger().setLevel(level)
    os.environ.pop("LOG_LEVEL", None)
    if told is not None:
        os.environ["LOG_LEVEL"] = told


@pytest.fixture(scope="session")
def _redis() -> Redis:
    """One for all tests: a new connection for each took half of the time that a test waits for its fixtures."""
    from django_rq import get_connection

    return get_connection("draw")


@pytest.fixture(autouse=True)
def _no_leftovers(_redis: Redis) -> None:
    """Empty queues before each test."""
    _redis.flushdb()


@pytest.fixture(autouse=True)
def _letters_leave(request: pytest.FixtureRequest) -> Iterator[None]:
    """Most tests have no worker for the outbox: a letter leaves as soon as it is written, unless the test is marked `letters_wait`."""
    from django.db.models.signals import post_save

    from albumsite.mail import outbox
    from albumsite.models import Letter

    def leave(instance: Letter, created: bool, **_: Any) -> None:
        if created:
            outbox.work(str(instance.pk))

    waits = request.node.get_closest_marker("letters_wait") is not None
    if not waits:
        post_save.connect(leave, sender=Letter, weak=False)
    yield
    if not waits:
        post_save.disconnect(leave, sender=Letter)


@pytest.fixture
def member() -> User:
    return make_member(language="en")


@pytest.fixture
def browser(client: Client, member: User) -> Client:
    """Theirs."""
    client.force_login(member)
    return client


@pytest.fixture
def operator(client: Client) -> Client:
    """The browser of a superuser."""
    root = User.objects.create_superuser("root@example.com", "correct horse 7")
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def redis_away() -> Any:
    """`with redis_away():` nothing listens where Redis should be."""
    from django_rq import settings as rq_settings

    @contextlib.contextmanager
    def away() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for name, queue in dict(rq_settings.QUEUES).items():
                patch.setitem(rq_settings.QUEUES, name, {**queue, "URL": "redis://127.0.0.1:1/0"})
            yield

    return away


@pytest.fixture(scope="session", autouse=True)
def _engines_end() -> Iterator[None]:
    yield
    from covers.engine_pool import close_engines

    close_engines()


@pytest.fixture(scope="session")
def tiny_sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole SDXL checkpoint of random weights in diffusers' layout, 64 px, that predicts noise. Not to be changed: copy it first."""
    from tests.covers.engine.tiny_sdxl import build_tiny_sdxl

    return build_tiny_sdxl(tmp_path_factory.mktemp("models") / "tiny-sdxl")


@pytest.fixture(scope="session")
def _layers_once() -> Any:
    from covers.engine.poster.portrait import layers

    return functools.lru_cache(maxsize=64)(layers.develop)


@pytest.fixture(scope="module")
def developed_once(_layers_once: Any) -> Iterator[None]:
    """Photos are developed once for all tests, not for each picture: they give the same layers each time (test_poster_portraits)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("covers.engine.poster.portrait.layers.develop", _layers_once)
        yield


@pytest.fixture
def visitor() -> Person:
    return Person(visitor=uuid.uuid4())


@pytest.fixture
def browser_of(client: Client) -> Any:
    """A test client whose session is that visitor."""

    def use(person: Person) -> Client:
        session = client.session
        session["visitor"] = str(person.visitor)
        session.save()
        return client

    return use
