"""What the language model that writes briefs took: tokens, and money by the prices of the settings."""

from __future__ import annotations

import math

from django.conf import settings

from albumsite.jobs.claims import Claim
from covers.brief.brief_contract import Usage
from covers.models import CoverRequest


def note_usage(*, claim: Claim[CoverRequest], usage: Usage) -> None:
    """Keep it on the request, beside what earlier tries took. Never raises for a claim that is lost: the money is spent."""
    row = claim.row
    values = {
        "written_with": usage.model[:100],
        "prompt_tokens": _more(row.prompt_tokens, usage.prompt_tokens),
        "completion_tokens": _more(row.completion_tokens, usage.completion_tokens),
        "cost_microdollars": _more(row.cost_microdollars, cost_of(usage)),
    }
    CoverRequest.objects.filter(pk=row.pk).update(**values)


def cost_of(usage: Usage) -> int | None:
    """Millionths of a dollar, rounded up; None where the tokens or their prices are not known."""
    sent, answered = settings.OPENAI_PRICE_INPUT, settings.OPENAI_PRICE_OUTPUT
    if sent is None or answered is None or usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    # dollars for a million tokens are millionths of a dollar for one
    return math.ceil(round(usage.prompt_tokens * sent + usage.completion_tokens * answered, 6))


def _more(known: int | None, added: int | None) -> int | None:
    return known if added is None else (known or 0) + added
