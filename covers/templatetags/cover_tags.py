"""Pictures of covers in templates."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from albumsite.media import storage
from albumsite.media.encoding import DERIVATIVES, PUBLISHED
from covers import pages, registry
from covers.models import Cover, CoverRequest, ModelVersion
from covers.weeks import FORM

register = template.Library()


def image_url(cover: Cover, name: str) -> str:
    """Published sizes straight from the public bucket, others through the view that asks who looks."""
    if cover.is_public:
        return storage.public().url(f"{cover.storage_prefix}/{name}")
    return reverse("covers:image", args=[cover.pk, name])


def _srcset(cover: Cover, suffix: str) -> str:
    names = PUBLISHED if cover.is_public else DERIVATIVES
    sizes = [(name, side) for name in names if name.endswith(suffix) and (side := DERIVATIVES[name]) <= cover.width]
    return ", ".join(f"{image_url(cover, name)} {side}w" for name, side in sizes)


@register.simple_tag
def drawn_by(cover_request: CoverRequest, cover: Cover | None = None) -> str:
    """The engine or model of a request, in words, and whether this cover of it is an approximation."""
    label = str(registry.label_of(cover_request))
    mode = registry.APPROXIMATIONS.get(cover.parameters.get("feature_reuse", "")) if cover else None
    return f"{label} ({mode})" if mode else label


@register.filter
def withheld_texts(cover_request: CoverRequest) -> list[str]:
    """What of it was drawn and is not shown, in words. With `with_covers`: no query."""
    return pages.withheld_texts(cover_request)


@register.simple_tag
def taught_in(version: ModelVersion) -> str:
    """The week of a model that this site trained, in words: "week 48"."""
    found = FORM.fullmatch(version.week)
    return _("week %(number)d") % {"number": int(found[2])} if found else str(version)


@register.filter
def alt_of(cover: Cover) -> str:
    """What a cover shows, in the page's language."""
    korean = (get_language() or "").startswith("ko")
    return cover.alt_text_ko if korean and cover.alt_text_ko else cover.alt_text


@register.inclusion_tag("partials/_cover_picture.html")
def cover_picture(cover: Cover, sizes: str = "50vw", priority: bool = False) -> dict[str, object]:
    """A `<picture>` with AVIF and WebP, exact size, alt text in the page's language and a placeholder."""
    return {
        "cover": cover,
        "src": image_url(cover, "640.webp"),
        "webp": _srcset(cover, "webp"),
        "avif": _srcset(cover, "avif"),
        "sizes": sizes,
        "alt": alt_of(cover),
        "width": cover.width,
        "height": cover.height,
        "placeholder": cover.placeholder,
        "priority": priority,
        "is_demonstration": cover.request.is_demonstration,
    }
