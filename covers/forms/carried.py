"""Starting again with a song: what of its request does not come along into the create form, in words. Nothing is dropped in silence."""

from __future__ import annotations

from django.utils.translation import gettext as _

from covers import registry
from covers.brief.avoided import Avoided
from covers.brief.brief_contract import STYLES
from covers.brief.family_contract import PALETTE
from covers.brief.wishes import PALETTES
from covers.forms.requests import CoverRequestForm
from covers.models import CoverRequest
from covers.pages import KEPT_NAMES


def not_carried(row: CoverRequest, form: CoverRequestForm) -> list[str]:
    """form: as it was filled from the request, with what this person is offered."""
    found = []
    if row.shows_picture and form.shown_picture is None:
        found.append(_("Your own picture is not taken along: it is deleted, or belongs to somebody else."))
    if row.shows_face and not form.initial.get("face"):
        found.append(_("The face is not taken along: it is deleted, not ready, or belongs to somebody else."))
    if row.choice_key not in {choice.key for choice in registry.offered()}:
        told = _("“%(engine)s”, which drew it, does not draw here at the moment: another one draws these covers.")
        found.append(told % {"engine": registry.label_of(row)})
    if row.style and row.style not in STYLES:
        found.append(_("The style is not taken along: it is not drawn here any more."))
    if row.parsed_wishes.palette not in ("", *PALETTES):
        found.append(_("The colours are not taken along: that palette is not here any more."))
    if Avoided.from_json(row.avoided).off:
        found.append(
            _(
                "What you switched off in its pictures is not taken along. Write it under “What to leave out” if it should stay away."
            )
        )
    if row.parsed_wishes.release and form.look_release is None:
        found.append(
            _("The look of its release is not taken along: the release is deleted, or belongs to somebody else.")
        )
    left = [str(KEPT_NAMES[name]) for name in row.kept if name in KEPT_NAMES and name != PALETTE]  # colours are wishes
    if left and not row.style:
        told = _("Not taken along from the earlier cover: %(kept)s. The song is read anew.")
        found.append(told % {"kept": ", ".join(left)})
    return found
