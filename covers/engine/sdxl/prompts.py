"""What of a prompt the text encoders can read."""

from __future__ import annotations

from transformers import CLIPTokenizer


def dropped_words(tokenizer: CLIPTokenizer, prompt: str) -> str:
    """The end of `prompt` that does not fit into the encoder's 77 places (75 and two marks); "" if all of it does."""
    room = tokenizer.model_max_length - 2
    tokens = tokenizer(prompt, truncation=False, add_special_tokens=False, verbose=False).input_ids
    return tokenizer.decode(tokens[room:], skip_special_tokens=True).strip() if len(tokens) > room else ""
