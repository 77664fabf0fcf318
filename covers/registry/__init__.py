"""Which models this site draws with, where their files are, and how the workers fare."""

from covers.registry.health import Heartbeat, end_health, report_health

__all__ = ["Heartbeat", "end_health", "report_health"]
