"""Who is here: members, and the log of their sign-ins."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.masking import mask_addresses, mask_email


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str | None = None, password: str | None = None, **extra: Any) -> User:
        """A member; those who came from Kakao may have no e-mail address."""
        user = self.model(email=email, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        """Whoever can run the command owns the site: the address needs no letter to be confirmed."""
        from allauth.account.models import EmailAddress

        user = self.create_user(email, password, is_staff=True, is_superuser=True, **extra)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """By the full address, in any case. Never by its masked form: that merges different people."""
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A member. The full e-mail address is for signing in and mail only; everyone else sees `masked_email`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), null=True, blank=True)  # type: ignore[assignment]  # noqa: DJ001  unique where there is one
    name = models.CharField(_("name"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=Q(email__isnull=False), name="user_email_unique_in_any_case"
            ),
            models.CheckConstraint(condition=Q(email__isnull=True) | ~Q(email=""), name="user_email_null_not_empty"),
        ]

    def __str__(self) -> str:
        return display_name(self)

    @property
    def masked_email(self) -> str:
        return mask_email(self.email)

    def clean(self) -> None:
        self.email = normal_address(self.email)
        self.name = mask_addresses(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """allauth writes an empty text where there is no address; two members without one must not collide."""
        self.email = normal_address(self.email)
        super().save(*args, **kwargs)

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(composed(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Hangul is typed composed on one system and decomposed on another: both are the same password (NFC)."""
        one_form = composed(raw_password)
        is_right = super().check_password(one_form)
        return is_right or (one_form != raw_password and super().check_password(raw_password))  # set before this rule

    def get_username(self) -> str:
        """What Django's admin prints for a person, to other people too: so it is not the address.

        The address that one signs in with is `email`, as USERNAME_FIELD says.
        """
        return display_name(self)

    def natural_key(self) -> tuple[str | None]:  # type: ignore[override]
        return (self.email,)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return display_name(self)


def composed(password: str | None) -> str | None:
    return None if password is None else unicodedata.normalize("NFC", password)


def normal_address(email: str | None) -> str | None:
    """Addresses are stored in lower case, as allauth looks them up; no address is NULL."""
    return (email or "").strip().lower() or None


def display_name(user: User) -> str:
    """What other people may read: the chosen name, else the masked address, else a short number. Never empty."""
    if name := mask_addresses(user.name):
        return name
    return user.masked_email or gettext("Member %(number)s") % {"number": user.pk.hex[-4:]}


class LoginLog(models.Model):
    """One sign-in, sign-out or failed try. Addresses are never kept in full."""

    class Event(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        SIGNED_OUT = "signed_out", _("Signed out")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="login_log")
    event = models.CharField(max_length=16, choices=Event)
    method = models.CharField(max_length=32, blank=True, help_text=_("password, kakao, google …"))
    masked_email = models.CharField(max_length=320, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = [models.Index(fields=["user", "-id"], name="loginlog_of_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(event__in=("signed_in", "signed_out", "failed")), name="loginlog_event_legal"
            ),
            models.CheckConstraint(
                condition=Q(event="failed") | Q(user__isnull=False), name="loginlog_success_has_user"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.masked_email}"
