"""What the weekly model learns from: the sets, their pictures and who agreed to it. Records; nothing here is edited."""

from __future__ import annotations

import uuid

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.http import member_of
from accounts.models import display_name
from accounts.staff import MemberSearch, ReadOnly
from albumsite.media.private_files import private_file
from covers.admin.cover_requests import PRIVATE
from covers.admin.private_things import OfPrivateThings, stored_text, thumbnail
from covers.datasets import models_that_saw
from covers.models import Cover, Dataset, DatasetItem, ModelVersion, TrainingConsent
from covers.services import moderation


def links_to(versions: list[ModelVersion]) -> SafeString | str:
    """Models by name, the oldest first."""
    rows = ((reverse("admin:covers_modelversion_change", args=[version.pk]), version.key) for version in versions)
    return format_html_join(", ", '<a href="{}">{}</a>', rows) or "–"


@admin.register(Dataset)
class DatasetAdmin(ReadOnly):
    list_display = ("week", "base_key", "learnt", "held_out", "pairs", "manifest_sha256", "created_at")
    list_filter = ("week", "base_key")
    ordering = ("-id",)
    fields = (
        "week", "base_key", "pictures", "learnt", "held_out", "pairs", "counts_text", "query_text", "manifest",
        "manifest_sha256", "models", "created_at",
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.manifest_file)
        return [path("<uuid:pk>/manifest/", view, name="covers_dataset_manifest"), *super().get_urls()]

    @method_decorator(require_safe)
    def manifest_file(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The manifest as it lies in the private bucket. It tells the prompts of private covers: for superusers."""
        if not request.user.is_superuser:
            raise PermissionDenied
        row = get_object_or_404(Dataset, pk=pk)
        return private_file(request, row.manifest_key, download_name=f"{row.week}-{row.base_key}.json")

    @admin.display(description=_("learnt from"))
    def learnt(self, row: Dataset) -> int:
        return row.counts.get("train", 0)

    @admin.display(description=_("held out"))
    def held_out(self, row: Dataset) -> int:
        return row.counts.get("held_out", 0)

    @admin.display(description=_("pairs"))
    def pairs(self, row: Dataset) -> int:
        return row.counts.get("pairs", 0) + row.counts.get("held_out_pairs", 0)

    @admin.display(description=_("pictures"))
    def pictures(self, row: Dataset) -> SafeString:
        url = reverse("admin:covers_datasetitem_changelist")
        return format_html('<a href="{}?dataset__id__exact={}">{}</a>', url, row.pk, _("See its pictures"))

    counts_text = stored_text(_("counts"), "counts")

    query_text = stored_text(_("chosen by"), "query")

    @admin.display(description=_("manifest"))
    def manifest(self, row: Dataset) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:covers_dataset_manifest", args=[row.pk]), row.manifest_key
        )

    @admin.display(description=_("models trained on it"))
    def models(self, row: Dataset) -> SafeString | str:
        return links_to(list(row.versions.order_by("created_at")))


def _is_seen(item: DatasetItem) -> bool:
    return bool(getattr(item, "is_seen", False))


@admin.register(DatasetItem)
class DatasetItemAdmin(ReadOnly, OfPrivateThings):
    list_display = ("picture", "shown_caption", "dataset", "role", "pair", "stars", "who")
    list_display_links = ("shown_caption",)
    list_filter = ("role", "is_held_out", "dataset__week")
    list_select_related = ("dataset", "cover__request", "album", "owner")
    list_per_page = 50
    search_fields = ("=sha256",)
    search_help_text = _("A SHA-256, or the number of a cover, an album or a member; a member's whole e-mail address.")
    ordering = ("dataset", "pair", "source_pk")
    show_full_result_count = False
    fields = (
        "large_picture", "shown_caption", "dataset", "role", "pair", "is_held_out", "stars", "who", "shown_cover", "album",
        "source_pk", "sha256", "seen_by",
    )  # fmt: skip

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[DatasetItem], search_term: str
    ) -> tuple[QuerySet[DatasetItem], bool]:
        """Also by the number of a cover or album."""
        found, is_doubled = super().get_search_results(request, queryset, search_term)
        try:
            number = uuid.UUID(search_term.strip())
        except ValueError:
            return found, is_doubled
        return found | queryset.filter(source_pk=number), is_doubled

    def get_queryset(self, request: HttpRequest) -> QuerySet[DatasetItem]:
        """With whether this one of the staff may see the cover."""
        seen = Cover.objects.filter(moderation.seen_covers(member_of(request)), pk=OuterRef("cover"))
        return super().get_queryset(request).annotate(is_seen=Q(Exists(seen)) | Q(cover=None, album__isnull=False))

    @admin.display(description=_("picture"))
    def picture(self, item: DatasetItem) -> SafeString | str:
        return thumbnail(item.cover) if _is_seen(item) else str(PRIVATE)

    @admin.display(description=_("picture"))
    def large_picture(self, item: DatasetItem) -> SafeString | str:
        return thumbnail(item.cover, 640) if _is_seen(item) else str(PRIVATE)

    @admin.display(description=_("caption"))
    def shown_caption(self, item: DatasetItem) -> str:
        return item.caption if _is_seen(item) else str(PRIVATE)

    @admin.display(description=_("cover"))
    def shown_cover(self, item: DatasetItem) -> SafeString | str:
        if item.cover is None:
            return "–"
        url = reverse("admin:covers_coverrequest_change", args=[item.cover.request_id])
        return format_html('<a href="{}">{}</a>', url, item.cover if _is_seen(item) else item.cover.pk)

    @admin.display(description=_("stars"), ordering="half_stars")
    def stars(self, item: DatasetItem) -> str:
        return "–" if item.half_stars is None else f"{item.half_stars / 2:.2f}"

    @admin.display(description=_("made by"))
    def who(self, item: DatasetItem) -> str:
        return display_name(item.owner) if item.owner else "–"

    @admin.display(description=_("models that saw it"))
    def seen_by(self, item: DatasetItem) -> SafeString | str:
        return links_to(models_that_saw(sha256s=[item.sha256], source_pks=[item.source_pk]))


@admin.register(TrainingConsent)
class TrainingConsentAdmin(ReadOnly, MemberSearch):
    list_display = ("id", "who", "version", "language", "given_at", "withdrawn_at")
    list_filter = ("version", "language")
    list_select_related = ("owner",)
    ordering = ("-id",)
    search_help_text = _("A member's whole e-mail address or number.")
    fields = ("id", "who", "version", "text_sha256", "language", "given_at", "withdrawn_at", "seen_by")

    @admin.display(description=_("member"))
    def who(self, row: TrainingConsent) -> str:
        return display_name(row.owner) if row.owner else "–"

    @admin.display(description=_("models that saw their covers"))
    def seen_by(self, row: TrainingConsent) -> SafeString | str:
        return links_to(models_that_saw(owner=row.owner)) if row.owner else "–"
