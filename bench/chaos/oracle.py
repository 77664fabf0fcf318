"""Asks PostgreSQL and the folder of files what became of everything that was accepted. Believes no page and no log."""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from bench.chaos.faults import LEASE_SECONDS, Done, asking
from bench.chaos.people import Wish
from bench.chaos.sites import ServedSite

DERIVATIVE_SUFFIXES = (".webp", ".avif")
PICTURE_TRIES = 3
"""The site's default: when so many pictures were refused in one place, it is left out."""
FINISHED = re.compile(r"covers drawn request=([0-9a-f-]{36})")


@dataclass
class Verdict:
    """Each a list of what is wrong, in words; all empty is what must be. `told` is for people."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    rows_without_file: list[str] = field(default_factory=list)
    files_without_row: list[str] = field(default_factory=list)
    told: dict[str, object] = field(default_factory=dict)

    @property
    def wrong(self) -> int:
        return sum(map(len, (self.lost, self.twice, self.stuck, self.rows_without_file, self.files_without_row)))


def active(site: ServedSite) -> int:
    """Rows of any kind of job that have not come to their end."""
    with asking(site) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM covers_coverrequest WHERE state IN ('queued', 'running'))"
            " + (SELECT count(*) FROM covers_releasefile WHERE state IN ('queued', 'running'))"
        ).fetchone()
        return int(row[0]) if row else 0


def failed(site: ServedSite) -> dict[str, str]:
    """Primary keys of failed requests, and why."""
    with asking(site) as connection:
        rows = connection.execute("SELECT id, failure FROM covers_coverrequest WHERE state = 'failed'").fetchall()
        return {str(pk): str(why) for pk, why in rows}


def judge(site: ServedSite, wishes: Sequence[Wish], faults: Sequence[Done]) -> Verdict:
    """What is left of everything, now that the site is quiet."""
    verdict = Verdict()
    _judge_requests(site, wishes, verdict)
    _judge_files(site, faults, verdict)
    return verdict


def _judge_requests(site: ServedSite, wishes: Sequence[Wish], verdict: Verdict) -> None:
    with asking(site) as connection:
        rows = connection.execute(
            "SELECT r.id::text, r.title, r.state, r.failure, r.count, count(c.id), count(DISTINCT c.position),"
            " extract(epoch FROM r.finished_at - r.created_at)::float"
            " FROM covers_coverrequest r LEFT JOIN covers_cover c ON c.request_id = r.id GROUP BY r.id"
        ).fetchall()
        releases = connection.execute("SELECT cover_id::text, state FROM covers_releasefile").fetchall()
        kept_apart = connection.execute(
            "SELECT request_id::text, position, state FROM covers_withheldpicture"
        ).fetchall()
        filled = set(connection.execute("SELECT request_id::text, position FROM covers_cover").fetchall())
    told_missing = _told_missing(kept_apart, filled)
    by_pk, by_title = {row[0]: row for row in rows}, Counter(row[1] for row in rows)
    finishes = Counter(FINISHED.findall(site.log.read_text(errors="replace")))
    known = {wish.title: wish for wish in wishes}
    for wish in wishes:
        if wish.pk and wish.pk not in by_pk:
            verdict.lost.append(
                f"{wish.title}: accepted, and there is no row ({wish.fault or 'no fault of the client'})"
            )
        if by_title[wish.title] > 1:
            verdict.twice.append(
                f"{wish.title}: {by_title[wish.title]} requests of one form ({wish.fault or 'no fault of the client'})"
            )
    for pk, title, state, _why, count, covers, positions, _seconds in rows:
        if covers > count or covers != positions:
            verdict.twice.append(f"{title}: {covers} covers of {count}")
        if finishes[pk] > 1:
            verdict.twice.append(f"{title}: finished {finishes[pk]} times")
        if state == "done" and covers + told_missing[pk] < count:
            verdict.lost.append(f"{title}: done with {covers} covers of {count}, {told_missing[pk]} withheld")
        if state == "cancelled" and not (title in known and known[title].may_be_cancelled):
            verdict.lost.append(f"{title}: cancelled, and nobody asked for it")
        if state in ("queued", "running"):
            verdict.stuck.append(f"{title}: {state}")
    verdict.twice += [
        f"place {position} of {by_pk[pk][1]}: a cover, and a held picture" for pk, position, state in kept_apart
        if state == "held" and (pk, position) in filled
    ]  # fmt: skip
    verdict.stuck += [f"release file of {pk}: {state}" for pk, state in releases if state in ("queued", "running")]
    verdict.told["requests"] = dict(Counter(row[2] for row in rows))
    verdict.told["failed because"] = dict(Counter(row[3] for row in rows if row[2] == "failed"))
    verdict.told["withheld pictures"] = dict(Counter(state for _pk, _position, state in kept_apart))
    verdict.told["covers"] = sum(row[5] for row in rows)
    verdict.told["release files"] = dict(Counter(state for _pk, state in releases))
    verdict.told["seconds"] = sorted(row[7] for row in rows if row[2] == "done")


def _told_missing(kept_apart: Sequence[tuple[str, int, str]], filled: set[tuple[str, int]]) -> Counter[str]:
    """Places of each request that are without a cover and whose page says why: a picture is held there, or all tries were refused."""
    refused = Counter((pk, position) for pk, position, state in kept_apart if state == "refused")
    places = {place for place, times in refused.items() if times >= PICTURE_TRIES}
    places |= {(pk, position) for pk, position, state in kept_apart if state == "held"}
    return Counter(pk for pk, _position in places - filled)


def _judge_files(site: ServedSite, faults: Sequence[Done], verdict: Verdict) -> None:
    root = site.folder / "private"
    with asking(site) as connection:
        covers = connection.execute(
            "SELECT storage_prefix, sha256, width, height FROM covers_cover UNION ALL SELECT storage_prefix, record->>'sha256',"
            " (record->>'width')::int, (record->>'height')::int FROM covers_withheldpicture"  # files like a cover's
        ).fetchall()
        releases = connection.execute(
            "SELECT storage_key, sha256, size_bytes FROM covers_releasefile WHERE state = 'done'"
        ).fetchall()
    for prefix, sha256, width, height in covers:
        if wrong := _wrong_with_cover(root / prefix, sha256, (width, height)):
            verdict.rows_without_file.append(f"{prefix}: {wrong}")
    for key, sha256, size in releases:
        content = (root / key).read_bytes() if (root / key).is_file() else b""
        if len(content) != size or hashlib.sha256(content).hexdigest() != sha256:
            verdict.rows_without_file.append(f"{key}: {len(content)} bytes of {size}")
    pointed_at = {prefix for prefix, *_rest in covers} | {key for key, *_rest in releases}
    left = [
        path for path in (root / "covers").rglob("*") if path.is_file() and not _is_pointed_at(path, root, pointed_at)
    ]
    may_stay = [path for path in left if _is_explained(path.stat().st_mtime, faults)]
    verdict.files_without_row += sorted({str(path.parent.relative_to(root)) for path in set(left) - set(may_stay)})
    verdict.told["files that a kill or a lost answer left without a row"] = (
        f"{len(may_stay)} files in {len({path.parent for path in may_stay})} folders, {sum(p.stat().st_size for p in may_stay)} bytes"
    )
    verdict.told["files looked at"] = sum(1 for path in (root / "covers").rglob("*") if path.is_file())


def _wrong_with_cover(folder: Path, sha256: str, size: tuple[int, int]) -> str:
    """Nothing, or what."""
    try:
        master = (folder / "master.png").read_bytes()
        if hashlib.sha256(master).hexdigest() != sha256:
            return "master.png is another one"
        with Image.open(io.BytesIO(master)) as image:
            image.load()
            if image.size != size:
                return f"{image.size} instead of {size}"
        pages = [path for path in folder.iterdir() if path.suffix in DERIVATIVE_SUFFIXES]
        for path in pages:
            with Image.open(path) as image:
                image.load()
    except (OSError, SyntaxError) as error:
        return repr(error)
    return "" if pages else "no page sizes"


def _is_pointed_at(path: Path, root: Path, pointed_at: set[str]) -> bool:
    key = path.relative_to(root)
    if path.name.startswith("release-"):
        return str(key) in pointed_at
    return str(key.parent) in pointed_at


def _is_explained(written_at: float, faults: Sequence[Done]) -> bool:
    """Whether just then, or before the lease ended, something was done that may leave files: see docs/architecture.md."""
    return any(
        one.kind.leaves_files and one.begun_at - LEASE_SECONDS <= written_at <= one.ended_at + LEASE_SECONDS
        for one in faults
    )
