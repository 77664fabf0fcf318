"""Members and their sign-ins, for staff. Nobody sees an address but its owner, superusers included."""

from __future__ import annotations

from typing import ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.conf import settings
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_rq.models import Dashboard

from accounts.models import LoginLog, User, display_name
from accounts.staff import MemberSearch, ReadOnly
from albumsite.admin_lists import KnownValues, MadeSince

for model in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, Dashboard):
    # The first is the secrets of second factors, the second prints full addresses, tokens are nobody's business, providers
    # come from the environment, and the queues' page lets any staff member empty a queue and starts jobs a second time when
    # it is only looked at.
    if admin.site.is_registered(model):
        admin.site.unregister(model)


PROVIDERS = {"kakao": "Kakao", "google": "Google"}


class OfProvider(KnownValues):
    title, parameter_name, column = _("signs in with"), "provider", "socialaccount__provider"
    values = PROVIDERS


class OfLanguage(KnownValues):
    title, parameter_name, column = _("language"), "language", "language"
    values = dict(settings.LANGUAGES)


class OfMethod(KnownValues):
    title, parameter_name, column = _("method"), "method", "method"
    values = {"password": _("password"), **PROVIDERS}


@admin.register(User)
class UserAdmin(MemberSearch):
    member_path = "pk"
    list_display = ("display", "masked_email", "is_verified", "providers", "is_staff", "is_active", "date_joined")
    list_filter = ("is_active", "is_staff", "is_superuser", OfProvider, OfLanguage, MadeSince)
    searched: ClassVar = {"": ("name",)}
    search_help_text = _("A name, a whole e-mail address, or a member's number.")
    ordering = ("-id",)
    filter_horizontal = ("groups", "user_permissions")
    facts = ("masked_email", "is_verified", "providers", "last_login", "date_joined")
    rights = ("is_staff", "is_superuser", "groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("name", "language", "is_active", *facts)}),
        (_("Rights"), {"classes": ("collapse",), "fields": rights}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        verified = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
        return super().get_queryset(request).annotate(verified=Exists(verified)).prefetch_related("socialaccount_set")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only superusers give rights: else staff could make themselves superusers."""
        return self.facts if request.user.is_superuser else (*self.facts, *self.rights)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people sign up; administrators come from `manage.py createsuperuser`

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # it would leave their files behind; an account is closed by taking "active" away

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    @admin.display(description=_("name"), ordering="name")
    def display(self, user: User) -> str:
        return display_name(user)

    @admin.display(description=_("e-mail address"), empty_value="–")
    def masked_email(self, user: User) -> str:
        return user.masked_email or "–"

    @admin.display(description=_("verified"), boolean=True)
    def is_verified(self, user: User) -> bool:
        return bool(getattr(user, "verified", False))

    @admin.display(description=_("signs in with"))
    def providers(self, user: User) -> str:
        linked = user.socialaccount_set.all()  # type: ignore[attr-defined]
        ways = [account.provider for account in linked]
        return ", ".join(["password", *ways] if user.has_usable_password() else ways) or "–"


@admin.register(LoginLog)
class LoginLogAdmin(ReadOnly, MemberSearch):
    member_path = "user"
    list_display = ("created_at", "event", "member", "masked_email", "method", "user_agent")
    list_filter = ("event", OfMethod, MadeSince)
    searched: ClassVar = {"": ("masked_email", "user_agent"), "user": ("name",)}
    search_help_text = _("A name, a whole e-mail address, a mask as it stands in the log, or a browser.")
    list_select_related = ("user",)
    ordering = ("-id",)
    fields = ("created_at", "event", "user", "masked_email", "method", "user_agent")

    @admin.display(description=_("member"), ordering="user__name")
    def member(self, row: LoginLog) -> str:
        return display_name(row.user) if row.user else "–"
