"""Visitors and members who ask a site for covers while it is attacked, and what each of them was told."""

from __future__ import annotations

import random
import re
import threading
import time
import uuid
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.chaos.sites import Browser

PK = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
REQUEST_ADDRESS, COVER_ADDRESS = re.compile(rf"/requests/({PK})/"), re.compile(rf"/covers/({PK})/")
PASSWORD = "chaos-Winter-41"  # noqa: S105 of people who live for half an hour
PATIENCE_SECONDS = 420
"""How long somebody tries to get a form accepted."""
LOOK_SECONDS = 1.5
BROKEN_BODY, BROKEN_ANSWER, DOUBLE, CANCEL, CANCEL_RETRY = (
    "client breaks off in the middle of a form",
    "client breaks off before the answer, and sends again",
    "form sent three times at once",
    "cancelled while it waits or is drawn",
    "cancelled, and tried again at once",
)
CLIENT_KINDS = (BROKEN_BODY, BROKEN_ANSWER, DOUBLE, CANCEL, CANCEL_RETRY)


@dataclass
class Wish:
    """One song that somebody wants covers for. pk: of the request that the site said it has accepted."""

    number: int
    title: str
    count: int
    fault: str = ""
    pk: str = ""
    key: str = ""
    owner: int = 0
    asked_at: float = 0.0
    accepted_at: float = 0.0
    tries: int = 0
    others: set[str] = field(default_factory=set)
    """Primary keys that further answers to the same form named: the same one, or it was asked twice."""
    may_be_cancelled: bool = False


class Person(Browser):
    """network: a number, of a /24 that others may share. A member signs up before the first wish."""

    def __init__(self, port: int, number: int, *, network: int, is_member: bool) -> None:
        forwarded = f"10.{network // 250}.{network % 250}.{1 + number % 250}"
        super().__init__(port, forwarded=forwarded)
        self.number, self.is_member, self.is_signed_up = number, is_member, False

    def sign_up(self) -> None:
        status, page, _where = self.send_form(
            "/accounts/signup/", email=f"chaos{self.number}@example.com", password1=PASSWORD, next="/"
        )
        self.is_signed_up = status == 302
        if not self.is_signed_up and "already" in page:  # an answer was lost, and the member is there
            status, _page, _where = self.send_form(
                "/accounts/login/", login=f"chaos{self.number}@example.com", password=PASSWORD
            )
            self.is_signed_up = status == 302


class Crowd:
    """Asks for everything in `wishes`, a few at a time; `pace` is called before each and may hold it up."""

    def __init__(self, port: int, wishes: list[Wish], people: list[Person], chance: random.Random) -> None:
        self.port, self.wishes, self.people = port, wishes, people
        self.answers: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()
        self.given_up: list[Wish] = []
        self.client_faults: Counter[str] = Counter()
        self.accepted = 0
        self.reviews = self.downloads = self.retries = 0
        self._chance = chance
        self._free: deque[Person] = deque(people)
        self._lock = threading.Lock()

    # --- one after the other --------------------------------------------------------------------------------------

    def run(self, at_once: int, pace: object) -> None:
        with ThreadPoolExecutor(at_once) as pool:
            seeds = [self._chance.randrange(1 << 30) for _ in self.wishes]
            for found in [
                pool.submit(self._one, wish, random.Random(seed), pace)
                for wish, seed in zip(self.wishes, seeds, strict=True)
            ]:
                found.result()

    def _one(self, wish: Wish, chance: random.Random, pace: object) -> None:
        pace(wish.number)  # type: ignore[operator]
        with self._lock:
            person = self._newcomer() if wish.fault and chance.random() < 0.5 else self._free.popleft()
        try:
            wish.owner = person.number
            self._ask(person, wish, chance)
            if not wish.pk:
                self.given_up.append(wish)
                return
            with self._lock:
                self.accepted += 1
            self._afterwards(person, wish, chance)
        except OSError:
            self.answers["no answer"] += 1  # of something that is not worth trying again
        finally:
            with self._lock:
                self._free.append(person)

    def _newcomer(self) -> Person:
        """Somebody without any cookie yet: nothing but the form says that two of their posts are one."""
        person = Person(self.port, len(self.people), network=len(self.people) * 3 // 4, is_member=False)
        self.people.append(person)
        return person

    def heard(
        self, person: Browser, what: str, path: str, fields: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """An answer, counted. Raises OSError."""
        try:
            status, page, where = person.ask("GET" if fields is None else "POST", path, fields)
        except OSError:
            self.answers[f"{what}: no answer"] += 1
            raise
        self.answers[f"{what}: {status}"] += 1
        if status in (429, 503):
            self.refused[int(person.headers.get("retry-after", -1))] += 1
        return status, page, where

    # --- asking ---------------------------------------------------------------------------------------------------

    def _ask(self, person: Person, wish: Wish, chance: random.Random) -> None:
        """Until it is accepted, with one and the same form, as somebody does who presses the button again."""
        wish.asked_at = time.time()
        deadline, fields = time.monotonic() + PATIENCE_SECONDS, {}
        fault = wish.fault
        while time.monotonic() < deadline and not wish.pk:
            try:
                if person.is_member and not person.is_signed_up:
                    person.sign_up()
                    if not person.is_signed_up:
                        raise OSError("not signed up yet")
                if not fields:
                    fields = person.form_of("/create/") | {
                        "title": wish.title, "artist": "하람", "genre": chance.choice(("ballad", "rock", "jazz", "")),
                        "lyrics": "창밖에 비가 내리고\n" * chance.randrange(5), "count": str(wish.count), "with_lettering": "on",
                    }  # fmt: skip
                wish.tries += 1
                if fault in (BROKEN_BODY, BROKEN_ANSWER, DOUBLE):
                    self._send_badly(person, wish, fields, fault, chance)
                    fault = ""
                    continue
                self._note(wish, *self.heard(person, "form", "/create/", fields))
                pause = min(5.0, float(person.headers.get("retry-after", 1)))
            except OSError:
                pause = 1.0
            if not wish.pk:
                time.sleep(pause * chance.uniform(0.5, 1.5))

    def _send_badly(
        self, person: Person, wish: Wish, fields: dict[str, str], fault: str, chance: random.Random
    ) -> None:
        if fault == BROKEN_BODY:
            person.break_off(
                "/create/", fields, bytes_sent=chance.randrange(1, 200), wait_seconds=chance.choice((0, 0, 0.5))
            )
        elif fault == BROKEN_ANSWER:
            person.break_off("/create/", fields, wait_seconds=chance.choice((0, 0.003, 0.01, 0.03, 0.1, 0.5)))
        else:
            self._send_thrice(person, wish, fields)
        self.client_faults[fault] += 1

    def _send_thrice(self, person: Person, wish: Wish, fields: dict[str, str]) -> None:
        """Three clicks, before the first answer has brought a cookie."""
        twins = [Browser(self.port, forwarded=person.forwarded) for _ in range(3)]
        for twin in twins:
            twin.cookies = dict(person.cookies)

        def send(twin: Browser) -> None:
            try:
                self._note(wish, *self.heard(twin, "form", "/create/", fields))
                person.cookies.update(twin.cookies)
            except OSError:
                pass

        threads = [threading.Thread(target=send, args=(twin,)) for twin in twins]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @staticmethod
    def _note(wish: Wish, status: int, page: str, where: str) -> None:
        if status == 302 and (found := REQUEST_ADDRESS.search(where)):
            wish.others.add(found[1])
            if not wish.pk:
                wish.pk, wish.key, wish.accepted_at = found[1], where.partition("?")[2], time.time()
        elif status == 422:
            raise SystemExit("the form was refused: " + " ".join(re.findall(r"field__error[^>]*>([^<]+)", page)))

    # --- and then -------------------------------------------------------------------------------------------------

    def _afterwards(self, person: Person, wish: Wish, chance: random.Random) -> None:
        if wish.fault in (CANCEL, CANCEL_RETRY):
            time.sleep(chance.choice((0, 0.1, 0.3, 1.0, 3.0)))
            self._cancel(person, wish)
        elif chance.random() < 0.5:  # the others close the page
            page = self._watch(person, wish, patience_seconds=chance.uniform(5, 40))
            if covers := sorted(set(COVER_ADDRESS.findall(page))):
                self._review(person, chance.choice(covers))

    def _cancel(self, person: Person, wish: Wish) -> None:
        address = f"/requests/{wish.pk}/"
        wish.may_be_cancelled = True
        status, _page, _where = self.heard(person, "cancel", f"{address}cancel/", with_token(person))
        if status == 302:
            self.client_faults[wish.fault] += 1
        if wish.fault == CANCEL_RETRY:
            self.try_again(person, wish)

    def try_again(self, person: Person, wish: Wish) -> bool:
        """False: there was nothing to try again, or not now."""
        status, _page, _where = self.heard(person, "retry", f"/requests/{wish.pk}/retry/", with_token(person))
        self.retries += status == 302
        return status == 302

    def _watch(self, person: Person, wish: Wish, patience_seconds: float) -> str:
        """The last page of the request, when nothing changes any more; "" when patience ends. Presses Try again once."""
        deadline, has_tried = time.monotonic() + patience_seconds, False
        while time.monotonic() < deadline:
            try:
                status, page, _where = self.heard(person, "status", f"/requests/{wish.pk}/status/?{wish.key}")
                if status == 200 and person.headers.get("x-active") == "0":
                    if "/retry/" not in page or has_tried:
                        return page
                    has_tried = self.try_again(person, wish)
            except OSError:
                pass
            time.sleep(LOOK_SECONDS)
        return ""

    def _review(self, person: Person, cover: str) -> None:
        fields = with_token(person) | {"half_stars": "8", "comment": "It fits the song."}
        status, _page, _where = self.heard(person, "review", f"/covers/{cover}/review/", fields)
        self.reviews += status == 302
        status, _page, _where = self.heard(person, "download", f"/covers/{cover}/download/master.png")
        self.downloads += status == 200


def with_token(person: Browser) -> dict[str, str]:
    return {"csrfmiddlewaretoken": person.cookies.get("csrftoken", "")}


def wishes_of(number: int, client_faults: int, chance: random.Random) -> list[Wish]:
    """client_faults: how many of them go wrong by the person's own doing."""
    run = uuid.UUID(int=chance.getrandbits(128)).hex[:6]
    wishes = [Wish(k, f"Chaos {run} {k:05d}", chance.choice((1, 1, 1, 2, 4))) for k in range(number)]
    for place, wish in enumerate(chance.sample(wishes, min(client_faults, number))):
        wish.fault = CLIENT_KINDS[place % len(CLIENT_KINDS)]
    return wishes
