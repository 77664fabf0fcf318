"""The operator's pages: what people made, and what draws it."""

from covers.admin import models, records, workers

__all__ = ["models", "records", "workers"]
