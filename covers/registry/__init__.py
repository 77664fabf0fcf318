"""Which models this site draws with, where their files are, and how the workers fare."""

from covers.registry.choices import (
    APPROXIMATIONS,
    Choice,
    EngineOptions,
    available,
    choice_of,
    default_choice,
    engine_options,
    label_of,
    offered,
    request_values,
    values_for_retry,
)
from covers.registry.faces import (
    PORTRAITS_BY,
    FaceToDraw,
    choice_for,
    drop_forgotten_faces,
    face_record_key,
    face_values,
)
from covers.registry.health import Heartbeat, end_health, report_health
from covers.registry.places import adapter_path, drawn_adapters, local_path
from covers.registry.records import AdapterRecord, prompt_with_triggers, provenance
from covers.registry.services import (
    NewModel,
    activate_adapter,
    activate_model,
    deactivate,
    register_model,
    request_check,
    retire_model,
    upload_model,
    verify_model,
)
from covers.registry.sources import BadModel, Source, parse_source

__all__ = [
    "APPROXIMATIONS",
    "PORTRAITS_BY",
    "AdapterRecord",
    "BadModel",
    "Choice",
    "EngineOptions",
    "FaceToDraw",
    "Heartbeat",
    "NewModel",
    "Source",
    "activate_adapter",
    "activate_model",
    "adapter_path",
    "available",
    "choice_for",
    "choice_of",
    "deactivate",
    "default_choice",
    "drawn_adapters",
    "drop_forgotten_faces",
    "end_health",
    "engine_options",
    "face_record_key",
    "face_values",
    "label_of",
    "local_path",
    "offered",
    "parse_source",
    "prompt_with_triggers",
    "provenance",
    "register_model",
    "report_health",
    "request_check",
    "request_values",
    "retire_model",
    "upload_model",
    "values_for_retry",
    "verify_model",
]
