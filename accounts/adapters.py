"""Where allauth asks what this site wants: members without a user name, some without an address."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from accounts import devices
from accounts.errors import AccountExists
from accounts.login_log import record_login
from accounts.models import LoginLog, User, composed
from accounts.names import clean_name
from albumsite import admission
from albumsite.admission.gate import NotNow
from albumsite.mail import outbox
from albumsite.switching import set_language_cookie

logger = logging.getLogger(__name__)

_ADDRESS_TAKEN = _(
    "There is already an account with your e-mail address. Sign in to it the way you did before; "
    "then you can connect %(provider)s here."
)


class ProviderNotConfigured(Http404, SocialApp.DoesNotExist):
    """A page that does not exist here; quiet inside templates, as allauth's own error is."""


class AccountAdapter(DefaultAccountAdapter):
    def new_user(self, request: HttpRequest) -> User:
        """With the language of the page on which the person signs up: their mail will come in it."""
        return User(language=(get_language() or "")[:8])

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Members have no user name."""

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Raises AccountExists when the same address signed up a moment ago: a double click, or two tabs."""
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit)
        except IntegrityError as error:
            raise AccountExists from error
        return saved

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            set_language_cookie(response, user.language)
        return response

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Each try counts; one that succeeds is given back. Raises a NotNow."""
        typed = credentials.get("email") or credentials.get("username") or ""
        browser = devices.known(request, str(typed))
        self._counted = admission.admit_try(request, "sign-in", account=str(typed), browser=browser)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A password typed decomposed is compared twice where there is an account (`User.check_password`), by each of two backends:
        where there is none the same work is done, so that the time does not tell."""
        typed, address = str(credentials.get("password") or ""), str(credentials.get("email") or "")
        if composed(typed) != typed and not filter_users_by_email(address):
            for _backend in settings.AUTHENTICATION_BACKENDS:
                make_password(typed)

    def _rollback_login_failed_rl_usage(self) -> None:
        admission.give_back(self._counted)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Who has set a new password may try it."""
        admission.forget_tries("sign-in", account=str(credentials.get("email") or ""))

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """Counted but at a sign-up, which is counted itself. Raises a NotNow where somebody asked for the letter; at a sign-in
        the letters that are under way will do."""
        if not signup:
            try:
                admission.admit_try(request, "letter", account=emailconfirmation.email_address.email)
            except NotNow:
                if request.user.is_authenticated:
                    raise
                return
        super().send_confirmation_mail(request, emailconfirmation, signup)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """What changed on an account, in its owner's language."""
        more = {"reset_url": self.request.build_absolute_uri(reverse("account_reset_password"))}
        with override(user.language or get_language()):
            super().send_notification_mail(template_prefix, user, {**more, **(context or {})}, email)
        if template_prefix == "account/email/email_deleted" and context and email is None:
            self.send_notification_mail(template_prefix, user, context, email=context["deleted_email"])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox: no page waits for a mail server, and none that is away loses a letter."""
        site = SimpleNamespace(name=settings.SITE_NAME, domain=self.request.get_host())
        owner, more = context.get("user"), {"request": self.request, "email": email}
        with override(getattr(owner, "language", "") or get_language()):
            letter = self.render_mail(template_prefix, email, {**more, **context, "current_site": site})
        outbox.post(letter, kind=template_prefix.rpartition("/")[2])


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist as error:
            raise ProviderNotConfigured from error

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Name and address from the profile. The address is not kept a second time in the stored profile."""
        user: User = super().populate_user(request, sociallogin, data)
        names = (data.get("name"), data.get("username"), data.get("first_name"))
        user.name = clean_name(str(next(filter(None, names), "")))
        user.email = user.email or None
        sociallogin.account.extra_data = {"name": user.name}
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None) -> User:
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, sociallogin, form)
        except IntegrityError as error:  # the same person signed up in another tab
            raise AccountExists from error
        return saved

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Nobody gets into a password account because a provider says that they own its address; nothing is merged.

        An address that the provider has not verified may be anybody's: it is not taken, and nobody is told whose it is.
        """
        sociallogin.email_addresses = [address for address in sociallogin.email_addresses if address.verified]
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        theirs = {address.email.lower() for address in sociallogin.email_addresses}
        if (sociallogin.user.email or "").lower() not in theirs:
            sociallogin.user.email = None
        if any(filter_users_by_email(address.email) for address in sociallogin.email_addresses):
            messages.warning(request, _ADDRESS_TAKEN % {"provider": sociallogin.provider.name})
            record_login(LoginLog.Event.FAILED, request, method=sociallogin.account.provider)
            raise ImmediateHttpResponse(redirect_to_login(reverse("socialaccount_connections")))

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        """Denied consent, a broken answer, a forged state: logged by class name, for their texts may quote tokens."""
        error, exception = kwargs.get("error"), kwargs.get("exception")
        logger.warning(
            "social sign-in failed provider=%s error=%s cause=%s", provider.id, error, type(exception).__name__
        )
        record_login(LoginLog.Event.FAILED, request, method=provider.id)
