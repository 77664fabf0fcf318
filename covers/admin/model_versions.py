"""The registry for operators: put models in, prove them, choose which one draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Case, Prefetch, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.http import member_of
from albumsite.errors import EngineError, UserFacingError
from albumsite.jobs.states import State
from covers import registry
from covers.admin import model_lineage
from covers.admin.model_lineage import LINEAGE, LineageMixin
from covers.admin.private_things import stored_text
from covers.errors import failure_text
from covers.models import Kind, ModelCheck, ModelState, ModelVersion, SmokeTest
from covers.registry.services import check_key, settle_licence
from covers.registry.sources import check_revision, parse_source

STATED = {"yes": True, "no": False, "": None}
ABOUT = ("name", "is_offered")
DRAWING = ("trigger_words", "adapter_scale", "num_inference_steps", "guidance_scale", "scheduler")
IDENTITY = ("source_text", "revision", "sha256", "config", "base_model", "native_side")
PROOF = ("state", "reason", "checked", "tried", "test_picture", "replaced_by_it", "size", "verified_at", "activated_at",
         "created_at", "facts_text", "files_text")  # fmt: skip


class NewModelForm(forms.ModelForm):
    """Everything an operator says of a model, refused in the registry's own words."""

    source_text = forms.CharField(
        label=_("source"),
        max_length=500,
        widget=forms.TextInput(attrs={"size": 80}),
        help_text=_(
            "owner/name of the hub (an adapter: owner/name/file.safetensors), a folder or .safetensors file on the "
            "workers' machine, or storage:key of the private bucket"
        ),
    )
    commercial = forms.ChoiceField(
        label=_("allows commercial use"),
        required=False,
        choices=[("", _("as is known of the licence")), ("yes", _("Yes")), ("no", _("No"))],
    )

    licence_url = forms.URLField(label=_("licence text"), required=False, assume_scheme="https")

    class Meta:
        model = ModelVersion
        fields = ("key", "kind", "revision", "sha256", "config", "base_model", "native_side", "licence", "licence_url",
                  *ABOUT, *DRAWING)  # fmt: skip

    def clean_sha256(self) -> str:
        return str(self.cleaned_data["sha256"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        """The registry's rules; what they settle goes on the row."""
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        try:
            source = parse_source(given["source_text"], given["kind"])
            check_key(given["key"])
            check_revision(source, given["revision"])
            self.instance.allows_commercial_use = settle_licence(given["licence"], STATED[given["commercial"]])
        except registry.BadModel as error:
            raise forms.ValidationError(str(error)) from error
        self.instance.source_kind, self.instance.source, self.instance.filename = (
            source.kind,
            source.location,
            source.filename,
        )
        return given


@admin.register(ModelVersion)
class ModelVersionAdmin(LineageMixin, admin.ModelAdmin):
    list_display = ("title", "kind", "state_text", "where", "version_text", "size", "licence_text")
    list_filter = ("kind", "state")
    search_fields = ("key", "name", "source")
    ordering = (Case(When(state=ModelState.ACTIVE, then=0), default=1), "-id")
    show_full_result_count = False
    actions = ("verify", "activate", "retire")
    change_form_template = "admin/covers/modelversion/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        newest = ModelCheck.objects.order_by("-id")
        tests = SmokeTest.objects.order_by("-id").defer("picture")
        found = super().get_queryset(request).prefetch_related(Prefetch("checks", newest))
        return found.prefetch_related(Prefetch("smoke_tests", tests))

    def get_fieldsets(self, request: HttpRequest, obj: ModelVersion | None = None) -> Any:
        terms = ("licence", "licence_url", "commercial" if obj is None else "allows_commercial_use")
        proof = () if obj is None else ((_("Proof"), {"fields": PROOF}),)
        learnt = ((_("Lineage"), {"fields": LINEAGE}),) if obj is not None and obj.base_key else ()
        identity = [name for name in IDENTITY if not learnt or name != "base_model"]
        return (
            (None, {"fields": ("key", "kind", *ABOUT)}),
            *learnt,
            (_("Files"), {"fields": identity}),
            (_("Licence"), {"fields": terms}),
            (pgettext_lazy("settings of a model", "Drawing"), {"fields": DRAWING}),
            *proof,
        )

    def get_readonly_fields(self, request: HttpRequest, obj: ModelVersion | None = None) -> tuple[str, ...]:
        """What a request was drawn with must stay true: another source is another key."""
        return () if obj is None else ("key", "kind", *IDENTITY, *LINEAGE, *PROOF)

    def get_form(
        self, request: HttpRequest, obj: ModelVersion | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs |= {"form": NewModelForm, "fields": NewModelForm.Meta.fields}
        return super().get_form(request, obj, change=change, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = ModelVersion.objects.filter(kind=Kind.CHECKPOINT).order_by("key")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= {"assume_scheme": "https"} if db_field.name == "licence_url" else {}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ModelVersion, form: Any, change: bool) -> None:
        if change:  # state and proof belong to the services, which may have changed them meanwhile
            obj.save(update_fields=[*ABOUT, *DRAWING, "licence", "licence_url", "allows_commercial_use"])
            return
        super().save_model(request, obj, form, change)
        registry.request_check(version=obj)
        self.message_user(request, _("A worker verifies it now; that can take minutes."), messages.INFO)

    def has_delete_permission(self, request: HttpRequest, obj: ModelVersion | None = None) -> bool:
        """A mistake may go; what has drawn stays, retired."""
        if obj is None or obj.base_key or obj.state == ModelState.ACTIVE or obj.requests.exists():
            return False
        return super().has_delete_permission(request, obj)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        extra = {**(extra_context or {}), "trial_percent": settings.TRIAL_PERCENT}
        return super().change_view(request, object_id, form_url, extra)

    def response_change(self, request: HttpRequest, obj: ModelVersion) -> HttpResponse:
        chosen = next((name for name in (*SERVICES, *model_lineage.BUTTONS) if f"_{name}" in request.POST), None)
        if chosen is None:
            return super().response_change(request, obj)
        if chosen in SERVICES:
            self._do(request, chosen, obj)
        else:
            self._change_what_draws(request, chosen, obj)
        return redirect(request.get_full_path())

    def _change_what_draws(self, request: HttpRequest, name: str, version: ModelVersion) -> None:
        try:
            said = model_lineage.press(name, version, request)
        except registry.BeingTried as asked:
            self.message_user(request, str(asked), messages.INFO)
        except UserFacingError as error:
            self.message_user(request, str(error), messages.ERROR)
        except EngineError as error:
            self.message_user(request, f"{failure_text(error.message_id)} ({error.detail})", messages.ERROR)
        else:
            self.log_change(request, version, name)
            self.message_user(request, said, messages.SUCCESS)

    @admin.action(description=_("Verify selected models"), permissions=["change"])
    def verify(self, request: HttpRequest, queryset: QuerySet[ModelVersion]) -> None:
        for version in queryset:
            self._do(request, "verify", version)

    @admin.action(description=_("Use the selected model for new requests"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[ModelVersion]) -> None:
        for version in queryset.order_by("id"):
            self._do(request, "activate", version)

    @admin.action(description=_("Retire selected models"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[ModelVersion]) -> None:
        for version in queryset:
            self._do(request, "retire", version)

    def _do(self, request: HttpRequest, name: str, version: ModelVersion) -> None:
        service, done = SERVICES[name]
        try:
            outcome = service(version, request)
        except UserFacingError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        self.log_change(request, version, name)
        if isinstance(outcome, SmokeTest):
            self.message_user(request, registry.being_tried(version), messages.INFO)
            return
        self.message_user(request, done % {"model": version}, messages.SUCCESS)

    @admin.display(description=_("model"), ordering="key")
    def title(self, version: ModelVersion) -> SafeString | str:
        return format_html("{} <small>{}</small>", version.name, version.key) if version.name else version.key

    @admin.display(description=_("state"), ordering="state")
    def state_text(self, version: ModelVersion) -> str:
        if version.reason:
            return f"{version.get_state_display()}: {version.reason}"
        test = next(iter(version.smoke_tests.all()), None)
        if test is not None and (test.is_active or test.state == State.FAILED):
            return f"{version.get_state_display()}. {registry.state_in_words(test)}"
        if version.state == ModelState.NEW:
            return self.checked(version)
        said = str(version.get_state_display())
        return str(_("%s, offered") % said) if version.is_offered and version.is_usable else said

    @admin.display(description=_("last check"))
    def checked(self, version: ModelVersion) -> str:
        check = next(iter(version.checks.all()), None)
        if check is None:
            return str(ModelState.NEW.label) if version.verified_at is None else "–"
        if check.state == State.FAILED:
            return failure_text(check.failure)
        return str(check.get_state_display())

    @admin.display(description=_("test picture"))
    def tried(self, version: ModelVersion) -> str:
        test = next(iter(version.smoke_tests.all()), None)
        return registry.state_in_words(test) if test else "–"

    @admin.display(description=_("drew before it"))
    def replaced_by_it(self, version: ModelVersion) -> str:
        return str(version.replaced) if version.replaced else "–"

    @admin.display(description=_("as it was drawn"))
    def test_picture(self, version: ModelVersion) -> SafeString | str:
        newest = version.smoke_tests.exclude(picture="").order_by("-id").first()
        return format_html('<img src="{}" alt="" width="192">', newest.picture) if newest else "–"

    @admin.display(description=_("source"))
    def source_text(self, version: ModelVersion) -> str:
        file = f"/{version.filename}" if version.filename else ""
        return f"{version.get_source_kind_display()}: {version.source}{file}"

    @admin.display(description=_("source"), ordering="source")
    def where(self, version: ModelVersion) -> str:
        return self.source_text(version)

    @admin.display(description=_("version"))
    def version_text(self, version: ModelVersion) -> str:
        return (version.revision or version.sha256)[:12] or "–"

    @admin.display(description=_("size"), ordering="size_bytes")
    def size(self, version: ModelVersion) -> str:
        return filesizeformat(version.size_bytes) if version.size_bytes else "–"

    @admin.display(description=_("licence"), ordering="licence")
    def licence_text(self, version: ModelVersion) -> SafeString | str:
        text = version.licence if version.allows_commercial_use else _("%s (not for commercial use)") % version.licence
        if not version.licence_url:
            return str(text)
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', version.licence_url, text)

    facts_text = stored_text(_("what its files say"), "facts")

    files_text = stored_text(_("files"), "files")


def _activate(version: ModelVersion, request: HttpRequest) -> object:
    return registry.put_to_use(version=version, by=member_of(request))


SERVICES: dict[str, tuple[Callable[[ModelVersion, HttpRequest], object], Any]] = {
    "verify": (
        lambda version, _request: registry.request_check(version=version),
        _("A worker verifies “%(model)s” now."),
    ),
    "activate": (_activate, _("New requests are drawn with “%(model)s” from now on.")),
    "deactivate": (
        lambda version, _request: registry.deactivate(version=version),
        _("New requests go without “%(model)s”."),
    ),
    "retire": (lambda version, _request: registry.retire_model(version=version), _("“%(model)s” is retired.")),
}
"""Button or action → what it does, and what the page says then."""
