"""What people say of a cover besides stars: that it is the best of its request, and that they took it with them."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from albumsite.errors import UserFacingError
from covers.models import Cover, CoverRequest, Download

logger = logging.getLogger(__name__)


class NothingToChoose(UserFacingError):
    message_id = "covers:nothing-to-choose"
    text = _("You can choose the best one as soon as all covers of the request are ready and there are at least two.")
    status_code = 409


def may_choose(*, request: CoverRequest, person: Person) -> bool:
    """Whether this person may say which of the covers is the best: the maker, when nothing is drawn any more."""
    return person.made(request) and not (request.is_active or request.is_draft) and len(request.covers.all()) > 1


@transaction.atomic
def choose_favourite(*, cover: Cover) -> None:
    """The maker says: this is the best of them. Another one may be chosen at any time. Raises NothingToChoose."""
    request = CoverRequest.objects.select_for_update().get(pk=cover.request_id)
    if request.is_active or request.is_draft or request.covers.count() < 2:
        raise NothingToChoose
    CoverRequest.objects.filter(pk=request.pk).update(favourite=cover)
    logger.info("favourite chosen request=%s cover=%s", request.pk, cover.pk)


def record_download(*, cover: Cover, person: Person, file: Download.File) -> None:
    """Each time a file is taken: takers like what they take."""
    Download.objects.create(cover=cover, **person.owner_fields(), file=file)
