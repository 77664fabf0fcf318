"""How much of what is let in: per network for visitors, per person for members, and what all of them together may cost.

A network (a /24 or /48) may be a campus or a mobile carrier, so its numbers are generous, and a member never shares them:
whoever is refused among strangers can sign in and go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from albumsite.admission.counts import Bound

if TYPE_CHECKING:
    from accounts.person import Person

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
MILLIONTHS = 1_000_000


@dataclass(frozen=True)
class Rule:
    """(number, seconds) pairs. network: of all visitors of one network together; member: of one member."""

    network: tuple[tuple[int, int], ...]
    member: tuple[tuple[int, int], ...]


def rules() -> dict[str, Rule]:
    """By action. Read at each use: tests and operators change settings."""
    per_day = settings.NETWORK_REQUESTS_PER_DAY
    burst = max(1, per_day // 6)
    return {
        "create": Rule(((burst, 10 * MINUTE), (per_day, DAY)), ((60, 10 * MINUTE),)),
        "retry": Rule(((burst, 10 * MINUTE), (per_day, DAY)), ((60, 10 * MINUTE),)),
        "review": Rule(((40, 10 * MINUTE), (400, DAY)), ((120, HOUR),)),
        "report": Rule(((20, HOUR), (60, DAY)), ((20, HOUR), (60, DAY))),
        "post": Rule(((300, MINUTE),), ((180, MINUTE),)),
    }


def bounds_of(action: str, person: Person) -> list[Bound]:
    """Those that one person meets. A visitor without a network (a command, a worker) meets none."""
    rule = rules()[action]
    if person.user is not None:
        return [Bound(action, "person", str(person.user.pk), *pair) for pair in rule.member]
    if not person.network:
        return []
    return [Bound(action, "address", person.network, *pair) for pair in rule.network]


def budget_of(action: str, person: Person, whole: int) -> list[Bound]:
    """A day's budget of the whole site; visitors together may use a part of it. None where `whole` is 0."""
    if not whole:
        return []
    bounds = [Bound(action, "site", "", whole, DAY)]
    if person.user is None:
        bounds.append(Bound(action, "visitors", "", int(whole * settings.VISITORS_SHARE), DAY))
    return bounds


def cost_millionths(pictures: int, *, briefs: int = 1) -> int:
    """What a request is reckoned to cost, in millionths of COST_CURRENCY."""
    return round((settings.COST_PER_BRIEF * briefs + settings.COST_PER_PICTURE * pictures) * MILLIONTHS)


def stored_bytes(pictures: int, side: int) -> int:
    """What a request is reckoned to store: its pictures as raw pixels, which is more than they take."""
    return pictures * side * side * 3
