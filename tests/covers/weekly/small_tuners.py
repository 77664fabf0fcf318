"""Weekly trainers for tests of the loop: quick ones that count instead of learning, and ones that fail."""

from __future__ import annotations

import hashlib
import time
from dataclasses import asdict

import numpy as np
from safetensors.numpy import save

from albumsite.errors import EngineError
from covers.training.training_contract import FineTuneCallback, FineTuned, FineTuneProgress, FineTuneSpec, FineTuneStage

STEPS, CHECKPOINT_EVERY = 12, 3
CHECKPOINT = "checkpoint.txt"
SAMPLE = b"RIFF0000WEBP"
CROSS_ATTENTION_WIDTH = 192


class CountingTuner:
    """Takes steps and writes a checkpoint every few; a resumed run says where it began. The adapter's numbers are its seed."""

    step_seconds = 0.01

    def train(self, spec: FineTuneSpec, on_progress: FineTuneCallback) -> FineTuned | None:
        if not spec.images:
            raise EngineError("training:no-images")
        checkpoint = spec.work_folder / CHECKPOINT
        first = int(checkpoint.read_text()) if checkpoint.is_file() else 0
        for step in range(first + 1, STEPS + 1):
            time.sleep(self.step_seconds)
            self.fail_at(step, spec)
            is_kept = step % CHECKPOINT_EVERY == 0
            if is_kept:
                checkpoint.write_text(str(step))
            progress = FineTuneProgress(
                spec.run_id,
                FineTuneStage.TRAIN,
                step,
                STEPS,
                loss=1 / step,
                validation_loss=1 / step if is_kept else None,
                samples=(SAMPLE + str(step).encode(),) if is_kept else (),
                checkpoint=checkpoint if is_kept else None,
            )
            if not on_progress(progress):
                return None
        return self._result(spec, first)

    def fail_at(self, step: int, spec: FineTuneSpec) -> None:
        """For those that fail."""

    @staticmethod
    def _result(spec: FineTuneSpec, first: int) -> FineTuned:
        number = np.full((4, CROSS_ATTENTION_WIDTH), spec.options.seed % 97 / 97, np.float32)
        tensors = {
            "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight": number,
            "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k.lora_B.weight": np.zeros((64, 4), np.float32),
        }
        path = spec.work_folder / "adapter.safetensors"
        path.write_bytes(content := save(tensors))
        said = {
            "began_at": first,
            "images": sorted(image.sha256 for image in spec.images),
            "captions": sorted({image.caption for image in spec.images}),
            "start_adapter": spec.start_adapter is not None,
            "options": asdict(spec.options),
        }
        losses = tuple(1 / step for step in range(1, STEPS + 1))
        return FineTuned(
            spec.run_id,
            path,
            hashlib.sha256(content).hexdigest(),
            STEPS,
            losses,
            ((0, 1.0), (STEPS, 0.5)),
            parameters=said,
        )


class SlowTuner(CountingTuner):
    """For whoever must be killed or stopped on the way."""

    step_seconds = 0.4


class NarrowTuner(CountingTuner):
    """Runs out of memory."""

    def fail_at(self, step: int, spec: FineTuneSpec) -> None:
        if step == 5:
            raise EngineError("engine:out-of-memory", "at step 5")
