"""My Page."""

from __future__ import annotations

from allauth.account.internal.flows.email_verification import send_verification_email_for_user
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import SiteRequest


@require_POST
def send_letter(request: SiteRequest) -> HttpResponse:
    """The letter that confirms one's address, again. Counted; back to where it was asked for."""
    is_sent = send_verification_email_for_user(request, request.user)
    if is_sent:
        messages.success(request, _("The letter is on its way. Open its link to go on; look into the spam folder too."))
    else:
        messages.info(request, _("A letter went out a moment ago. If it does not come, ask again in three minutes."))
    return redirect("faces:index")
