"""What a request may be drawn with, and what it remembers of the choice: the next one may already draw with another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from albumsite.errors import EngineError
from covers.engine.engine_contract import BaseModel
from covers.engine.few_step import FEW_STEP_MODES, FewStepMode
from covers.models import CoverRequest, Kind, ModelVersion, SourceKind
from covers.registry.places import local_path
from covers.registry.records import AdapterRecord, adapter_record, faces_among
from covers.registry.sources import BadModel
from covers.registry.weekly import TrialSide

SDXL_WIDTH = 2048
"""What the text encoders of full-size SDXL give its UNet: an adapter fits a model of the same width only."""
FEW_STEPS_MAX = 8
LEARNERS = ("sdxl", "pocket")
"""Engines whose models an adapter can be trained for."""
MODEL_FAILURES = frozenset(
    {"engine:unknown", "engine:model-missing", "engine:model-broken", "engine:adapter-missing", "engine:adapter-broken"}
)
"""Reasons of a failed request that trying the very same model again would only repeat."""


@dataclass(frozen=True)
class BuiltIn:
    """A checkpoint that comes with the code, and the engine for it. Not offered where its files are absent."""

    engine: str
    label: str | Promise
    folder: Path

    @property
    def is_here(self) -> bool:
        return (self.folder / "model_index.json").is_file()


BUILT_IN: Mapping[str, BuiltIn] = MappingProxyType(
    {"pocket": BuiltIn("pocket", _("pocket (demo)"), settings.BASE_DIR / "covers" / "engine" / "pocket" / "checkpoint")}
)


@dataclass(frozen=True)
class Choice:
    """One way to draw. key: of the registry, or an engine's own name; it is what forms and command lines carry.

    cross_attention_width: what tells whether an adapter fits; None for engines that take none.
    """

    key: str
    label: str | Promise
    engine: str
    version: ModelVersion | None = None
    cross_attention_width: int | None = None


class EngineOptions(NamedTuple):
    """What `load_engine` is called with. cache_key: the same for requests that one loaded engine can draw."""

    name: str
    options: dict[str, Any]
    cache_key: str


def default_choice() -> Choice:
    """What a request is drawn with when nobody chooses: the active checkpoint, else COVER_ENGINE."""
    version = ModelVersion.objects.active_checkpoint().first()
    return _of_version(version) if version else _of_key(settings.COVER_ENGINE)


def offered() -> list[Choice]:
    """What the create form offers, the default first. The built-in checkpoint is among them where its files are
    and POCKET_ON_FORM says so, or where COVER_ENGINE names it."""
    versions = list(ModelVersion.objects.offered())
    first = _of_version(versions[0]) if versions and versions[0].state == "active" else _of_key(settings.COVER_ENGINE)
    keys = [key for key in settings.COVER_ENGINES_OFFERED if key not in BUILT_IN or _is_shown(key)]
    found = [first, *map(_of_key, keys), *map(_of_version, versions)]
    return list({choice.key: choice for choice in found}.values())


def _is_shown(key: str) -> bool:
    """A built-in checkpoint is a demonstration, for operators unless they want the public to see it."""
    return BUILT_IN[key].is_here and settings.POCKET_ON_FORM


def available() -> list[Choice]:
    """All that can be drawn with, offered or not: for a terminal."""
    usable = ModelVersion.objects.permitted().filter(kind=Kind.CHECKPOINT, state__in=("verified", "active"))
    built_in = [_of_key(key) for key, entry in BUILT_IN.items() if entry.is_here]
    found = [default_choice(), _of_key("poster"), _of_key("sdxl"), *built_in, *map(_of_version, usable.order_by("-id"))]
    return list({choice.key: choice for choice in found}.values())


def choice_of(key: str) -> Choice:
    """What a person chose; the default when they did not, or when it was withdrawn since they saw the form."""
    found = (choice for choice in available() if choice.key == key) if key else iter(())
    return next(found, None) or default_choice()


def learning_keys() -> list[str]:
    """Choices that adapters can be learnt for here."""
    return [choice.key for choice in available() if choice.engine in LEARNERS]


def learning_choice(key: str) -> Choice:
    """What adapters are learnt for here: the choice `key`; else what the site draws with, if that can learn; else pocket.

    Raises EngineError "training:no-base-model".
    """
    found = {choice.key: choice for choice in available() if choice.engine in LEARNERS}
    wanted = (key, default_choice().key, "pocket")
    for name in wanted:
        if name in found:
            return found[name]
    raise EngineError("training:no-base-model", f"none of {', '.join(filter(None, wanted))} can be trained here")


def base_model_of(key: str) -> BaseModel:
    """Where the weights of a choice are on this machine, fetched if need be. Raises EngineError, as `engine_options`."""
    options = engine_options(key).options
    return BaseModel(
        model=str(options["model"]),
        revision=options.get("revision"),
        config=options.get("config"),
        sha256=options.get("sha256"),
    )


def label_of(request: CoverRequest) -> str | Promise:
    """What a request is drawn with, in words."""
    if request.model_version is not None:
        return str(request.model_version)
    if request.engine in BUILT_IN:
        return BUILT_IN[request.engine].label
    return ENGINE_LABELS.get(request.engine, request.engine)


ENGINE_LABELS: dict[str, str | Promise] = {"poster": pgettext_lazy("engine", "poster"), "sdxl": "SDXL"}
APPROXIMATIONS: Mapping[str, str | Promise] = MappingProxyType(
    {"balanced": _("balanced mode, approximate"), "fast": _("fast mode, approximate")}
)
"""`feature_reuse` as a cover's parameters name it, in words; docs/engines.md tells how far each is from the exact picture."""


def _of_version(version: ModelVersion) -> Choice:
    width = version.facts.get("cross_attention_width", SDXL_WIDTH)
    return Choice(version.key, str(version), version.engine, version=version, cross_attention_width=width)


def _of_key(key: str) -> Choice:
    if entry := BUILT_IN.get(key):
        return Choice(key, entry.label, entry.engine)
    width = SDXL_WIDTH if key == "sdxl" else None
    return Choice(key, ENGINE_LABELS.get(key, key), key, cross_attention_width=width)


# --- what a request remembers ------------------------------------------------------------------------------------


def request_values(choice: Choice, *, side: TrialSide | None = None, with_weekly_model: bool = True) -> dict[str, Any]:
    """The columns of a new CoverRequest that say how it is drawn. A retry, a release file, next year: all read them.

    side: of the person who asks, while a weekly model for this choice is on trial. with_weekly_model: a face was learnt on
    the base model alone, so what shows one is drawn without.
    """
    values: dict[str, Any] = {
        "engine": choice.engine,
        "num_inference_steps": settings.SDXL_NUM_INFERENCE_STEPS,
        "guidance_scale": settings.SDXL_GUIDANCE_SCALE,
        "scheduler": settings.SDXL_SCHEDULER,
        "learned_version": None,
        "trial": side.version if side else None,
        "adapters": [],
    }
    if choice.engine not in LEARNERS:
        return values
    adapter = _adapter_for(choice, side, with_weekly_model)
    values["learned_version"] = adapter if adapter and adapter.base_key else None
    records = [adapter_record(adapter)] if adapter else []
    if choice.engine == "sdxl":
        values |= _sdxl_values(choice)
        if mode := _few_step_mode(choice):
            values |= _few_step_values(mode)
            records += [_few_step_record(mode)] if mode.is_adapter else []
    return values | {"adapters": [record.to_json() for record in records]}


def _adapter_for(choice: Choice, side: TrialSide | None, with_weekly_model: bool) -> ModelVersion | None:
    """The one that is tried on this person, else the active one, where it fits the model."""
    if side is not None and side.is_tried:
        return side.version
    active = ModelVersion.objects.active_adapter().first()
    if active is None or not adapter_fits(active, choice) or (active.base_key and not with_weekly_model):
        return None
    return active


def _sdxl_values(choice: Choice) -> dict[str, Any]:
    return {
        "guidance_rescale": settings.SDXL_GUIDANCE_RESCALE,
        "guidance_end": settings.SDXL_GUIDANCE_END,
        "clip_skip": settings.SDXL_CLIP_SKIP or None,
        "feature_reuse": settings.SDXL_FEATURE_REUSE,
        **_model_values(choice),
    }


def values_for_retry(request: CoverRequest) -> dict[str, Any]:
    """Nothing, as a rule: a retry draws with what the request was made with, or its pictures would not belong together.

    Where it was the model that failed, before any picture was there, the same choice is made again as things stand now:
    with the setting that its operator has mended, or with the model in use where the chosen one is gone.
    """
    if request.failure not in MODEL_FAILURES or request.covers.exists():
        return {}
    return values_in_use(request)


def values_in_use(request: CoverRequest) -> dict[str, Any]:
    """The columns of a request as if its person made the same choice now."""
    values = request_values(choice_of(request.choice_key), with_weekly_model=not request.shows_face)
    return values | {"adapters": [*values["adapters"], *faces_among(request.adapters)]}


def values_with(version: ModelVersion, adapter_scale: float | None = None) -> dict[str, Any]:
    """The columns of a request that is drawn with this model and no other of the registry, for a test picture.

    An adapter lies over what it is made for, else over what draws now; few-step adapters of the settings stay. Raises
    BadModel.
    """
    if version.kind == Kind.CHECKPOINT:
        choice = _of_version(version)
    else:
        found = {one.key: one for one in available()}.get(version.base_key) if version.base_key else default_choice()
        if found is None or not adapter_fits(version, found):
            raise BadModel(_("There is no model here that “%(key)s” could be laid over.") % {"key": version.key})
        choice = found
    values = request_values(choice)
    registered = set(ModelVersion.objects.filter(kind=Kind.ADAPTER).values_list("key", flat=True))
    kept = [record for record in values["adapters"] if record["key"] not in registered]
    own = [adapter_record(version, adapter_scale).to_json()] if version.kind == Kind.ADAPTER else []
    return values | {"adapters": [*own, *kept], "learned_version": None, "trial": None}


def _model_values(choice: Choice) -> dict[str, Any]:
    version = choice.version
    if version is None:
        return {"base_model": settings.SDXL_MODEL, "base_model_revision": settings.SDXL_REVISION}
    values: dict[str, Any] = {
        "model_version": version,
        "base_model": version.source,
        "base_model_revision": version.revision or version.sha256,
    }
    own = {name: getattr(version, name) for name in ("num_inference_steps", "guidance_scale", "scheduler")}
    return values | {name: value for name, value in own.items() if value not in (None, "")}


def adapter_fits(adapter: ModelVersion, choice: Choice) -> bool:
    """Made for this very model, or, unless this site trained it, for any of its width."""
    if adapter.base_key:
        return adapter.base_key == choice.key
    if adapter.base_model_id is not None and choice.version is not None and adapter.base_model_id == choice.version.pk:
        return True
    return adapter.facts.get("cross_attention_width", SDXL_WIDTH) == choice.cross_attention_width


def _few_step_mode(choice: Choice) -> FewStepMode | None:
    """SDXL_FEW_STEP, for full-size models that are not few-step models themselves."""
    mode = FEW_STEP_MODES.get(settings.SDXL_FEW_STEP)
    own_steps = choice.version.num_inference_steps if choice.version else None
    if mode is None or choice.cross_attention_width != SDXL_WIDTH or (own_steps and own_steps <= FEW_STEPS_MAX):
        return None
    return mode if mode.is_adapter or choice.version is None else None


def _few_step_values(mode: FewStepMode) -> dict[str, Any]:
    values: dict[str, Any] = {
        "num_inference_steps": mode.num_inference_steps,
        "guidance_scale": mode.guidance_scale,
        "scheduler": mode.scheduler,
        "feature_reuse": "off",  # a few steps have too little in common to skip any
        "guidance_end": 1.0,
        "guidance_rescale": 0.0,
    }
    if not mode.is_adapter:
        values |= {"base_model": mode.repository, "base_model_revision": mode.revision}
    return values


def _few_step_record(mode: FewStepMode) -> AdapterRecord:
    return AdapterRecord(
        key=mode.key,
        source_kind=SourceKind.HUB,
        source=mode.repository,
        filename=mode.filename,
        revision=mode.revision,
    )


# --- what a worker loads -----------------------------------------------------------------------------------------


def engine_options(what: CoverRequest | str) -> EngineOptions:
    """The engine of a request, or of a choice's key, and its options. May fetch the model to this machine first.

    Raises EngineError: "engine:model-missing", "engine:model-broken", "engine:no-disk", "site:storage".
    """
    if isinstance(what, CoverRequest):
        if what.model_version is not None:
            return _version_options(what.model_version)
        return _named_options(what.engine, what.base_model, what.base_model_revision)
    if version := ModelVersion.objects.filter(key=what).first():
        return _version_options(version)
    return _named_options(what, "", "")


def _named_options(name: str, model: str, revision: str) -> EngineOptions:
    """Of an engine without a row. model: empty for a key, and for a request of before models were recorded."""
    if entry := BUILT_IN.get(name):
        return _built_in_options(name, entry)
    if name != "sdxl":
        return EngineOptions(name, {}, name)
    if not model:
        values = request_values(_of_key(name))
        model, revision = values["base_model"], values["base_model_revision"]
    options = {"model": model, "revision": revision or None, "config": settings.SDXL_CONFIG or None}
    return EngineOptions("sdxl", options | _compile_cache() | _native_side_of(model), f"sdxl:{model}@{revision}")


def _compile_cache() -> dict[str, str]:
    """Where a card's compiled kernels wait for the next start of a worker."""
    return {"compile_cache": str(settings.VAR_DIR / "compiled")}


def _native_side_of(model: str) -> dict[str, int]:
    """Of a few-step checkpoint that was trained on other sizes than SDXL."""
    modes = FEW_STEP_MODES.values()
    return next(
        ({"native_side": mode.native_side} for mode in modes if mode.repository == model and mode.native_side), {}
    )


def _built_in_options(name: str, entry: BuiltIn) -> EngineOptions:
    if not entry.is_here:
        raise EngineError("engine:model-missing", f"{name}: nothing at {entry.folder}")
    return EngineOptions(entry.engine, {"model": str(entry.folder)}, name)


def _version_options(version: ModelVersion) -> EngineOptions:
    cache_key = f"{version.engine}:{version.key}@{version.revision or version.sha256}"
    if version.engine != "sdxl":
        return EngineOptions(version.engine, {}, cache_key)
    if version.source_kind == SourceKind.HUB:  # the engine takes the precision that its device can use
        model, revision = version.source, version.revision
    else:
        model, revision = str(local_path(version)), version.revision or f"sha256-{version.sha256[:16]}"
    options: dict[str, Any] = {
        "model": model,
        "revision": revision,
        "config": version.config or settings.SDXL_CONFIG or None,
        **_compile_cache(),
    }
    options |= {"native_side": version.native_side} if version.native_side else {}
    return EngineOptions("sdxl", options, cache_key)
