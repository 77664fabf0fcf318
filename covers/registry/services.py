"""Putting models into the registry, proving them, and choosing which one draws. Keyword-only verbs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from albumsite.errors import EngineError
from albumsite.locks import hold
from albumsite.media import storage
from covers.engine import ENGINES
from covers.models import Kind, ModelCheck, ModelState, ModelVersion, SmokeTest, SourceKind
from covers.object_keys import model_prefix
from covers.registry.cache import StoredModel, adopt, local_copy
from covers.registry.choices import adapter_fits, default_choice
from covers.registry.hub import hub_file, hub_folder
from covers.registry.manifests import FileEntry, entries_of, manifest_of, manifest_sha256, total_bytes
from covers.registry.pictures import ask_for_picture, has_passed
from covers.registry.shapes import check_shape
from covers.registry.sources import BadModel, Source, check_revision

logger = logging.getLogger(__name__)


COMMERCIAL_LICENCES = {
    "apache-2.0": True,
    "mit": True,
    "bsd-3-clause": True,
    "cc0-1.0": True,
    "cc-by-4.0": True,
    "cc-by-sa-4.0": True,
    "openrail++": True,
    "creativeml-openrail-m": True,
    "cc-by-nc-4.0": False,
    "cc-by-nc-sa-4.0": False,
    "cc-by-nc-nd-4.0": False,
    "sai-nc-community": False,
}
"""Whether a well-known licence lets a hosted service sell pictures. Of any other the operator must say it."""


PLAIN_FIELDS = (
    "key", "kind", "revision", "licence", "licence_url", "name", "config", "base_model", "trigger_words", "adapter_scale",
    "native_side", "num_inference_steps", "guidance_scale", "scheduler", "is_offered",
)  # fmt: skip
"""What a row takes from a NewModel as it is."""


@dataclass(frozen=True)
class NewModel:
    """What an operator says of a model. Empty draw settings leave the site's own.

    revision: of a hub id its commit; of anything else a note. sha256: empty takes what is found when it is verified.
    allows_commercial_use: None leaves it to COMMERCIAL_LICENCES.
    """

    key: str
    kind: str
    source: Source
    licence: str
    revision: str = ""
    sha256: str = ""
    licence_url: str = ""
    allows_commercial_use: bool | None = None
    name: str = ""
    config: str = ""
    base_model: ModelVersion | None = None
    trigger_words: str = ""
    adapter_scale: float = 1.0
    native_side: int | None = None
    num_inference_steps: int | None = None
    guidance_scale: float | None = None
    scheduler: str = ""
    is_offered: bool = False


def register_model(*, model: NewModel) -> ModelVersion:
    """Record a model as new; it draws nothing before it is verified. Raises BadModel."""
    check_key(model.key)
    check_revision(model.source, model.revision)
    allows = settle_licence(model.licence, model.allows_commercial_use)
    version = ModelVersion(
        **{name: getattr(model, name) for name in PLAIN_FIELDS},
        source_kind=model.source.kind,
        source=model.source.location,
        filename=model.source.filename,
        sha256=model.sha256.lower(),
        allows_commercial_use=allows,
    )
    try:
        version.full_clean()
        version.save(force_insert=True)
    except ValidationError as error:
        raise BadModel(" ".join(f"{name}: {' '.join(said)}" for name, said in error.message_dict.items())) from error
    logger.info("model registered key=%s kind=%s", version.key, version.kind)
    return version


def check_key(key: str) -> None:
    """Raises BadModel when the key is an engine's name, or taken."""
    if key in ENGINES:
        raise BadModel(_("“%(key)s” is the name of an engine. Choose another key.") % {"key": key})
    if ModelVersion.objects.filter(key=key).exists():
        raise BadModel(_("There is already a model “%(key)s”. A new version is a new key.") % {"key": key})


def settle_licence(licence: str, stated: bool | None) -> bool:
    """Whether the licence allows commercial use: as stated, or as known of it. Raises BadModel when neither says."""
    if not licence.strip():
        raise BadModel(_("Name the licence: without one nobody may use the model."))
    allows = COMMERCIAL_LICENCES.get(licence.strip().lower()) if stated is None else stated
    if allows is None:
        raise BadModel(
            _("Say whether the licence “%(licence)s” allows commercial use; it is not one that we know.")
            % {"licence": licence}
        )
    return allows


def upload_model(*, version: ModelVersion) -> None:
    """Copy the files of a local model to the private bucket, from where every machine takes them. Raises BadModel, StorageError."""
    if version.source_kind not in (SourceKind.FILE, SourceKind.FOLDER):
        raise BadModel(_("Only a file or a folder of this machine can be uploaded."))
    place = Path(version.source)
    entries = manifest_of(place)
    sha256 = manifest_sha256(entries)
    _check_sha256(version, sha256)
    prefix = model_prefix(version.key, sha256)
    for entry in entries:
        name = entry.name or place.name
        storage.save_file(storage.private(), f"{prefix}/{name}", place / entry.name if entry.name else place)
    source = f"{prefix}/{place.name}" if place.is_file() else prefix
    ModelVersion.objects.filter(pk=version.pk).update(
        source_kind=SourceKind.STORAGE,
        source=source,
        sha256=sha256,
        size_bytes=total_bytes(entries),
        files=[entry.to_json() for entry in entries],
    )
    version.refresh_from_db()
    logger.info("model uploaded key=%s bytes=%d", version.key, total_bytes(entries))


def request_check(*, version: ModelVersion) -> ModelCheck:
    """Ask a worker to verify the model. One check at a time: a second wish joins the first."""
    with transaction.atomic():
        ModelVersion.objects.select_for_update().get(pk=version.pk)
        check = version.checks.active().first()
        if check is None:
            check = ModelCheck.objects.create(version=version, stage="verify")
            check.enqueue()
    return check


def verify_model(*, version: ModelVersion) -> ModelVersion:
    """Fetch the model, hash every file, and look whether it is what it says. The row says the result: verified or broken.

    A model that is in use stays so, a retired one stays retired. What a later try may mend (no network, no disk, no such
    folder on this machine) changes nothing. Raises EngineError for that.
    """
    try:
        path, entries = _files_of(version)
        found = manifest_sha256(entries)
        _check_sha256(version, found)
        facts = check_shape(path, version.kind)
    except BadModel as error:
        return _mark_broken(version, str(error))
    except EngineError as error:
        if error.message_id != "engine:model-broken":
            raise
        return _mark_broken(version, error.detail)
    except OSError as error:
        raise EngineError("engine:model-missing", f"{version.key}: {error}") from error
    values: dict[str, Any] = {"reason": "", "facts": facts, "sha256": found, "size_bytes": total_bytes(entries)}
    values |= {"files": [entry.to_json() for entry in entries], "verified_at": Now()}
    _change(version, values)
    logger.info("model verified key=%s bytes=%d", version.key, version.size_bytes)
    return version


def _proven(row: ModelVersion) -> str:
    """What a model is when it is proven. A weekly one that drew before it broke is no candidate: it can be gone back to."""
    if row.state not in (ModelState.NEW, ModelState.BROKEN):
        return row.state
    if not row.base_key:
        return ModelState.VERIFIED
    return ModelState.RETIRED if row.approved_at else ModelState.CANDIDATE


def put_to_use(
    *, version: ModelVersion, adapter_scale: float | None = None, by: User | None = None
) -> SmokeTest | None:
    """Draw new requests with it, as soon as a draw worker has drawn a small picture with it. Raises BadModel.

    None: it was tried a moment ago, and is in use now. Else the test picture that was asked for: when it is well, the
    worker puts the model to use.
    """
    with transaction.atomic():
        row = _ready_for_use(version, version.kind)
        if row.kind == Kind.ADAPTER:
            _refuse_unless_it_fits(row)
        if not has_passed(row):
            return ask_for_picture(
                version=row, wish=SmokeTest.Wish.USE, options={"adapter_scale": adapter_scale}, by=by
            )
        activate(version=row, adapter_scale=adapter_scale)
        return None


def activate(*, version: ModelVersion, adapter_scale: float | None = None) -> ModelVersion:
    """What `put_to_use` does when the picture is well. Raises BadModel."""
    if version.kind == Kind.ADAPTER:
        return activate_adapter(version=version, adapter_scale=adapter_scale)
    return activate_model(version=version)


@transaction.atomic
def activate_model(*, version: ModelVersion) -> ModelVersion:
    """From now on new requests are drawn with this checkpoint; those that wait or run keep theirs. Raises BadModel."""
    row = _ready_for_use(version, Kind.CHECKPOINT)
    set_active(Kind.CHECKPOINT, row)
    return row


@transaction.atomic
def activate_adapter(*, version: ModelVersion, adapter_scale: float | None = None) -> ModelVersion:
    """Lay this adapter over the pictures of each new request, at its weight. Another one that was active rests. Raises BadModel."""
    row = _ready_for_use(version, Kind.ADAPTER)
    _refuse_unless_it_fits(row)
    if adapter_scale is not None:
        row.adapter_scale = adapter_scale
        row.save(update_fields=["adapter_scale"])
    set_active(Kind.ADAPTER, row)
    return row


def _refuse_unless_it_fits(row: ModelVersion) -> None:
    if weekly := _active(Kind.ADAPTER).exclude(base_key="").first():
        raise BadModel(
            _("The weekly model “%(key)s” draws now. Roll it back to the base model first.") % {"key": weekly.key}
        )
    choice = default_choice()
    if not adapter_fits(row, choice):
        raise BadModel(
            _("This adapter does not fit “%(model)s”, which draws now. Activate its own base model first.")
            % {"model": choice.label}
        )


@transaction.atomic
def deactivate(*, version: ModelVersion) -> ModelVersion:
    """New requests go without it: those of a checkpoint to COVER_ENGINE. It can be activated again. Raises BadModel."""
    _refuse_weekly(version)
    ModelVersion.objects.filter(pk=version.pk, state=ModelState.ACTIVE).update(state=ModelState.VERIFIED)
    version.refresh_from_db()
    return version


@transaction.atomic
def retire_model(*, version: ModelVersion) -> ModelVersion:
    """Not offered and not activated any more; what was made with it can still be drawn again. Raises BadModel."""
    _refuse_weekly(version)
    ModelVersion.objects.filter(pk=version.pk).update(state=ModelState.RETIRED, reason="", is_offered=False)
    version.refresh_from_db()
    logger.info("model retired key=%s", version.key)
    return version


def check_licence(version: ModelVersion) -> None:
    """Raises BadModel unless this site may draw with the model."""
    if not (version.allows_commercial_use or settings.ALLOW_NONCOMMERCIAL_MODELS):
        raise BadModel(
            _(
                "The licence “%(licence)s” of “%(key)s” does not allow commercial use. Where your use is allowed all the "
                "same, set ALLOW_NONCOMMERCIAL_MODELS=1."
            )
            % {"licence": version.licence, "key": version.key}
        )


def _refuse_weekly(version: ModelVersion) -> None:
    """A weekly model that draws, or is tried, stops with a line in the log of changes, and not by the way."""
    row = ModelVersion.objects.select_for_update().get(pk=version.pk)
    if row.base_key and row.state == ModelState.ACTIVE:
        raise BadModel(_("The weekly model “%(key)s” draws now. Roll it back instead.") % {"key": row.key})
    if row.state == ModelState.TRIAL:
        raise BadModel(_("“%(key)s” is on trial. End the trial first.") % {"key": row.key})


def hold_activation() -> None:
    """To the end of the transaction nobody else changes what draws: of two at once, one waits for the other."""
    hold("model-activation")


def _ready_for_use(version: ModelVersion, kind: str) -> ModelVersion:
    hold_activation()
    row = ModelVersion.objects.select_for_update().get(pk=version.pk)
    if row.kind != kind:
        raise BadModel(_("“%(key)s” is of another kind.") % {"key": row.key})
    if not row.is_usable:
        raise BadModel(
            _("“%(key)s” is not verified (%(state)s). Verify it first.")
            % {"key": row.key, "state": row.get_state_display()}
        )
    check_licence(row)
    return row


def _active(kind: str) -> QuerySet[ModelVersion]:
    return ModelVersion.objects.filter(kind=kind, state=ModelState.ACTIVE)


def set_active(kind: str, row: ModelVersion | None) -> None:
    """This one draws from the end of the transaction on, or none of its kind does. Whoever calls holds the activation.

    What drew before rests: a weekly model retired, any other one verified.
    """
    others = _active(kind) if row is None else _active(kind).exclude(pk=row.pk)
    replaced = others.first()
    others.update(state=Case(When(base_key="", then=Value(ModelState.VERIFIED)), default=Value(ModelState.RETIRED)))
    if row is not None:
        row.state, row.replaced = ModelState.ACTIVE, replaced
        ModelVersion.objects.filter(pk=row.pk).update(
            state=ModelState.ACTIVE, activated_at=Now(), trial_percent=None, trial_started_at=None, replaced=replaced
        )
    logger.info("model activated key=%s kind=%s", row.key if row else "", kind)


def _files_of(version: ModelVersion) -> tuple[Path, Sequence[FileEntry]]:
    """The model on this machine as it lies at its source now, and its manifest. Raises BadModel, EngineError, OSError."""
    if version.source_kind == SourceKind.STORAGE:
        if version.files:  # known already: what the bucket holds now must be the same
            entries = entries_of(version.files)
            return local_copy(StoredModel(version.source, version.sha256, entries)), entries
        return adopt(version.source)
    if version.source_kind == SourceKind.HUB:
        hub = (version.source, version.filename, version.revision)
        path = hub_file(*hub) if version.filename else hub_folder(version.source, version.revision)
    else:
        path = Path(version.source)
        if not path.exists():
            raise EngineError("engine:model-missing", f"{version.key}: nothing at {path} on this machine")
    return path, manifest_of(path)


def _check_sha256(version: ModelVersion, found: str) -> None:
    if version.sha256 and found != version.sha256:
        raise BadModel(
            _("Its SHA-256 is %(found)s, and it should be %(wanted)s.") % {"found": found, "wanted": version.sha256}
        )


def _mark_broken(version: ModelVersion, reason: str) -> ModelVersion:
    _change(version, {"reason": reason[:500], "state": ModelState.BROKEN, "is_offered": False})
    logger.warning("model broken key=%s reason=%s", version.key, reason)
    return version


@transaction.atomic
def _change(version: ModelVersion, values: dict[str, Any]) -> None:
    """Write a result to the row as it is now: an operator may have retired it while it was hashed."""
    row = ModelVersion.objects.select_for_update().get(pk=version.pk)
    state = values.get("state") or _proven(row)
    if row.state == ModelState.RETIRED:
        state, values = ModelState.RETIRED, values | {"reason": ""}
    ModelVersion.objects.filter(pk=version.pk).update(**(values | {"state": state}))
    version.refresh_from_db()
