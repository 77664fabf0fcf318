"""votes: what three attacks on the rating of one cover change: its stars, its place on the wall, and what may be learnt.

    python -m bench.chaos.votes                      this checkout
    python -m bench.chaos.votes --checkout ../old    another one, for a figure before
    python -m bench.chaos.votes --share 0.05         of each crowd

A cover hangs on the wall with five stars of two verified members. Then come 120 visitors of one address, each with a cookie of
its own; 60 visitors of 60 networks; and 20 members with proven addresses who all vote from one network. Everybody gives half
a star. A whole site from `serve`, loopback only; members are made by SQL (their addresses proven), and sign in by the form.
"""

from __future__ import annotations

import argparse
import re
import time
import uuid
from pathlib import Path

import psycopg
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from bench.chaos.people import COVER_ADDRESS, PASSWORD, REQUEST_ADDRESS
from bench.chaos.sites import Browser, ServedSite
from bench.harness import print_machine

SETTINGS = {"TRUSTED_PROXY_COUNT": "1", "EMAIL_URL": "memorymail://", "LOG_LEVEL": "WARNING"}
SONG = {"title": "비 오는 날의 편지", "artist": "하람", "genre": "ballad", "count": "2", "with_lettering": "on"}
DRAWN_SECONDS = 120


def a_visitor(site: ServedSite, address: str) -> Browser:
    return Browser(site.port, forwarded=address)


def a_member(site: ServedSite, address: str) -> Browser:
    """Signed in, from this address, with a proven e-mail address."""
    email, hasher = f"{uuid.uuid4().hex}@example.com", PBKDF2PasswordHasher()
    password = hasher.encode(PASSWORD, hasher.salt(), iterations=1000)
    with psycopg.connect(site.database_url, autocommit=True) as database:
        needed = database.execute(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_name = 'accounts_user' AND is_nullable = 'NO' AND column_default IS NULL"
        ).fetchall()
        blank = {"boolean": False, "uuid": uuid.uuid4(), "timestamp with time zone": "now"}
        values = {name: blank.get(kind, "") for name, kind in needed} | {
            "email": email,
            "password": password,
            "is_active": True,
        }
        columns = ", ".join(f'"{name}"' for name in values)
        holes = ", ".join(["%s"] * len(values))
        (pk,) = database.execute(
            f"INSERT INTO accounts_user ({columns}) VALUES ({holes}) RETURNING id",  # noqa: S608  our own columns
            list(values.values()),
        ).fetchone()  # type: ignore[misc]
        database.execute(
            'INSERT INTO account_emailaddress (user_id, email, verified, "primary") VALUES (%s, %s, true, true)',
            [pk, email],
        )
    member = a_visitor(site, address)
    status, page, _where = member.send_form("/accounts/login/", login=email, password=PASSWORD)
    if status != 302:
        raise SystemExit(f"no sign-in: {status} {page[:300]}")
    return member


def hang_a_cover(site: ServedSite) -> str:
    """The number of a cover that its maker has rated and hung on the wall."""
    maker = a_visitor(site, "10.1.1.1")
    _status, _page, where = maker.send_form("/create/", **SONG)
    found = REQUEST_ADDRESS.search(where)
    if found is None:
        raise SystemExit(f"not accepted: {_status} {_page[:300]}")
    deadline = time.monotonic() + DRAWN_SECONDS
    while time.monotonic() < deadline:
        covers = COVER_ADDRESS.findall(maker.ask("GET", f"/requests/{found[1]}/status/")[1])
        if len(set(covers)) == int(SONG["count"]):
            break
        time.sleep(0.3)
    cover = covers[0]
    rate(maker, cover, 10)
    maker.send_form(f"/covers/{cover}/publish/")
    return cover


def rate(browser: Browser, cover: str, half_stars: int) -> int:
    token = browser.form_of(f"/covers/{cover}/")
    return browser.ask(
        "POST", f"/covers/{cover}/review/", {**token, "half_stars": str(half_stars), "comment": "so-so"}
    )[0]


def standing(site: ServedSite, cover: str) -> tuple[str, str]:
    """(stars, reviews that arms have learnt from): as the public page and the database say it."""
    page = a_visitor(site, "10.9.9.9").ask("GET", f"/covers/{cover}/")[1]
    shown = re.search(r'cover-page__rating.*?aria-hidden="true">([\d.]+)<', page, re.DOTALL)
    with psycopg.connect(site.database_url) as database:
        (taught,) = database.execute("SELECT COALESCE(SUM(reviews), 0) FROM covers_promptarm").fetchone()  # type: ignore[misc]
    return (shown[1] if shown else "none"), str(taught)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--checkout", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--share", type=float, default=1.0, help="of the 120, 60 and 20")
    options = parser.parse_args()
    print_machine()
    with ServedSite(options.checkout, **SETTINGS) as site:
        cover = hang_a_cover(site)
        for address in ("10.2.1.1", "10.3.1.1"):
            rate(a_member(site, address), cover, 10)
        before = standing(site, cover)
        print(f"before: {before[0]} stars; arms have learnt from {before[1]} reviews", flush=True)
        attacks = {
            "120 visitors of one address": [lambda: a_visitor(site, "10.4.1.7")] * 120,
            "60 visitors of 60 networks": [lambda at=at: a_visitor(site, f"10.5.{at}.7") for at in range(60)],  # type: ignore[misc]
            "20 proven members in one network": [lambda at=at: a_member(site, f"10.6.1.{at}") for at in range(20)],  # type: ignore[misc]
        }
        for name, crowd in attacks.items():
            begun = time.monotonic()
            statuses = [rate(somebody(), cover, 1) for somebody in crowd[: max(1, round(len(crowd) * options.share))]]
            after = standing(site, cover)
            print(
                f"{name}: {statuses.count(302)} reviews taken in {time.monotonic() - begun:.1f} s, {statuses.count(429)} refused; "
                f"{after[0]} stars; arms have learnt from {after[1]} reviews",
                flush=True,
            )
        kept = standing(site, cover) == before
        print(f"chaos.votes ratio={1.0 if kept else 0.0:.1f} target=1.0")


if __name__ == "__main__":
    main()
