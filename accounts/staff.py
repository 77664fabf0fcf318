"""What staff may see of members in the admin: names and masks, never a full address.

Staff who may see accounts can search by a full address, as a member gives it to them. It is looked up exactly, so that
nobody can spell an address out letter by letter, and the address of the page keeps the member's number instead of it.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.masking import mask_email
from accounts.models import User
from albumsite.admin_lists import BigList

NO_SAVE = {"show_save": False, "show_save_and_continue": False, "show_save_and_add_another": False}


class MemberSearch(BigList):
    """A list that is searched by a member's full address or number, too. `member_path` leads from the listed model to the member.
    has_words: False where nothing of the list is text that could be searched."""

    member_path = "owner"
    has_words = True

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        typed = request.GET.get(SEARCH_VAR, "").strip()
        if _is_address(typed):
            return self._without_address(request, typed)
        return super().changelist_view(request, extra_context)

    def _without_address(self, request: HttpRequest, typed: str) -> HttpResponse:
        member = member_with(typed) if may_see_members(request) else None
        if member is None:
            messages.info(request, _("No member has the address %(mask)s.") % {"mask": mask_email(typed)})
        query = request.GET.copy()
        query[SEARCH_VAR] = str(member.pk) if member else mask_email(typed)
        return redirect(f"{request.path}?{query.urlencode()}")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if _is_address(term):  # from an autocomplete field, which does not go through the list
            member = member_with(term) if may_see_members(request) else None
            return queryset.filter(**{self.member_path: member.pk}) if member else queryset.none(), False
        if number := _number(term):
            found = Q(pk=number)
            if may_see_members(request):
                found |= Q(**{self.member_path: number})
            return queryset.filter(found), False
        if term and not self.has_words:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def is_by_words(self, search_term: str) -> bool:
        """Whether a search is for what somebody wrote, and not for a number or a member."""
        term = search_term.strip()
        return bool(term) and not _is_address(term) and _number(term) is None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Django allows every column of the model in the page's address: `?email__startswith=a` would spell one out."""
        is_secret = {"email", "password", "visitor", "token", "submission"} & set(lookup.split("__"))
        return not is_secret and super().lookup_allowed(lookup, value, request)


class ReadOnly(admin.ModelAdmin):
    """Records of what happened: seen, not edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ChangedByActions(admin.ModelAdmin):
    """Rows whose pages have buttons and lists have actions, and no field that anybody edits."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [name for _title, options in self.get_fieldsets(request, obj) for name in options["fields"]]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **NO_SAVE})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing on the page is a field; writing the row back would undo what happened meanwhile."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Every change is a service, which is logged by what it did; the form's own "nothing changed" is noise."""
        return super().log_change(request, obj, message) if message else None


def may_see_members(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.view_user") or request.user.has_perm("accounts.change_user")


def member_with(address: str) -> User | None:
    """By the full address, the main one first. Never by its mask."""
    main = User.objects.filter(email__iexact=address).first()
    return main or User.objects.filter(emailaddress__email__iexact=address).first()


def _is_address(term: str) -> bool:
    return "*" not in term and bool(mask_email(term))


def _number(term: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(term)
    except ValueError:
        return None
