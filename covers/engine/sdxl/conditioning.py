"""What a picture is conditioned on: its prompt, its negative prompt and SDXL's size conditions, as the UNet takes them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import NamedTuple

import torch
from diffusers import StableDiffusionXLPipeline
from torch import Tensor

from covers.engine.engine_contract import Adapter, DrawSpec
from covers.engine.sdxl.lora_manager import LoraManager
from covers.engine.sdxl.lora_stacking import LoadedAdapters
from covers.engine.sdxl.prompts import chunk_token_ids, count_chunks, truncated_text

CACHE_BYTES = 64 << 20
"""About 200 prompts of SDXL in half precision."""
CHUNKS_PER_FORWARD = 32


class PromptKey(NamedTuple):
    """What decides a prompt's embeds. adapters: those that change the text encoders."""

    prompt: str
    clip_skip: int | None
    adapters: LoadedAdapters


@dataclass(frozen=True)
class PromptEmbeds:
    """One prompt. embeds: (chunks * 77, width of both encoders); pooled: (width,), of the first chunk."""

    embeds: Tensor
    pooled: Tensor

    @property
    def nbytes(self) -> int:
        return self.embeds.nbytes + self.pooled.nbytes

    def zeros_like(self) -> PromptEmbeds:
        """What SDXL was trained to take for no prompt at all."""
        return PromptEmbeds(torch.zeros_like(self.embeds), torch.zeros_like(self.pooled))

    def padded_to(self, sequence_length: int, empty: PromptEmbeds) -> PromptEmbeds:
        """With the empty prompt repeated at its end until it is so long."""
        missing = (sequence_length - len(self.embeds)) // len(empty.embeds)
        return PromptEmbeds(torch.cat([self.embeds, *[empty.embeds] * missing]), self.pooled) if missing else self

    def to(self, device: torch.device) -> PromptEmbeds:
        return PromptEmbeds(self.embeds.to(device), self.pooled.to(device))


@dataclass(frozen=True)
class Conditioning:
    """Both prompts of one picture, of the same length. negative: for the unconditional pass of guidance, if there is one."""

    prompt: PromptEmbeds
    negative: PromptEmbeds | None


class TextEncoders:
    """The two text encoders, with the last prompts kept.

    The pictures of one request share a prompt, and most requests a negative one: each is encoded once. All that is
    missing for a batch goes through the encoders together; with adapters that change the encoders, apart for each set of them.
    """

    def __init__(
        self,
        pipeline: StableDiffusionXLPipeline,
        device: torch.device,
        lora_manager: LoraManager | None = None,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._lora_manager = lora_manager
        self._tokenizers = (pipeline.tokenizer, pipeline.tokenizer_2)
        self._encoders = (pipeline.text_encoder, pipeline.text_encoder_2)
        self._force_zeros_for_empty_prompt = bool(pipeline.config.force_zeros_for_empty_prompt)
        self._device = device
        self._cache_bytes = cache_bytes
        self._cache: OrderedDict[PromptKey, PromptEmbeds] = OrderedDict()

    def count_chunks(self, prompt: str) -> int:
        return count_chunks(self._tokenizers, prompt)

    def truncated_text(self, prompt: str) -> str:
        """The end of `prompt` that is not read; "" when all of it is."""
        return truncated_text(self._tokenizers, prompt)

    def encode_prompts(self, specs: Sequence[DrawSpec], *, do_classifier_free_guidance: bool) -> list[Conditioning]:
        """For each spec its prompt and, if guided, its negative prompt, both padded to the longer of the two.

        As in diffusers, `clip_skip` counts for the prompt alone, and no negative prompt means zeros if the
        checkpoint says so in its config.
        """
        adapters = [self._text_adapters(spec.adapters) for spec in specs]
        prompts = [PromptKey(spec.prompt, spec.clip_skip, loaded) for spec, loaded in zip(specs, adapters, strict=True)]
        if not do_classifier_free_guidance:
            known = self._encode(self._with_padding(prompts))
            return [Conditioning(known[key], None) for key in prompts]
        negatives = [
            PromptKey(spec.negative_prompt, None, loaded) for spec, loaded in zip(specs, adapters, strict=True)
        ]
        known = self._encode(self._with_padding([*prompts, *negatives]))
        return [self._pair(prompt, negative, known) for prompt, negative in zip(prompts, negatives, strict=True)]

    def _text_adapters(self, adapters: Sequence[Adapter]) -> LoadedAdapters:
        if self._lora_manager is None or not adapters:
            return ()
        return self._lora_manager.load_for_text_encoders(adapters)

    def _with_padding(self, keys: Sequence[PromptKey]) -> list[PromptKey]:
        """With the empty prompt of each kind, to pad with, where some are longer than others."""
        if len({self.count_chunks(key.prompt) for key in keys}) == 1:
            return list(keys)
        return [*keys, *(key._replace(prompt="") for key in keys)]

    def _pair(
        self, prompt_key: PromptKey, negative_key: PromptKey, known: Mapping[PromptKey, PromptEmbeds]
    ) -> Conditioning:
        prompt, negative = known[prompt_key], known[negative_key]
        if len(prompt.embeds) < len(negative.embeds):
            prompt = prompt.padded_to(len(negative.embeds), known[prompt_key._replace(prompt="")])
        if len(negative.embeds) < len(prompt.embeds):
            negative = negative.padded_to(len(prompt.embeds), known[negative_key._replace(prompt="")])
        is_zeros = not negative_key.prompt and self._force_zeros_for_empty_prompt
        return Conditioning(prompt, negative.zeros_like() if is_zeros else negative)

    def _encode(self, keys: Iterable[PromptKey]) -> dict[PromptKey, PromptEmbeds]:
        """Each of `keys`, from the cache or fresh."""
        unique = dict.fromkeys(keys)
        known = {key: self._cache[key] for key in unique if key in self._cache}
        missing = [key for key in unique if key not in known]
        for adapters in dict.fromkeys(key.adapters for key in missing):
            alike = [key for key in missing if key.adapters == adapters]
            with self._adapters_applied(adapters):
                known |= dict(zip(alike, self._encode_fresh(alike), strict=True))
        for key, prompt_embeds in known.items():
            self._cache[key] = prompt_embeds
            self._cache.move_to_end(key)
        while sum(prompt_embeds.nbytes for prompt_embeds in self._cache.values()) > self._cache_bytes:
            self._cache.popitem(last=False)
        return known

    def _adapters_applied(self, adapters: LoadedAdapters) -> AbstractContextManager[None]:
        if self._lora_manager is None or not adapters:
            return nullcontext()
        return self._lora_manager.applied_to_text_encoders(adapters)

    @torch.no_grad()
    def _encode_fresh(self, keys: Sequence[PromptKey]) -> list[PromptEmbeds]:
        """Encode all chunks of all prompts, CHUNKS_PER_FORWARD in one go of each encoder."""
        lengths = [self.count_chunks(key.prompt) for key in keys]
        clip_skips = [key.clip_skip for key, length in zip(keys, lengths, strict=True) for _ in range(length)]
        per_encoder = []
        for tokenizer, encoder in zip(self._tokenizers, self._encoders, strict=True):
            chunks = [
                input_ids
                for key, length in zip(keys, lengths, strict=True)
                for input_ids in chunk_token_ids(tokenizer, key.prompt, length)
            ]
            per_encoder.append(self._forward(encoder, chunks, clip_skips))
        hidden_states = [torch.cat(both, dim=-1) for both in zip(per_encoder[0][0], per_encoder[1][0], strict=True)]
        pooled, encoded, first = per_encoder[1][1], [], 0
        for length in lengths:
            encoded.append(PromptEmbeds(torch.cat(hidden_states[first : first + length]), pooled[first]))
            first += length
        return encoded

    def _forward(
        self, encoder: torch.nn.Module, chunks: Sequence[list[int]], clip_skips: Sequence[int | None]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """For each chunk its hidden states (77, width) of the layer before the last, less its clip_skip, and the pooled ones."""
        hidden_states, pooled = [], []
        for start in range(0, len(chunks), CHUNKS_PER_FORWARD):
            input_ids = torch.tensor(chunks[start : start + CHUNKS_PER_FORWARD], device=self._device)
            output = encoder(input_ids, output_hidden_states=True)
            for index, clip_skip in enumerate(clip_skips[start : start + CHUNKS_PER_FORWARD]):
                hidden_states.append(output.hidden_states[-2 - (clip_skip or 0)][index])
                pooled.append(output[0][index].clone())  # a view would keep the whole batch alive
        return hidden_states, pooled


def add_time_ids(width: int, height: int) -> list[float]:
    """SDXL's six: original height and width, top and left of the crop, target height and width.

    A picture is asked for as if it had been photographed at the size it is drawn at, uncropped: what SDXL's authors
    advise (section 2.2, arXiv 2307.01952), and diffusers' default.
    """
    return [height, width, 0, 0, height, width]
