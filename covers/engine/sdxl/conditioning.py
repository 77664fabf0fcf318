"""What steers a picture: its prompt, its negative prompt and SDXL's size conditions, as the UNet takes them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import torch
from diffusers import StableDiffusionXLPipeline
from torch import Tensor

from covers.engine.engine_contract import Adapter, DrawSpec
from covers.engine.sdxl.adapters import AdapterBank, Loaded
from covers.engine.sdxl.prompts import chunked, count_chunks, dropped_words

CACHE_BYTES = 64 << 20
"""About 200 prompts of SDXL in half precision."""
CHUNKS_AT_ONCE = 32
Wanted = tuple[str, int | None, Loaded]
"""A prompt, how many layers of the encoders to leave out, and the adapters that the encoders speak with."""


@dataclass(frozen=True)
class Encoded:
    """One prompt. hidden: (chunks * 77, width of both encoders); pooled: (width,), of the first chunk."""

    hidden: Tensor
    pooled: Tensor

    @property
    def nbytes(self) -> int:
        return self.hidden.nbytes + self.pooled.nbytes

    def as_nothing(self) -> Encoded:
        """The noughts that SDXL was trained to take for no prompt at all."""
        return Encoded(torch.zeros_like(self.hidden), torch.zeros_like(self.pooled))

    def lengthened(self, places: int, empty: Encoded) -> Encoded:
        """With the empty prompt repeated at its end until it has so many places."""
        missing = (places - len(self.hidden)) // len(empty.hidden)
        return Encoded(torch.cat([self.hidden, *[empty.hidden] * missing]), self.pooled) if missing else self


@dataclass(frozen=True)
class Steering:
    """Both sides of one picture, of the same length. without: for the unconditional pass of guidance, if there is one."""

    prompt: Encoded
    without: Encoded | None


class TextEncoders:
    """The two text encoders, with what they lately said kept.

    The pictures of one request share a prompt, and most requests a negative one: each is encoded once. All that is
    missing for a batch goes through the encoders together; with adapters that change the encoders, apart for each set of them.
    """

    def __init__(
        self,
        pipeline: StableDiffusionXLPipeline,
        device: torch.device,
        adapters: AdapterBank | None = None,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._adapters = adapters
        self._tokenizers = (pipeline.tokenizer, pipeline.tokenizer_2)
        self._encoders = (pipeline.text_encoder, pipeline.text_encoder_2)
        self._empty_is_nothing = bool(pipeline.config.force_zeros_for_empty_prompt)
        self._device = device
        self._cache_bytes = cache_bytes
        self._kept: OrderedDict[Wanted, Encoded] = OrderedDict()

    def chunks(self, prompt: str) -> int:
        return count_chunks(self._tokenizers, prompt)

    def dropped(self, prompt: str) -> str:
        return dropped_words(self._tokenizers, prompt)

    def steering(self, specs: Sequence[DrawSpec], *, is_guided: bool) -> list[Steering]:
        """For each spec its prompt and, if guided, what it is guided away from, both padded to the longer of the two.

        As in diffusers, `clip_skip` counts for the prompt alone, and no negative prompt means noughts if the
        checkpoint says so in its config.
        """
        own = [self._own(spec.adapters) for spec in specs]
        wanted: list[Wanted] = [(spec.prompt, spec.clip_skip, worn) for spec, worn in zip(specs, own, strict=True)]
        if is_guided:
            wanted += [(spec.negative_prompt, None, worn) for spec, worn in zip(specs, own, strict=True)]
        if len({self.chunks(prompt) for prompt, _, _ in wanted}) > 1:
            wanted += [("", clip_skip, worn) for _, clip_skip, worn in wanted]  # to pad with
        known = self._encode(wanted)
        return [
            self._steer(spec, worn, known) if is_guided else Steering(known[spec.prompt, spec.clip_skip, worn], None)
            for spec, worn in zip(specs, own, strict=True)
        ]

    def _own(self, adapters: Sequence[Adapter]) -> Loaded:
        return self._adapters.of_texts(adapters) if self._adapters is not None and adapters else ()

    def _steer(self, spec: DrawSpec, worn: Loaded, known: Mapping[Wanted, Encoded]) -> Steering:
        prompt, negative = known[spec.prompt, spec.clip_skip, worn], known[spec.negative_prompt, None, worn]
        if len(prompt.hidden) < len(negative.hidden):
            prompt = prompt.lengthened(len(negative.hidden), known["", spec.clip_skip, worn])
        if len(negative.hidden) < len(prompt.hidden):
            negative = negative.lengthened(len(prompt.hidden), known["", None, worn])
        is_nothing = not spec.negative_prompt and self._empty_is_nothing
        return Steering(prompt, negative.as_nothing() if is_nothing else negative)

    def _encode(self, wanted: Iterable[Wanted]) -> dict[Wanted, Encoded]:
        """Each of `wanted`, out of memory or fresh."""
        asked = dict.fromkeys(wanted)
        known = {one: self._kept[one] for one in asked if one in self._kept}
        missing = [one for one in asked if one not in known]
        for worn in dict.fromkeys(one[2] for one in missing):
            alike = [one for one in missing if one[2] == worn]
            with self._adapters.over_texts(worn) if self._adapters is not None and worn else nullcontext():
                known |= dict(zip(alike, self._run(alike), strict=True))
        for one, encoded in known.items():
            self._kept[one] = encoded
            self._kept.move_to_end(one)
        while sum(encoded.nbytes for encoded in self._kept.values()) > self._cache_bytes:
            self._kept.popitem(last=False)
        return known

    @torch.no_grad()
    def _run(self, wanted: Sequence[Wanted]) -> list[Encoded]:
        """Encode all chunks of all prompts, CHUNKS_AT_ONCE in one go of each encoder."""
        lengths = [self.chunks(prompt) for prompt, _, _ in wanted]
        skips = [clip_skip for (_, clip_skip, _), length in zip(wanted, lengths, strict=True) for _ in range(length)]
        halves = []
        for tokenizer, encoder in zip(self._tokenizers, self._encoders, strict=True):
            rows = [chunked(tokenizer, prompt, length) for (prompt, _, _), length in zip(wanted, lengths, strict=True)]
            halves.append(self._read(encoder, [ids for chunks in rows for ids in chunks], skips))
        hidden = [torch.cat(both, dim=-1) for both in zip(halves[0][0], halves[1][0], strict=True)]
        pooled, encoded, first = halves[1][1], [], 0
        for length in lengths:
            encoded.append(Encoded(torch.cat(hidden[first : first + length]), pooled[first]))
            first += length
        return encoded

    def _read(
        self, encoder: torch.nn.Module, rows: Sequence[list[int]], skips: Sequence[int | None]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """For each row its hidden states (77, width) of the layer before the last, less `skips`, and the pooled ones."""
        hidden, pooled = [], []
        for start in range(0, len(rows), CHUNKS_AT_ONCE):
            ids = torch.tensor(rows[start : start + CHUNKS_AT_ONCE], device=self._device)
            output = encoder(ids, output_hidden_states=True)
            for row, clip_skip in enumerate(skips[start : start + CHUNKS_AT_ONCE]):
                hidden.append(output.hidden_states[-2 - (clip_skip or 0)][row])
                pooled.append(output[0][row].clone())  # a view would keep the whole batch alive
        return hidden, pooled


def size_conditions(width: int, height: int) -> list[float]:
    """SDXL's six: original height and width, top and left of the crop, target height and width.

    A picture is asked for as if it had been photographed at the size it is drawn at, uncropped: what SDXL's authors
    advise (section 2.2, arXiv 2307.01952), and diffusers' default.
    """
    return [height, width, 0, 0, height, width]
