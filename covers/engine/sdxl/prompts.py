"""Prompts as the text encoders read them: in chunks of 77 tokens, 75 of the prompt between start and end."""

from __future__ import annotations

from collections.abc import Sequence

from transformers import CLIPTokenizer

MAX_CHUNKS = 8
"""600 tokens: more words than any brief has; each chunk makes every step a little slower."""


def token_ids(tokenizer: CLIPTokenizer, prompt: str) -> list[int]:
    return tokenizer(prompt, truncation=False, add_special_tokens=False, verbose=False).input_ids


def tokens_per_chunk(tokenizer: CLIPTokenizer) -> int:
    """Tokens that fit into one chunk beside start and end."""
    return tokenizer.model_max_length - 2


def count_chunks(tokenizers: Sequence[CLIPTokenizer], prompt: str) -> int:
    """Chunks of `prompt` for the tokenizer that needs most, from 1 to MAX_CHUNKS."""
    needed = (-(-len(token_ids(tokenizer, prompt)) // tokens_per_chunk(tokenizer)) for tokenizer in tokenizers)
    return min(MAX_CHUNKS, max(1, *needed))


def chunk_token_ids(tokenizer: CLIPTokenizer, prompt: str, chunks: int) -> list[list[int]]:
    """`chunks` lists of `model_max_length` token ids, each with its start, end and padding as CLIP was trained with.

    The first is what diffusers gives for the whole of a short prompt; further ones go on where it stopped.
    """
    tokens, size = token_ids(tokenizer, prompt), tokens_per_chunk(tokenizer)
    parts = [tokens[start * size : (start + 1) * size] for start in range(chunks)]
    framed = [[tokenizer.bos_token_id, *part, tokenizer.eos_token_id] for part in parts]
    return [ids + [tokenizer.pad_token_id] * (size + 2 - len(ids)) for ids in framed]


def truncated_text(tokenizers: Sequence[CLIPTokenizer], prompt: str) -> str:
    """The end of `prompt` that is not read because MAX_CHUNKS are full; "" when all of it is."""
    ends = [
        tokenizer.decode(
            token_ids(tokenizer, prompt)[MAX_CHUNKS * tokens_per_chunk(tokenizer) :], skip_special_tokens=True
        ).strip()
        for tokenizer in tokenizers
    ]
    return max(ends, key=len)
