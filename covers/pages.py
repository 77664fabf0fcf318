"""What the pages show of a request and a cover, put together for templates."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace

from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy

from accounts.http import SiteRequest
from accounts.person import Person
from albumsite.jobs.states import State
from covers.brief import avoided
from covers.brief.brief_contract import Concept, letters_bear
from covers.brief.scenery import LETTERINGS
from covers.brief.why import reason
from covers.drawing.estimates import estimate
from covers.edits.own_words import OwnWords
from covers.errors import failure_text
from covers.lettering.wholeness import Loss, loss, spelled
from covers.models import Cover, CoverRequest, Review
from covers.services import avoiding
from covers.services.requests import missing_letters
from covers.writing.alt import describe, pictured_in
from covers.writing.names import HOUR_NAMES, WEATHER_NAMES, thing_name

KEPT_NAMES = {
    "style": pgettext_lazy("of a cover", "Style"),
    "palette": pgettext_lazy("of a cover", "Colours"),
    "subject": pgettext_lazy("of a cover", "What it shows"),
    "layout": pgettext_lazy("of a cover", "Layout"),
}
PICTURES_EXPLAINED = 4
"""A further concept is of no picture: the place that is seen through letters."""


@dataclass(frozen=True)
class Square:
    """One of the pictures of a request on its page: a finished cover, or how far it is."""

    position: int
    cover: Cover | None
    phase: str
    step: int = 0
    total: int = 0
    preview: str = ""

    @property
    def percent(self) -> int:
        return round(100 * self.step / self.total) if self.total else 0

    @property
    def version(self) -> str:
        """Changes when the square must be drawn again on the page."""
        seed = f"{self.phase} {self.step} {self.total} {len(self.preview)} {self.cover and self.cover.pk}"
        return hashlib.sha256(seed.encode()).hexdigest()[:12]


def squares(cover_request: CoverRequest, person: Person) -> list[Square]:
    covers = {cover.position: cover for cover in cover_request.covers.all()}
    mark_previews(list(covers.values()), person)
    places = sorted(
        {*range(cover_request.count), *covers}
    )  # a moderator may have let a picture through that another replaced
    return [_square(cover_request, position, covers.get(position)) for position in places]


def _square(cover_request: CoverRequest, position: int, cover: Cover | None) -> Square:
    if cover is not None:
        return Square(position, cover, "done")
    if any(one.is_held and one.position == position for one in cover_request.withheld.all()):
        return Square(position, None, "held")
    if cover_request.state == State.DONE:
        return Square(position, None, "refused")
    part = cover_request.progress.get(str(position), {})
    preview = f"data:image/webp;base64,{part['preview']}" if part.get("preview") else ""
    phase = part.get("phase", "waiting") if cover_request.is_active else cover_request.state
    return Square(position, None, phase, part.get("step", 0), part.get("total", 0), preview)


def mark_previews(covers: list[Cover], person: Person) -> None:
    """Whoever has not reviewed a cover yet sees a light mark over it on the page; the file itself is clean."""
    seen = set(Review.objects.by(person).filter(cover__in=covers).values_list("cover_id", flat=True))
    for cover in covers:
        cover.is_preview = cover.pk not in seen  # type: ignore[attr-defined]


def request_context(request: SiteRequest, cover_request: CoverRequest) -> dict[str, object]:
    person = request.person
    switches = avoiding.may_switch_off(request=cover_request, person=person)
    return {
        "cover_request": cover_request,
        "parts": squares(cover_request, person),
        "estimate": estimate(request=cover_request) if cover_request.is_active else None,
        "failure": failure_text(cover_request.failure),
        "may_control": cover_request.obeys(person),
        "is_mine": person.made(cover_request),
        "may_redraw": _may_redraw(cover_request, person),
        "to_add": cover_request.foremost if person.made(cover_request) and not cover_request.is_draft else None,
        "description": description_of(cover_request),
        "pictures": pictures_of(cover_request, with_ticks=switches) if cover_request.obeys(person) else [],
        "may_switch_off": switches,
        "submission": uuid.uuid4(),
        "ready": len(cover_request.covers.all()),
        "withheld": withheld_texts(cover_request),
        "active": activity(cover_request),
        "not_on_it": loss_text(loss_of(cover_request)),
        "share_url": request.build_absolute_uri(cover_request.get_secret_url()),
    }


@dataclass(frozen=True)
class Lineage:
    """The cover that pictures have something in common with, for those who may see it, and what that is, in words."""

    cover: Cover
    kept: str


def lineage_of(cover_request: CoverRequest, person: Person) -> Lineage | None:
    if cover_request.parent_id is None or not cover_request.obeys(person):
        return None
    seen = Cover.objects.visible_to(person).select_related("request")
    cover = seen.filter(pk=cover_request.parent_id).first()
    return (
        Lineage(cover, ", ".join(str(KEPT_NAMES[key]) for key in cover_request.kept if key in KEPT_NAMES))
        if cover
        else None
    )


def _may_redraw(cover_request: CoverRequest, person: Person) -> bool:
    """A face or a brought picture is drawn again for its maker only, and a picture while it is there."""
    if cover_request.shows_picture and cover_request.picture_id is None:
        return False
    return person.made(cover_request) or not (cover_request.shows_face or cover_request.shows_picture)


def activity(cover_request: CoverRequest) -> str:
    """How closely the page watches, as poll.js reads it: "1" while covers are made, "slowly" while one is held, else "0"."""
    if cover_request.is_active:
        return "1"
    return "slowly" if any(one.is_held for one in cover_request.withheld.all()) else "0"


def withheld_texts(cover_request: CoverRequest) -> list[str]:
    """What was drawn and is not shown, in words: what waits for the picture check, and what it refused."""
    withheld = cover_request.withheld.all()
    held = sum(1 for one in withheld if one.is_held)
    filled = {cover.position for cover in cover_request.covers.all()}  # by another picture
    refused = sum(1 for one in withheld if not one.is_held and one.position not in filled)
    texts = []
    if held:
        text = ngettext(
            "One picture is still being checked before anybody sees it. It then appears on its page by itself.",
            "%(count)d pictures are still being checked before anybody sees them. They then appear on their page by themselves.",
            held,
        )
        texts.append(text % {"count": held})
    if refused:
        text = ngettext(
            "One picture is not shown, because our automatic check found it unfit for this site.",
            "%(count)d pictures are not shown, because our automatic check found them unfit for this site.",
            refused,
        )
        texts.append(text % {"count": refused})
        if cover_request.is_active:
            texts.append(gettext("Where we can, another one is drawn in its place."))
    return texts


def loss_of(cover_request: CoverRequest) -> Loss:
    """What of its names is not on the covers: seen on those that are there, known before from the typefaces."""
    covers = cover_request.covers.all()
    if not covers:
        names = (cover_request.title, cover_request.artist)
        return Loss(missing_letters(*names)) if cover_request.with_lettering else Loss()
    losses = [loss(cover.layout, cover_request.title, cover_request.artist) for cover in covers]
    return Loss(tuple(dict.fromkeys(letter for lost in losses for letter in lost.letters)))


def loss_text(lost: Loss) -> str:
    """Which letters are not on a cover, and whether a name is cut short; nothing where both stand whole."""
    parts = []
    if lost.letters:
        parts.append(
            ngettext(
                "Left out of the lettering, because no typeface here has it: %(letters)s.",
                "Left out of the lettering, because no typeface here has them: %(letters)s.",
                len(lost.letters),
            )
            % {"letters": spelled(lost.letters)}
        )
    if lost.is_cut:
        parts.append(gettext("The title or the artist is cut short in the lettering, because there was no more room."))
    return " ".join(parts)


def description_of(cover_request: CoverRequest) -> str:
    """The brief in words of the page's language; nothing while it is not written, or where every cover is made of a brought picture."""
    if cover_request.brief is None or all(map(cover_request.is_of_picture, range(cover_request.count))):
        return ""
    return describe(cover_request.parsed_brief(), "ko" if (get_language() or "").startswith("ko") else "en")


@dataclass(frozen=True)
class Shown:
    """What one picture shows, why, and what of it can be switched off. ticks: value and words; the first is all of it."""

    text: str
    why: str
    ticks: tuple[tuple[str, str], ...] = ()


def pictures_of(cover_request: CoverRequest, *, with_ticks: bool = False) -> list[Shown]:
    """What each concept of the brief shows, and why, in the page's language; none while it is not written, in older briefs, and where
    one style was asked for: then that says what all show."""
    if cover_request.brief is None or cover_request.parsed_brief().style:
        return []
    language = "ko" if (get_language() or "").startswith("ko") else "en"
    if all(map(cover_request.is_of_picture, range(cover_request.count))):
        return []  # nothing of the song is pictured
    drawn = cover_request.parsed_brief().concepts[: max(PICTURES_EXPLAINED, cover_request.count)]
    concepts = [_as_drawn(concept, cover_request) for concept in drawn]
    parts = avoiding.parts_of(cover_request) if with_ticks else {}
    return [
        Shown(gettext("Your own picture"), "")
        if cover_request.is_of_picture(place)
        else Shown(
            pictured_in(concept, language),
            reason(concept),
            tuple((f"{place}:{part}", _part_name(part, concept, language)) for part in parts.get(place, ())),
        )
        for place, concept in enumerate(concepts)
    ]


def words_of_site(cover: Cover) -> OwnWords:
    """What the site says of one picture in the page's language: what it shows, and why. Nothing where it shows none of the song."""
    row = cover.request
    concepts = row.brief_of(cover.position).concepts if row.brief else ()
    if not concepts or row.shows_face or row.is_of_picture(cover.position):
        return OwnWords()
    concept = _as_drawn(concepts[cover.position % len(concepts)], row)
    return OwnWords(pictured_in(concept, "ko" if (get_language() or "").startswith("ko") else "en"), reason(concept))


def _part_name(part: str, concept: Concept, language: str) -> str:
    """What of a picture a tick stands for: "dog", "people", "at night", "rain"."""
    at = 1 if language == "ko" else 0
    if part == avoided.ALL:
        return pictured_in(concept, language)
    if part == avoided.PEOPLE:
        return gettext("people")
    if part == avoided.HOUR:
        return HOUR_NAMES[concept.hour][at]
    return WEATHER_NAMES[concept.weather][at] if part == avoided.WEATHER else thing_name(part.partition(":")[2])[at]


def _as_drawn(concept: Concept, cover_request: CoverRequest) -> Concept:
    """A concept of letters is a material where no type is wished, or where the title is too long to be a picture."""
    if concept.style not in LETTERINGS:
        return concept
    is_drawn = cover_request.with_lettering and letters_bear(concept.style, cover_request.title)
    return concept if is_drawn else replace(concept, style=concept.quiet_style)


def shown_in_status(context: dict[str, object]) -> list[object]:
    """What the status partial shows. The clock is not in it: the page counts seconds by itself."""
    cover_request, parts = context["cover_request"], context["parts"]
    place = context["estimate"].place if context["estimate"] else 0  # type: ignore[attr-defined]
    return [
        cover_request.state,  # type: ignore[attr-defined]
        cover_request.stage,  # type: ignore[attr-defined]
        cover_request.cancel_requested,  # type: ignore[attr-defined]
        place,
        context["withheld"],
        [part.version for part in parts],  # type: ignore[attr-defined]
    ]
