"""Whether the site may learn from a member's covers: asked plainly, no until they say yes, taken back with one click.

A changed word is a new version: rows keep the version and the hash of the very text, in the language that was read.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person
from albumsite.errors import UserFacingError
from albumsite.statements import Statement
from covers.datasets.picture_lineage import models_that_saw
from covers.models import ModelVersion, TrainingConsent

logger = logging.getLogger(__name__)

VERSION = "2026-11"


class StatementChanged(UserFacingError):
    message_id = "covers:consent-text-changed"
    text = _("The text has changed since you opened the page. Please go back to your page and read it again.")
    status_code = 409


@dataclass(frozen=True)
class ConsentAnswer:
    """What My Page shows of a member's consent. seen_by: weekly models that learnt from their covers, and those from them."""

    statement: Statement
    language: str
    given: TrainingConsent | None
    withdrawn: TrainingConsent | None
    seen_by: list[ModelVersion]


def statement(language: str) -> Statement:
    """In one of the site's languages."""
    with override(language):
        return Statement(
            title=gettext("This site may learn from the covers that I make here."),
            points=(
                gettext(
                    "Covers that were rated well teach the site's own picture model once a week, each with the words it was "
                    "drawn from; so do your favourites and downloads. That goes for covers you made already, too."
                ),
                gettext(
                    "Never: covers with a face, drafts, hidden covers, your photos, your lyrics, your name. What is learnt "
                    "is the model of this site; nothing is sold or given away."
                ),
                gettext(
                    "You can take this back at any time with one click. From that moment on no new set has your covers in "
                    "it. A model that has learnt already cannot forget; this page then names each of them."
                ),
            ),
        )


def answer_of(user: User, language: str) -> ConsentAnswer:
    given = TrainingConsent.objects.in_force().filter(owner=user).first()
    withdrawn = None if given else TrainingConsent.objects.filter(owner=user).order_by("-withdrawn_at").first()
    seen_by = models_that_saw(owner=user) if given or withdrawn else []
    return ConsentAnswer(statement(language), language, given, withdrawn, seen_by)


def was_asked(user: User | None) -> bool:
    """Whether this member has ever answered; a visitor is not asked."""
    return user is None or TrainingConsent.objects.filter(owner=user).exists()


@transaction.atomic
def give_consent(*, owner: User, language: str, text_sha256: str) -> TrainingConsent:
    """Record that a member agreed to the text of this hash, read in this language. Once: a second click changes nothing.

    Raises StatementChanged when that is not the text any more, or never was.
    """
    if language not in dict(settings.LANGUAGES) or statement(language).sha256 != text_sha256:
        raise StatementChanged
    Person(user=owner).lock()
    if known := TrainingConsent.objects.in_force().filter(owner=owner).first():
        return known
    consent = TrainingConsent.objects.create(owner=owner, version=VERSION, text_sha256=text_sha256, language=language)
    logger.info("consent to learning given consent=%s", consent.pk)
    return consent


def withdraw_consent(*, owner: User) -> None:
    """From now on no set takes a cover of theirs; the row stays as the proof of what was agreed to, and when."""
    count = TrainingConsent.objects.in_force().filter(owner=owner).update(withdrawn_at=Now())
    logger.info("consent to learning withdrawn count=%d", count)
