"""The gate itself: count, or refuse with the moment when it will open."""

from __future__ import annotations

import contextlib
import math
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext_lazy

from albumsite.admission.addresses import address_prefix_hash, forget_old_salts
from albumsite.admission.counts import Bound, sweep_counts
from albumsite.admission.limits import Asker, bounds_of, bounds_of_try, budget_of, cost_millionths, stored_bytes
from albumsite.errors import UserFacingError
from albumsite.models import AdmissionCount

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

Wanted = Sequence[tuple[Bound, int]]

PICTURES_OF_ONE_TURN = 4
"""Who asks for more has asked twice."""


class NotNow(UserFacingError):
    """A limit of a person or of a network."""

    message_id = "site:not-now"
    text = ngettext_lazy(
        "That was a lot in a short time. You can go on in %(minutes)d minute.",
        "That was a lot in a short time. You can go on in %(minutes)d minutes.",
        "minutes",
    )
    status_code = 429


class NetworkNotNow(NotNow):
    message_id = "site:network-not-now"
    text = ngettext_lazy(
        "A lot has come from your network in a short time. You can go on in %(minutes)d minute, or at once when you sign in.",
        "A lot has come from your network in a short time. You can go on in %(minutes)d minutes, or at once when you sign in.",
        "minutes",
    )


class CrowdNotNow(NotNow):
    """A limit of a network, where signing in changes nothing."""

    message_id = "site:crowd-not-now"
    text = ngettext_lazy(
        "A lot has come from your network in a short time. You can go on in %(minutes)d minute.",
        "A lot has come from your network in a short time. You can go on in %(minutes)d minutes.",
        "minutes",
    )


class AccountNotNow(NotNow):
    """Of one account, which exists or not: the sentence is the same."""

    message_id = "site:account-not-now"
    text = ngettext_lazy(
        "This was tried too often for this account. You can try again in %(minutes)d minute.",
        "This was tried too often for this account. You can try again in %(minutes)d minutes.",
        "minutes",
    )


class EverybodyNotNow(NotNow):
    message_id = "site:everybody-not-now"
    text = ngettext_lazy(
        "Very many people do this at the moment. You can go on in %(minutes)d minute.",
        "Very many people do this at the moment. You can go on in %(minutes)d minutes.",
        "minutes",
    )
    status_code = 503


class BudgetSpent(UserFacingError):
    message_id = "site:budget-spent"
    text = ngettext_lazy(
        "This site has made as many covers as it can pay for today. You can go on in %(minutes)d minute.",
        "This site has made as many covers as it can pay for today. You can go on in %(minutes)d minutes.",
        "minutes",
    )
    status_code = 503


class VisitorsBudgetSpent(BudgetSpent):
    message_id = "site:visitors-budget-spent"
    text = ngettext_lazy(
        "Visitors have made as many covers as this site gives away in a day. You can go on in %(minutes)d minute, or at "
        "once when you sign in.",
        "Visitors have made as many covers as this site gives away in a day. You can go on in %(minutes)d minutes, or at "
        "once when you sign in.",
        "minutes",
    )


ERRORS: dict[str, type[UserFacingError]] = {
    "address": NetworkNotNow,
    "person": NotNow,
    "site": BudgetSpent,
    "visitors": VisitorsBudgetSpent,
    "account": AccountNotNow,
    "crowd": CrowdNotNow,
    "everybody": EverybodyNotNow,
}


@contextlib.contextmanager
def admitted(action: str, person: Asker, *, pictures: int = 0, side: int = 0) -> Iterator[None]:
    """Counts one `action` of the person for every four pictures, and what they cost and store; given back when it is refused inside.

    side: of a picture, in pixels. Raises NotNow or BudgetSpent. Not inside of a transaction: a count that is rolled back
    with it was never there, and one that waits for its end holds up others.
    """
    turns = max(1, math.ceil(pictures / PICTURES_OF_ONE_TURN))
    wanted = [(bound, min(turns, bound.most)) for bound in bounds_of(action, person)]
    wanted += [(bound, cost_millionths(pictures)) for bound in budget_of("spend", person, daily_cost_millionths())]
    wanted += [(bound, stored_bytes(pictures, side)) for bound in budget_of("store", person, daily_bytes())]
    take(wanted)
    try:
        yield
    except UserFacingError:
        give_back(wanted)
        raise


@contextlib.contextmanager
def look(person: Asker, *, most_seconds: float, of: str = "photo") -> Iterator[None]:
    """Counts one look at an untrusted photo, whatever comes of it, and the time that it takes: `most_seconds` while it lasts.

    of: "photo" of a face, or "picture" that covers are to be made of. Given back when a UserFacingError says that nothing was looked
    at. Raises a NotNow.
    """
    most = math.ceil(most_seconds * 1000)
    timed = [(bound, most) for bound in bounds_of(f"{of}-milliseconds", person)]
    wanted = [(bound, 1) for bound in bounds_of(of, person)] + timed
    take(wanted)
    began = time.monotonic()
    try:
        yield
    except UserFacingError:
        give_back(wanted)
        raise
    else:
        unused = max(0, most - math.ceil((time.monotonic() - began) * 1000))
        give_back([(bound, unused) for bound, _most in timed])


def take_room(person: Asker, size_bytes: int) -> None:
    """Counts what an upload of the person stores among what a day may store. Raises BudgetSpent."""
    take([(bound, size_bytes) for bound in budget_of("store", person, daily_bytes())])


def admit_try(request: HttpRequest, action: str, *, account: str = "", browser: str = "") -> Wanted:
    """Counts one try at the door: "sign-up", "sign-in", "second-factor", "reset" or "letter". Raises a NotNow.

    account: as it was typed, whether it exists or not; only its hash is kept. browser: its name, if the account was open in it
    before (`accounts.devices.known`). Returns what was counted, to be given back where
    only failures count.
    """
    user = request.user if request.user.is_authenticated else None
    network, name = address_prefix_hash(request), account_hash(account)
    wanted = [(bound, 1) for bound in bounds_of_try(action, network=network, account=name, user=user, browser=browser)]
    try:
        take(wanted)
    except NetworkNotNow as refused:  # who tries to sign in is not told to sign in
        raise CrowdNotNow(**refused.values) from None
    return wanted


def forget_tries(action: str, *, account: str) -> None:
    """What was counted against an account, here and elsewhere, is forgotten."""
    if name := account_hash(account):
        of_account = AdmissionCount.objects.filter(action__in=(action, f"{action} here"), scope="account")
        of_account.filter(subject__startswith=name[:31]).delete()


def account_hash(typed: str) -> str:
    """32 characters that name an account in the counts, the same however its address is written; keyed, for counts are copied
    with the database."""
    composed = unicodedata.normalize("NFKC", typed).strip().lower()
    return salted_hmac("albumsite.admission", composed, algorithm="sha256").hexdigest()[:32] if composed else ""


def admit_post(request: HttpRequest) -> None:
    """Counts one request that wants to change something, as what its view says that it is. Raises NotNow."""
    is_member = request.user.is_authenticated
    asker = _Browser(request.user) if is_member else _Browser(network=address_prefix_hash(request))
    take([(bound, 1) for bound in bounds_of(_counted_as(request), asker)])


def counted_as(action: str) -> Callable[[ViewT], ViewT]:
    """A view whose requests have a bound of their own, in the place of "post"."""

    def mark(view: ViewT) -> ViewT:
        view.counted_as = action  # type: ignore[attr-defined]
        return view

    return mark


def _counted_as(request: HttpRequest) -> str:
    try:
        return str(getattr(resolve(request.path_info).func, "counted_as", "post"))
    except Resolver404:
        return "post"


@dataclass(frozen=True)
class _Browser:
    user: Any = None
    network: str = ""


def take(wanted: Wanted) -> None:
    """All of it or nothing. Raises what ERRORS says of the bound that keeps one waiting longest."""
    taken: list[tuple[Bound, int]] = []
    for bound, amount in wanted:
        if not bound.take(amount):
            give_back(taken)
            raise _refusal(wanted, bound)
        taken.append((bound, amount))


def give_back(taken: Wanted) -> None:
    for bound, amount in taken:
        bound.give_back(amount)


def _refusal(wanted: Wanted, refused: Bound) -> UserFacingError:
    """The sentence and the header tell the same moment: when the last of the bounds that are full has room."""
    waits = [(bound.seconds_to_wait(amount), bound) for bound, amount in wanted]
    seconds, longest = max(waits, key=lambda wait: wait[0])
    if not seconds:  # it opened while we looked, or asks for more than a whole window has
        seconds, longest = 1.0 if refused.most else float(refused.period_seconds), refused
    whole = math.ceil(seconds)
    return ERRORS[longest.scope](minutes=max(1, math.ceil(whole / 60)), retry_after_seconds=whole)


def daily_cost_millionths() -> int:
    return round(settings.DAILY_COST_MAX * 1_000_000)


def daily_bytes() -> int:
    return settings.DAILY_GIB_MAX * 1024**3


def sweep() -> None:
    """Of the sweeper's chores: what counts no more, and salts of days that are over."""
    sweep_counts()
    forget_old_salts()
