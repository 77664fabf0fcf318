"""From a trained adapter to a row of the registry that may be tried, compared and promoted."""

from __future__ import annotations

import hashlib
import logging

from django.db import transaction
from django.db.models.functions import Now

from albumsite.errors import StorageError
from albumsite.jobs.claims import Claim
from albumsite.media import outputs, storage
from albumsite.revision import code_revision
from covers import registry
from covers.evaluation import evaluation_jobs
from covers.models import Kind, ModelState, ModelVersion, Retraining, SourceKind
from covers.object_keys import model_prefix
from covers.registry.manifests import FileEntry
from covers.registry.shapes import check_shape
from covers.training.training_contract import FineTuned

logger = logging.getLogger(__name__)

OWN_LICENCE = "LicenseRef-site-trained"
"""Of an adapter that was trained here on a model that came with the code."""


def record_candidate(*, claim: Claim[Retraining], result: FineTuned) -> ModelVersion:
    """Store the adapter, register it, end its training and ask for its comparison with what draws now.

    File first, rows second and all at once. Raises LeaseLost, StorageError, BadModel.
    """
    row = claim.row
    content = result.path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != result.sha256:
        raise StorageError("the adapter changed on its way")
    facts = check_shape(result.path, Kind.ADAPTER)
    key, source = key_of(row), _source(claim, result)
    recorded = ModelVersion.objects.filter(source=source)
    with outputs.stored({source: content}, is_pointed_at=recorded.exists), transaction.atomic():
        claim.lock()
        version = ModelVersion.objects.create(
            key=key,
            name=f"{row.base_key} {row.week}",
            kind=Kind.ADAPTER,
            engine=registry.learning_choice(row.base_key).engine,
            source_kind=SourceKind.STORAGE,
            source=source,
            sha256=sha256,
            size_bytes=len(content),
            files=[FileEntry("", len(content), sha256).to_json()],
            facts=facts,
            **_terms(row.base_key),
            week=row.week,
            base_key=row.base_key,
            parent=row.parent,
            dataset=row.dataset,
            code_revision=code_revision(),
            state=ModelState.CANDIDATE,
            verified_at=Now(),
        )
        claim.finish(
            outcome=Retraining.Outcome.CANDIDATE,
            version=version,
            parameters=dict(result.parameters),
            validation_losses=[list(point) for point in result.validation_losses],
        )
        evaluation_jobs.request_evaluation(version=version)
    if row.checkpoint_key:
        storage.delete_all(storage.private(), [row.checkpoint_key])
    logger.info("candidate recorded retraining=%s key=%s", row.pk, key)
    return version


def recorded_by(*, claim: Claim[Retraining], result: FineTuned) -> ModelVersion | None:
    """What `record_candidate` made of it under this claim, for whoever did not hear of it."""
    return ModelVersion.objects.filter(source=_source(claim, result)).first()


def _source(claim: Claim[Retraining], result: FineTuned) -> str:
    return f"{model_prefix(key_of(claim.row), result.sha256)}/{claim.token.hex}.safetensors"


def key_of(row: Retraining) -> str:
    """Of the model that this training makes: "pocket-2026-w48", and "-2" for a second try."""
    name = f"{row.base_key[:48]}-{row.week.lower()}"
    return f"{name}-{row.number}" if row.number > 1 else name


def _terms(base_key: str) -> dict[str, object]:
    """An adapter is used on the terms of the model that it was trained on."""
    base = registry.learning_choice(base_key).version
    if base is None:
        return {"licence": OWN_LICENCE, "base_model": None, "allows_commercial_use": True}
    terms = {name: getattr(base, name) for name in ("licence", "licence_url", "allows_commercial_use")}
    return {**terms, "base_model": base}
