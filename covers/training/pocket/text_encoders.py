"""The pocket tokenizer, made from our own captions, and its two small text encoders."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from tokenizers.pre_tokenizers import ByteLevel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from covers.brief.brief_contract import MOODS
from covers.engine.pocket.words import MANY_MOTIFS, all_captions
from covers.training.pocket.pocket_recipe import PocketRecipe
from covers.writing.prompts import STYLE_WORDS

START, END = "<|startoftext|>", "<|endoftext|>"
PLACES = 32
"""SDXL has 77. Our sentences have at most 18, and each place costs time in every attention."""
WORD_SCALE = 10.0
RARE_WORDS = ("sks", "ohwx", "zwx", "bnha", "vrtx", "qel", "tsm", "ukj")
"""Words of one token that mean nothing: names for what is learnt later, such as a person's face."""
CLASS_NOUNS = ("person", "woman", "man", "girl", "boy", "portrait", "photo", "of", "the", "cat", "dog")


def known_words() -> list[str]:
    """Each word that gets a token of its own, in lower case; other words are spelt in pieces."""
    words: dict[str, None] = {}
    texts = [*all_captions(MANY_MOTIFS), *MOODS, *STYLE_WORDS.values(), *CLASS_NOUNS, *RARE_WORDS]
    for text in texts:
        words |= dict.fromkeys(text.lower().replace(",", " , ").split())
    return list(words)


def merges_for(words: Iterable[str]) -> list[tuple[str, str]]:
    """Byte pair merges that make each word one token (Sennrich et al. 2016, arXiv 1508.07909), commonest pair first."""
    pieces = [[*word[:-1], f"{word[-1]}</w>"] for word in words]
    merges: list[tuple[str, str]] = []
    while counts := Counter(pair for word in pieces for pair in itertools.pairwise(word)):
        best = max(counts.items(), key=lambda item: (item[1], item[0]))[0]
        merges.append(best)
        pieces = [merged(word, best) for word in pieces]
    return merges


def merged(word: list[str], pair: tuple[str, str]) -> list[str]:
    result: list[str] = []
    for piece in word:
        if result and (result[-1], piece) == pair:
            result[-1] += piece
        else:
            result.append(piece)
    return result


def build_tokenizer() -> CLIPTokenizer:
    """A tokenizer in CLIP's own file format. Deterministic; the end mark has the largest id: CLIP pools where it stands."""
    letters = sorted(ByteLevel.alphabet())
    merges = merges_for(known_words())
    entries = dict.fromkeys([*letters, *(f"{letter}</w>" for letter in letters), *(a + b for a, b in merges)])
    ids = {word: number for number, word in enumerate([*entries, START, END])}
    with TemporaryDirectory() as scratch:
        vocabulary, rules = Path(scratch) / "vocab.json", Path(scratch) / "merges.txt"
        vocabulary.write_text(json.dumps(ids), encoding="utf-8")
        rules.write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges), encoding="utf-8")
        return CLIPTokenizer(
            str(vocabulary),
            str(rules),
            bos_token=START,
            eos_token=END,
            unk_token=END,
            pad_token=END,
            model_max_length=PLACES,
        )


def build_encoders(recipe: PocketRecipe, tokenizer: CLIPTokenizer) -> tuple[CLIPTextModel, CLIPTextModelWithProjection]:
    """New ones. Words and places begin WORD_SCALE times as large as CLIP's: cross-attention, which reads them before any
    normalisation, cannot tell smaller ones apart at first, and takes hundreds of steps to begin.
    """
    first, second = (text_config(tokenizer, width) for width in recipe.text_widths)
    encoders = CLIPTextModel(first), CLIPTextModelWithProjection(second)
    with torch.no_grad():
        for name, weight in (pair for encoder in encoders for pair in encoder.named_parameters()):
            if name.endswith(("token_embedding.weight", "position_embedding.weight")):
                weight.mul_(WORD_SCALE)
    return encoders


def text_config(tokenizer: CLIPTokenizer, width: int) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=2,  # SDXL reads the one before the last
        num_attention_heads=max(1, width // 32),
        max_position_embeddings=PLACES,
        projection_dim=width,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
