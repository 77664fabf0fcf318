"""Why a picture shows what it shows, in one sentence of the page's language. The words of the song stand in it as they are sung."""

from __future__ import annotations

from django.utils.translation import gettext as _

from covers.brief.brief_contract import Concept

SAID_MOST = 80
"""Characters of a line that are quoted; what is longer ends in an ellipsis."""


def reason(concept: Concept) -> str:
    """Plain text, not escaped: "Because of the line “we kept the porch light on”."."""
    said = " ".join(concept.line.split())
    if len(said) > SAID_MOST:
        said = f"{said[: SAID_MOST - 1].rstrip()}…"
    if concept.source == "lyrics" and said:
        return _("Because of the line “%(line)s”.") % {"line": said}
    if concept.source == "title" and said:
        return _("Because of the title “%(line)s”.") % {"line": said}
    if concept.source == "album" and said:
        return _("Because of the album's name, “%(line)s”.") % {"line": said}
    if concept.source == "again":
        return _("The first picture's place once more, at another hour.")
    if concept.source == "near":
        return _("A place near the one that the song tells of, for the same feeling.")
    if concept.source == "genre":
        return _("Because of the genre: the words name nothing that can be shown.")
    return _("Because of the song's mood: the words name nothing that can be shown.")
