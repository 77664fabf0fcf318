"""Nothing hangs on the wall that its maker does not want there: not for a moment, not after a crash, not from a release before."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection

from albumsite.media import storage
from covers.models import Cover, Visibility, Withdrawal
from covers.services import withdrawals
from covers.services.publishing import hide_cover, publish_cover, restore_cover, unpublish_cover
from tests.factories import make_cover, make_finished_request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def release_before() -> Iterator[Callable[[], None]]:
    """Takes the tables back to the release before; rows are made first, for today's code knows columns that it did not have."""
    yield lambda: call_command("migrate", "covers", "0022", verbosity=0)
    call_command("migrate", verbosity=0)


def hung() -> Cover:
    """A cover with its copies in the public bucket."""
    cover = make_cover(visibility="private", wish="public")
    restore_cover(cover=cover)
    Withdrawal.objects.all().delete()
    return cover


def change(cover: Cover, **changes: Any) -> None:
    """Whatever the code would say to it."""
    Cover.objects.filter(pk=cover.pk).update(**changes)


def copies(cover: Cover) -> list[str]:
    return [one.key for one in storage.listed(storage.public(), cover.storage_prefix)]


def test_the_database_refuses_a_cover_that_hangs_against_its_makers_wish() -> None:
    cover = make_cover()
    with pytest.raises(IntegrityError, match="cover_hangs_as_wished"):
        Cover.objects.filter(pk=cover.pk).update(visibility="public")
    cover.refresh_from_db()
    assert cover.visibility == Visibility.PRIVATE


def test_what_a_crash_of_the_release_before_left_on_the_wall_leaves_it(release_before: Callable[[], None]) -> None:
    left, wanted, hidden = hung(), hung(), hung()
    release_before()
    change(left, wish="private")
    change(hidden, visibility="hidden", wish="private")
    call_command("migrate", "covers", verbosity=0)
    left.refresh_from_db()
    assert (left.visibility, left.wish) == ("private", "private")
    assert [row.storage_prefix for row in Withdrawal.objects.all()] == [left.storage_prefix]
    withdrawals.work(str(Withdrawal.objects.get().pk))
    assert copies(left) == []
    for cover, visibility in ((wanted, "public"), (hidden, "hidden")):
        cover.refresh_from_db()
        assert cover.visibility == visibility
    assert copies(wanted)
    with connection.cursor() as cursor:
        cursor.execute("SELECT convalidated FROM pg_constraint WHERE conname = 'cover_hangs_as_wished'")
        assert cursor.fetchone() == (True,)


def test_a_migration_that_died_goes_on(release_before: Callable[[], None]) -> None:
    """The constraint is there, some rows are mended, some are not."""
    mended, other = hung(), hung()
    broken = other.pk
    release_before()
    change(mended, wish="private", visibility="private")
    change(other, wish="private")
    call_command("migrate", "covers", "0023", verbosity=0)
    assert Cover.objects.filter(pk=broken, visibility="public", wish="private").exists()
    call_command("migrate", "covers", verbosity=0)
    assert not Cover.objects.public().exists()
    assert Withdrawal.objects.count() == 1


def test_every_order_of_maker_and_moderator_ends_well() -> None:
    """Ten covers, of each all that anybody can do to it, four at once and in any order: no error, and the copies are as the row says."""
    covers = [make_finished_request(count=1).covers.get() for _ in range(10)]
    done = [
        publish_cover,
        unpublish_cover,
        hide_cover,
        restore_cover,
    ]
    works = [(do, cover) for cover in covers for do in done * 3]
    random.Random(5).shuffle(works)

    def one(work: tuple[Any, Cover]) -> None:
        do, cover = work
        try:
            do(cover=Cover.objects.get(pk=cover.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, works)) == [None] * len(works)
    Withdrawal.objects.active().update(queued_at="2026-01-01T00:00Z")
    for row in Withdrawal.objects.active():
        withdrawals.work(str(row.pk))
    for cover in Cover.objects.all():
        assert cover.visibility != Visibility.PUBLIC or cover.wish == Visibility.PUBLIC
        assert bool(copies(cover)) == (cover.visibility == Visibility.PUBLIC)
