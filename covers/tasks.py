"""What RQ workers run. Each takes a primary key, claims the row under a lease, and may be delivered twice or die anywhere."""

from __future__ import annotations

import logging
from functools import cache

from django.conf import settings
from django.db import close_old_connections

from albumsite.errors import EngineError, WriterDeclined, job_waits_for_store
from albumsite.jobs.claims import Claim
from albumsite.media import encoding
from covers import registry, writing
from covers.brief.brief_contract import Brief, BriefWriter, Usage
from covers.drawing import fairness, full_size, turn
from covers.drawing.recording import DRAWN_FROM, mark_of, set_title
from covers.drawing.specs import missing_specs, own_picture_of, portraits_of, spec_of
from covers.engine.engine_contract import Portrait
from covers.engine_pool import engine_for
from covers.models import Cover, CoverRequest, CoverVersion, ModelCheck, Refusal, ReleaseFile, Stage
from covers.safety.refusing import note_of
from covers.services import drawing_together, studio
from covers.services.avoiding import other_brief, store_other_brief
from covers.services.releases import record_release
from covers.services.requests import store_brief
from covers.services.writing_costs import note_usage

logger = logging.getLogger(__name__)

NEXT_TRIED = 5
"""Requests whose brief is tried to be written before that of the one that was enqueued: as many workers may write at once."""


@cache
def _writer() -> BriefWriter:
    return writing.load_writer(
        api_key=settings.OPENAI_API_KEY,
        base_url=settings.OPENAI_BASE_URL,
        model=settings.OPENAI_MODEL,
        timeout_seconds=settings.OPENAI_TIMEOUT_SECONDS,
    )


def write_brief(pk: str) -> None:
    """Turn the song of the request whose turn it is into a brief, then queue its drawing. That is the row that was
    enqueued, unless somebody waits who has asked for less."""
    close_old_connections()
    for candidate in [
        *map(str, fairness.next_to_write(NEXT_TRIED)),
        pk,
    ]:  # one that another worker is just taking is passed over
        with CoverRequest.objects.claimed(candidate, stage=Stage.WRITE) as claim:
            if claim is None:
                continue
            if claim.row.avoided:
                brief = other_brief(claim.row)
                store_other_brief(claim=claim, brief=brief)
            else:
                brief = _brief_for(claim)
                store_brief(claim=claim, brief=brief)
            logger.info("brief written request=%s by=%s", claim.row.pk, brief.written_by)
            return


def _brief_for(claim: Claim[CoverRequest]) -> Brief:
    """The brief, with what it cost noted on the row, whatever comes of it.

    Raises EngineError "safety:declined" where a language model will not work with the song.

    `poster` draws such a song all the same: from our own motifs by the rules, which take no word of the text. A model that
    draws, or a face, gets nothing that another model has declined.
    """
    row = claim.row

    def on_usage(usage: Usage) -> None:
        note_usage(claim=claim, usage=usage)

    try:
        return writing.write_brief(row.song, writer=_writer(), on_usage=on_usage)
    except WriterDeclined as error:
        if row.engine != "poster" or row.shows_face:
            note_of(row, Refusal.RefusalReason.DECLINED)
            raise EngineError("safety:declined", str(error)) from None
        return writing.write_brief(row.song, writer=None)


def draw_covers(pk: str) -> None:
    """Draw the requests that wait, the fairest first. The row that was enqueued may be another's by now."""
    close_old_connections()
    turn.draw_waiting(missing_specs, after_end=_begin_next)


def _begin_next(ended: CoverRequest) -> None:
    drawing_together.begin_next(ended=ended)


def draw_request(pk: str) -> None:
    """Draw what this request still lacks, whoever else waits: for a process that works for one request only."""
    close_old_connections()
    turn.draw_one(pk, missing_specs)


def make_release(pk: str) -> None:
    """Make the store-ready file of one cover: drawn again at full size where the engine can, else enlarged."""
    close_old_connections()
    with ReleaseFile.objects.claimed(pk, stage="render") as claim:
        if claim is None:
            return
        cover = Cover.objects.select_related("request").get(pk=claim.row.cover_id)
        portraits = _portraits_again(cover)
        is_gone = portraits is None or cover.is_of_deleted_picture
        own_picture = None if is_gone else own_picture_of(cover.request, [cover.position])
        side = settings.RELEASE_SIZE_PIXELS
        spec = spec_of(cover.request, cover.position, side=side, portraits=portraits or (), own_picture=own_picture)
        drawn = full_size.picture_at(
            cover, studio.spec_as_shown(cover=cover, spec=spec), edit=studio.picture_now(cover=cover),
            folders=studio.folders_of_the_picture(cover=cover), can_be_drawn=not is_gone, needs_plan=not studio.has_own_type(cover=cover),
        )  # fmt: skip
        image = studio.typeset_as_shown(cover=cover, drawn=drawn) or set_title(spec, drawn)
        with job_waits_for_store():
            record_release(claim=claim, jpeg=encoding.encode_release_jpeg(image))


def set_version(pk: str) -> None:
    """Make one version of a cover: its type is set as its maker wants it."""
    close_old_connections()
    with CoverVersion.objects.claimed(pk, stage="set") as claim:
        if claim is None:
            return
        with job_waits_for_store():
            studio.make_version(claim=claim, engine=engine_for)


def draw_version(pk: str) -> None:
    """Draw the picture of one version anew, and whoever's can share the call."""
    from covers.drawing import version_turn

    close_old_connections()
    version_turn.work(pk)


def _portraits_again(cover: Cover) -> tuple[Portrait, ...] | None:
    """What the cover was drawn from; () if that was no face, None if the same is not there any more. Then, as a face's photos go
    some day, the picture is enlarged like any other. Raises EngineError "site:storage"."""
    row = cover.request
    if not row.shows_face or row.engine != registry.PORTRAITS_BY:
        return ()
    if row.face is None or not row.face.has_portraits():
        return None
    portraits = portraits_of(row)
    known = cover.parameters.get(DRAWN_FROM)  # absent from covers that are older than this mark
    return portraits if known in (None, mark_of(portraits)) else None


def verify_model(pk: str) -> None:
    """Read every byte of a registered model and record whether it is what it should be."""
    close_old_connections()
    with ModelCheck.objects.claimed(pk, stage="verify") as claim:
        if claim is None:
            return
        registry.verify_model(version=claim.row.version)
        claim.finish()


def draw_smoke_test(pk: str) -> None:
    """Draw one small picture with a model, and do what was wished for when it is well."""
    from covers.drawing import smoke_tests  # numpy

    close_old_connections()
    smoke_tests.work(pk)


def retrain(pk: str) -> None:
    """Go on with a weekly training from where it is."""
    from covers.weekly import retraining

    close_old_connections()
    retraining.work(pk)


def evaluate_model(pk: str) -> None:
    """Draw with a candidate and with what it should follow, and say which is better."""
    from covers.evaluation import evaluation_jobs

    close_old_connections()
    evaluation_jobs.work(pk)


def send_report(pk: str) -> None:
    """Send a weekly report to one channel."""
    from covers.reports.delivery import deliveries

    close_old_connections()
    deliveries.work(pk)


def withdraw(pk: str) -> None:
    """Make the public bucket show what the row of a cover says."""
    from covers.services import withdrawals

    close_old_connections()
    withdrawals.work(pk)


def look_at_the_week() -> None:
    """Ask for the weekly training and report when they are due: what the scheduler enqueues."""
    from covers.weekly import due_work

    close_old_connections()
    due_work.look()
