"""How much of what is let in: per network for visitors, per person for members, and what all of them together may cost.

A network (a /24 or /48) may be a campus or a mobile carrier, so its numbers are generous, and a member never shares them:
whoever is refused among strangers can sign in and go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings

from albumsite.admission.counts import Bound

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
MILLIONTHS = 1_000_000


class Asker(Protocol):
    """Whoever asks for something: a member, or a visitor whose network has a name ("" of a command or a worker)."""

    @property
    def user(self) -> Any: ...

    @property
    def network(self) -> str: ...


Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class AdmissionRule:
    """(number, seconds) pairs. network: of all visitors of one network together; member: of one member.

    crowd: of all members of one network together. account: of one account, named by what was typed, whoever tries; together
    with the network, `account_here`. browser: of one account in one browser that it was open in before, which then meets nothing
    else: what strangers do keeps no owner out. site: of everybody.
    """

    network: Pairs
    member: Pairs
    crowd: Pairs = ()
    account: Pairs = ()
    account_here: Pairs = ()
    browser: Pairs = ()
    site: Pairs = ()


def rules() -> dict[str, AdmissionRule]:
    """By action. Read at each use: tests and operators change settings."""
    per_day = settings.NETWORK_REQUESTS_PER_DAY
    burst = max(1, per_day // 6)
    return {
        "create": AdmissionRule(((burst, 10 * MINUTE), (per_day, DAY)), ((60, 10 * MINUTE),)),
        "retry": AdmissionRule(((burst, 10 * MINUTE), (per_day, DAY)), ((60, 10 * MINUTE),)),
        "review": AdmissionRule(((40, 10 * MINUTE), (400, DAY)), ((120, HOUR),)),
        "studio": AdmissionRule(((60, 10 * MINUTE), (400, DAY)), ((120, 10 * MINUTE), (1000, DAY))),
        "studio-draft": AdmissionRule(((240, 10 * MINUTE), (2000, DAY)), ((360, 10 * MINUTE), (4000, DAY))),
        "report": AdmissionRule(((20, HOUR), (60, DAY)), ((20, HOUR), (60, DAY))),
        "post": AdmissionRule(((300, MINUTE),), ((180, MINUTE),)),
        "look": AdmissionRule(((900, MINUTE),), ((600, MINUTE),)),  # while something is dragged, many a second
        "photo": AdmissionRule((), ((60, HOUR), (200, DAY)), crowd=((240, HOUR), (1000, DAY)), site=((20_000, DAY),)),
        "photo-milliseconds": AdmissionRule((), ((300_000, HOUR),), crowd=((1_200_000, HOUR),)),
        "picture": AdmissionRule(
            ((30, HOUR), (120, DAY)), ((60, HOUR), (200, DAY)), crowd=((240, HOUR), (1000, DAY)), site=((20_000, DAY),),
        ),
        "picture-milliseconds": AdmissionRule(((150_000, HOUR),), ((300_000, HOUR),), crowd=((1_200_000, HOUR),)),
        "sign-up": AdmissionRule(((20, 10 * MINUTE), (100, DAY)), (), account=((5, HOUR),), site=((2000, HOUR),)),
        # only what fails counts; nobody elsewhere can use up the tries of somebody's account soon
        "sign-in": AdmissionRule(
            ((60, 10 * MINUTE),), ((20, 10 * MINUTE),), account_here=((10, 10 * MINUTE),), account=((100, HOUR),),
            browser=((10, 10 * MINUTE), (100, DAY)), site=((20_000, HOUR),),
        ),
        "second-factor": AdmissionRule(((60, 10 * MINUTE),), (), account=((10, 10 * MINUTE), (100, DAY)), site=((5000, HOUR),)),
        "reset": AdmissionRule(
            ((20, 10 * MINUTE), (100, DAY)), ((10, HOUR),), account=((5, HOUR),), browser=((3, HOUR),), site=((2000, HOUR),),
        ),
        "letter": AdmissionRule((), ((5, HOUR), (20, DAY)), account=((5, HOUR),), site=((2000, HOUR),)),
    }  # fmt: skip


def bounds_of_try(action: str, *, network: str, account: str, user: Any = None, browser: str = "") -> list[Bound]:
    """Those that a try at the door meets. account: a name for it that is no address, or ""; network: as of a person; browser: the
    name of one that the account was open in before, or ""."""
    rule = rules()[action]
    if browser and account and rule.browser:
        return [Bound(f"{action} here", "account", f"{account[:31]} {browser[:32]}", *pair) for pair in rule.browser]
    found = [Bound(action, "everybody", "", *pair) for pair in rule.site]
    if user is not None:
        found += [Bound(action, "person", str(user.pk), *pair) for pair in rule.member]
    elif network:
        found += [Bound(action, "address", network, *pair) for pair in rule.network]
    if account:
        found += [Bound(action, "account", account, *pair) for pair in rule.account]
        found += [
            Bound(f"{action} here", "account", f"{account[:31]} {network[:32]}", *pair) for pair in rule.account_here
        ]
    return found


def bounds_of(action: str, person: Asker) -> list[Bound]:
    """Those that one person meets. A visitor without a network (a command, a worker) meets none."""
    rule = rules()[action]
    everybody = [Bound(action, "everybody", "", *pair) for pair in rule.site]
    if person.user is not None:
        crowd = [Bound(action, "crowd", person.network, *pair) for pair in rule.crowd if person.network]
        return [Bound(action, "person", str(person.user.pk), *pair) for pair in rule.member] + crowd + everybody
    if not person.network:
        return []
    return [Bound(action, "address", person.network, *pair) for pair in rule.network] + everybody


def budget_of(action: str, person: Asker, whole: int) -> list[Bound]:
    """A day's budget of the whole site; visitors together may use a part of it. None where `whole` is 0."""
    if not whole:
        return []
    bounds = [Bound(action, "site", "", whole, DAY)]
    if person.user is None:
        bounds.append(Bound(action, "visitors", "", int(whole * settings.VISITORS_SHARE), DAY))
    return bounds


def cost_millionths(pictures: int) -> int:
    """What a request is reckoned to cost, in millionths of COST_CURRENCY."""
    return round((settings.COST_PER_BRIEF + settings.COST_PER_PICTURE * pictures) * MILLIONTHS)


def stored_bytes(pictures: int, side: int) -> int:
    """What a request is reckoned to store: its pictures as raw pixels, which is more than they take."""
    return pictures * side * side * 3
