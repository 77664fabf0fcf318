"""million: the moderators' list of covers, searched, on a site of a million covers, against Django's own list.

    python -m bench.million [--rounds 7] [--rows 1000000]

Both show the same covers of the same search. The rival has what Django's admin gives by itself: a count of all rows for the
page numbers, dates of all rows above them, and ILIKE. Before the result: what the site's own pages take, in milliseconds.
"""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench import harness
from bench.site import collect_static_files, own_site

TARGET = 10.0
WAITING = 10_000


class Lists:
    """One list of covers, ours and as Django makes it, through the admin's own change list view."""

    def __init__(self, member: Any, search: str) -> None:
        from django.contrib import admin
        from django.test import RequestFactory

        from covers.admin.covers import CoverAdmin
        from covers.models import Cover

        class Stock(CoverAdmin):
            """The same columns, with Django's paginator and search."""

            paginator = admin.ModelAdmin.paginator
            search_fields = ("request__title", "request__artist", "request__album")
            date_hierarchy = "created_at"

            def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Any:
                return admin.ModelAdmin.get_search_results(self, request, queryset, search_term)

        self.admins = {"ours": CoverAdmin(Cover, admin.site), "stock": Stock(Cover, admin.site)}
        self.request = RequestFactory().get("/admin/covers/cover/", {"q": search})
        self.request.user = member

    def show(self, which: str) -> list[str]:
        page = self.admins[which].changelist_view(self.request).render()
        found = page.context_data["cl"].result_list
        return [str(cover.pk) for cover in found]


def milliseconds(what: Callable[[], object], times: int = 5) -> float:
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        what()
        taken.append(1000 * (time.perf_counter() - begin))
    return statistics.median(taken)


def tell_pages(member: Any) -> None:
    """What a member's create, poll, wall and My Page take, and one sweep."""
    from django.test import Client

    from accounts.person import Person
    from albumsite.jobs import sweeper
    from covers.drawing import fairness
    from covers.services.requests import DrawOptions, request_covers
    from tests.factories import make_briefed_request, make_song

    client, person = Client(), Person(user=member)
    client.force_login(member)
    row = make_briefed_request(person, engine="pocket", width=640)

    def create() -> None:
        request_covers(
            owner=Person(visitor=uuid.uuid4()),
            song=make_song(),
            options=DrawOptions(count=1),
            submission=uuid.uuid4(),
        )

    pages = {
        "create": create,
        "poll": lambda: client.get(f"/requests/{row.pk}/status/"),
        "who is next": fairness.fair_order,
        "sweep": sweeper.sweep,
        "wall": lambda: client.get("/"),
        "My Page": lambda: client.get("/me/"),
    }
    for name, what in pages.items():
        print(f"{name:<12} {milliseconds(what):7.1f} ms", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.arguments(str(__doc__), rounds=7)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args(arguments)
    harness.print_machine(("django", "psycopg"))
    with own_site():
        from django.conf import settings

        from tests.growth.rows import grow

        collect_static_files()
        settings.REQUESTS_WAITING_MAX, settings.WAIT_MINUTES_MAX = 100_000, 10_000
        member = grow(requests=options.rows, waiting=WAITING)
        member.is_staff = member.is_superuser = True
        tell_pages(member)
        lists = Lists(member, f"song {options.rows * 7 // 90 * 10}")  # each tenth is public, which staff may see

        def check(outputs: Mapping[str, object]) -> None:
            if outputs["ours"] != outputs["stock"] or not outputs["ours"]:
                raise SystemExit(f"the two lists differ: {outputs}")

        works = {name: lambda _round, name=name: lists.show(name) for name in ("ours", "stock")}
        times = harness.run_rounds(works, rounds=options.rounds, clock=harness.clock_of("wall"), check=check)
    harness.print_times(times)
    harness.print_result("million", harness.ratios(times, ours="ours", rival="stock"), target=TARGET)


if __name__ == "__main__":
    main()
