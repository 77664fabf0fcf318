"""Words for time, stars and lists of what a person can do, in the page's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from albumsite.admission import proxies

register = template.Library()

MINUTE, HOUR, DAY, MONTH = 60, 3600, 86_400, 30 * 86_400


@register.filter
def duration(seconds: float) -> str:
    """A length of time in one or two units: "12 s", "1 min 20 s"."""
    whole = max(0, round(seconds))
    if whole < MINUTE:
        return _("%(seconds)d s") % {"seconds": whole}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": whole // MINUTE, "seconds": whole % MINUTE}


def _relative(moment: datetime) -> str:
    age = (timezone.now() - moment).total_seconds()
    if age < MINUTE:
        return _("just now")
    for seconds, unit in ((HOUR, MINUTE), (DAY, HOUR), (MONTH, DAY)):
        if age < seconds:
            return _ago(int(age // unit), unit)
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def _ago(count: int, unit: int) -> str:
    texts = {
        MINUTE: ngettext("%(count)d minute ago", "%(count)d minutes ago", count),
        HOUR: ngettext("%(count)d hour ago", "%(count)d hours ago", count),
        DAY: ngettext("%(count)d day ago", "%(count)d days ago", count),
    }
    return texts[unit] % {"count": count}


@register.simple_tag
def ago(moment: datetime) -> SafeString:
    """A `<time>` that reads as a distance and keeps the exact moment for machines and for whoever asks."""
    exact = date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, _relative(moment))


@register.filter
def star_words(half_stars: float) -> str:
    """Half stars, 1 to 10, as it is said: "3.5 stars"."""
    stars = f"{float(half_stars) / 2:.1f}".removesuffix(".0")
    return _("1 star") if stars == "1" else _("%(stars)s stars") % {"stars": stars}


@register.filter
def star_number(half_stars: float) -> str:
    """The number alone, always with one decimal: "3.5", "4.0"."""
    return f"{float(half_stars) / 2:.1f}"


@register.filter
def whole(half_stars: float) -> int:
    """Half stars rounded to the class that fills a row of stars."""
    return min(10, max(1, round(half_stars)))


@register.simple_tag
def other_language() -> dict[str, str]:
    """The language that the switch offers: code and its own name."""
    names = {"ko": "한국어", "en": "English"}
    current = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    code = "en" if current == "ko" else "ko"
    return {"code": code, "name": names[code]}


@register.filter
def describing(field: BoundField) -> str:
    """Ids of what explains a field, for aria-describedby of a group."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


@register.simple_tag(takes_context=True)
def operator_notices(context: dict[str, Any]) -> list[str]:
    """What staff should hear of on each page of the admin: seen at their own request, which comes the way of all others."""
    kind = proxies.trouble(context["request"].META)
    return [proxies.text_of(kind)] if kind else []
