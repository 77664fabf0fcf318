"""Saves midpipe's random SDXL as a folder that workers load, with a tokenizer that knows the words of given prompts.

    python -m bench.checkpoint FOLDER [--device cuda --full] < prompts.json

midpipe's own tokenizer has one token a byte, so that a usual prompt would not fit into 77 places: diffusers would cut it
where the site goes on, and their pictures would differ.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
from transformers import CLIPTokenizer

from bench import midpipe

START = "<|startoftext|>"
CLIP_WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def tokenizer_of(texts: Sequence[str]) -> CLIPTokenizer:
    """Byte-level BPE as CLIP's, trained on these texts."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    split = pre_tokenizers.Split(Regex(CLIP_WORDS), behavior="removed", invert=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=4000, initial_alphabet=alphabet, end_of_word_suffix="</w>", show_progress=False
    )
    tokenizer.train_from_iterator([text.lower() for text in texts], trainer)
    with TemporaryDirectory() as scratch:
        vocabulary, merges = (Path(path) for path in tokenizer.model.save(scratch))
        words = json.loads(vocabulary.read_text())
        for word in (*(f"{letter}</w>" for letter in alphabet), START, midpipe.END):  # the end mark has the largest id
            words.setdefault(word, len(words))
        vocabulary.write_text(json.dumps(words))
        return CLIPTokenizer(str(vocabulary), str(merges), model_max_length=midpipe.PLACES, pad_token=midpipe.END)


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    tokenizer = tokenizer_of(json.load(sys.stdin))
    midpipe.build_tokenizer = lambda: tokenizer  # what its text encoders are sized by
    midpipe.build_pipeline(full=options.full, device=options.device).save_pretrained(options.folder)


if __name__ == "__main__":
    main()
