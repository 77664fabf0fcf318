"""Pictures that the picture check has refused or could not judge: moderators let them through or delete them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.http import member_of
from accounts.staff import ChangedByActions
from albumsite.admin_lists import KnownValues, MadeSince
from albumsite.media.encoding import DERIVATIVES
from covers.admin.cover_requests import OfRequestEngine
from covers.admin.private_things import OfPrivateThings
from covers.admin.stored_pictures import WithPictures
from covers.models import WithheldPicture
from covers.safety import withholding
from covers.services import moderation


class OfState(KnownValues):
    title, parameter_name, column = _("state"), "state", "state"
    values = dict(WithheldPicture.WithheldState.choices)


@admin.register(WithheldPicture)
class WithheldPictureAdmin(WithPictures, ChangedByActions, OfPrivateThings):
    """The picture without a word of its song. One with somebody's face is seen only by who has opened its request for a reason, and
    drafts by nobody. Nothing is let through that was not seen."""

    has_words = False
    member_path = "request__owner"
    list_display = ("picture", "number", "state", "score_text", "cause", "looks", "engine", "created_at")
    list_display_links = ("number",)
    list_filter = (OfState, OfRequestEngine, MadeSince)
    search_help_text = _("A number; a member's whole e-mail address or number.")
    list_select_related = ("request",)
    ordering = ("-id",)
    actions = ("release", "remove")
    change_form_template = "admin/covers/withheldpicture/change_form.html"
    fields = (
        "large_picture",
        "state",
        "score_text",
        "cause",
        "looks",
        "looked_at",
        "made_from",
        "engine",
        "created_at",
    )
    secret = OfPrivateThings.secret | {"record"}

    def key_of(self, row: WithheldPicture, name: str) -> str | None:
        return f"{row.storage_prefix}/{name}" if name in DERIVATIVES and _is_seen(row) else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[WithheldPicture]:
        rows = super().get_queryset(request).filter(request__is_draft=False)
        return moderation.mark_seen_withheld(member_of(request), rows)

    def has_delete_permission(self, request: HttpRequest, obj: WithheldPicture | None = None) -> bool:
        return False  # Django's own button; ours asks for the right to change, and is logged as what it is

    def response_change(self, request: HttpRequest, obj: WithheldPicture) -> HttpResponse:
        chosen = self.get_queryset(request).filter(pk=obj.pk)
        if "_release" in request.POST:
            self.release(request, chosen)
        elif "_remove" in request.POST:
            self.remove(request, chosen)
        return redirect("admin:covers_withheldpicture_changelist")

    @admin.action(description=_("Let selected pictures through"), permissions=["change"])
    def release(self, request: HttpRequest, queryset: QuerySet[WithheldPicture]) -> None:
        rows = list(queryset)
        seen = [row for row in rows if _is_seen(row)]
        released = [row for row in seen if withholding.release(picture=row) is not None]
        for row in released:
            self.log_change(request, row, "Released")
        if len(seen) < len(rows):
            unseen = _(
                "A picture with somebody's face is let through only after you have opened its request for a reason."
            )
            self.message_user(request, unseen, messages.WARNING)
        text = ngettext("%(count)d picture is a cover now.", "%(count)d pictures are covers now.", len(released))
        self.message_user(request, text % {"count": len(released)}, messages.SUCCESS if released else messages.INFO)

    @admin.action(description=_("Delete selected pictures for good"), permissions=["change"])
    def remove(self, request: HttpRequest, queryset: QuerySet[WithheldPicture]) -> None:
        rows = list(queryset)
        for row in rows:
            self.log_change(request, row, "Deleted")
            withholding.delete(picture=row)
        text = ngettext("%(count)d picture is deleted.", "%(count)d pictures are deleted.", len(rows))
        self.message_user(request, text % {"count": len(rows)}, messages.SUCCESS if rows else messages.INFO)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        row = self.get_object(request, object_id)
        context = {"is_seen": row is not None and _is_seen(row)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @admin.display(description=_("picture"))
    def picture(self, row: WithheldPicture) -> SafeString | str:
        return _thumbnail(row, 64)

    @admin.display(description=_("picture"))
    def large_picture(self, row: WithheldPicture) -> SafeString | str:
        return _thumbnail(row, 640)

    @admin.display(description=_("withheld picture"))
    def number(self, row: WithheldPicture) -> str:
        return row.pk.hex[-12:]

    @admin.display(description=_("unfit by"), ordering="score")
    def score_text(self, row: WithheldPicture) -> str:
        return "–" if row.score is None else f"{row.score:.2f}"

    @admin.display(description=_("engine"))
    def engine(self, row: WithheldPicture) -> str:
        return row.request.engine

    @admin.display(description=_("request"))
    def made_from(self, row: WithheldPicture) -> SafeString:
        url = reverse("admin:covers_coverrequest_change", args=[row.request_id])
        return format_html('<a href="{}">{}</a>', url, row.request_id)


def _is_seen(row: WithheldPicture) -> bool:
    return bool(getattr(row, "is_seen", False))


def _thumbnail(row: WithheldPicture, side: int) -> SafeString | str:
    if not _is_seen(row):
        return str(_("private"))
    name = "160.webp" if side <= 160 else "640.webp"
    src = reverse("admin:covers_withheldpicture_image", args=[row.pk, name])
    return format_html('<img src="{}" width="{}" height="{}" alt="" loading="lazy">', src, side, side)
