"""Which models this site draws with, where their files are, and how the workers fare."""

from covers.registry.choices import (
    Choice,
    EngineOptions,
    available,
    choice_of,
    default_choice,
    default_engine_options,
    engine_options,
    label_of,
    offered,
    request_values,
)
from covers.registry.health import Heartbeat, end_health, report_health
from covers.registry.places import adapter_path, drawn_adapters, local_path
from covers.registry.records import AdapterRecord, prompt_with_triggers

__all__ = [
    "AdapterRecord",
    "Choice",
    "EngineOptions",
    "Heartbeat",
    "adapter_path",
    "available",
    "choice_of",
    "default_choice",
    "default_engine_options",
    "drawn_adapters",
    "end_health",
    "engine_options",
    "label_of",
    "local_path",
    "offered",
    "prompt_with_triggers",
    "report_health",
    "request_values",
]
