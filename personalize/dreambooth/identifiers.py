"""Rare words that can stand for a person, out of a checkpoint's own tokenizers. Reads JSON alone, no torch.

DreamBooth wants a word that the model has hardly any notion of (Ruiz et al. 2022, arXiv 2208.12242, section 3.2: "rare
tokens"), which must be one token: of several, each means something of its own.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer, models

from albumsite.errors import EngineError

TOKENIZERS = ("tokenizer", "tokenizer_2")
WORD = re.compile(r"[a-z]{3,5}")
KNOWN_RARE = ("sks", "ohwx", "zwx", "bnha", "vrtx", "qel", "tsm", "ukj")
"""First choices where a checkpoint has them: long used by trainers of DreamBooth, and made for this by ours."""
END_OF_WORD = "</w>"
CLASS_NOUNS = ("person", "woman", "man", "girl", "boy", "child", "people", "face", "portrait", "photo")
COMMON_WORDS = Path(__file__).with_name("common_words.txt")
"""Short English words, and abbreviations that mean something, apart by spaces."""
VOWELS = set("aeiouy")
ENOUGH = 64
"""Words without a vowel; a checkpoint that has fewer also offers what may be spoken."""
RARE_SHARE = 1 / 3
"""Of a tokenizer's merges, the last, which were rarest."""


def rare_tokens(folder: Path) -> Iterator[str]:
    """Words for a person, best first, always in the same order. folder: of the checkpoint, in diffusers layout.

    Each is of 3 to 5 small letters and one token of both tokenizers, and no known word. Late merges first: what a tokenizer
    merged last was rarest in what it was made from. Words without a vowel are taken, which at most abbreviate something;
    only where a checkpoint has few of them, endings of words, too. Raises EngineError "engine:model-broken".
    """
    readers = _readers(folder)
    shared = set(_whole_words(readers[0])) & set(_whole_words(readers[1]))
    latest = sorted(shared, key=lambda word: (-_rank(readers[0], word), word))
    usable = [word for word in latest if is_meaningless(word, known_words())]
    voiceless = [word for word in usable if not VOWELS & set(word)]
    if len(voiceless) >= ENOUGH:
        least = (1 - RARE_SHARE) * readers[0].get_vocab_size()
        usable = [word for word in voiceless if _rank(readers[0], word) >= least]
    first = [word for word in KNOWN_RARE if word in shared]
    for word in dict.fromkeys([*first, *usable]):
        if all(is_one_token(reader, word) for reader in readers):
            yield word


def check_identifier(folder: Path, token: str, class_noun: str = "person") -> None:
    """Raises EngineError "training:bad-identifier" unless `token` can mean a person to the checkpoint in `folder`."""
    if not re.fullmatch(r"[a-z]{1,12}", token):
        refuse(token, "small letters from a to z are wanted, 12 at most")
    if token in class_noun.lower().split():
        refuse(token, f"it is the class noun {class_noun!r} itself")
    if token in known_words() and token not in KNOWN_RARE:
        refuse(token, "it is a word that means something already")
    for name, reader in zip(TOKENIZERS, _readers(folder), strict=True):
        if not is_one_token(reader, token):
            refuse(token, f"it is not one token of {name}")


def refuse(token: str, why: str) -> None:
    raise EngineError("training:bad-identifier", f"{token!r}: {why}")


def is_meaningless(word: str, known: frozenset[str]) -> bool:
    """No known word, nor the beginning or the end of a class noun, nor one letter again and again."""
    is_part = any(noun.startswith(word) or noun.endswith(word) for noun in CLASS_NOUNS)
    return word not in known and not is_part and len(set(word)) > 1


@functools.cache
def known_words() -> frozenset[str]:
    """English words, and those of the site's own prompts."""
    from covers.brief.brief_contract import GENRES, MOODS, STYLES
    from covers.brief.vocabulary import MOTIFS, pictured
    from covers.writing.prompts import FRAMINGS, STYLE_WORDS

    said = [*GENRES, *MOODS, *STYLES, *STYLE_WORDS.values(), *(" ".join(framing) for framing in FRAMINGS)]
    said += [pictured(key) for key in MOTIFS] + [*CLASS_NOUNS]
    own = {word for text in said for word in re.findall(r"[a-z]+", text.lower())}
    return frozenset(own) | frozenset(COMMON_WORDS.read_text(encoding="utf-8").split())


def _readers(folder: Path) -> list[Tokenizer]:
    return [_reader(str(folder / name), _stamp(folder / name)) for name in TOKENIZERS]


def _stamp(folder: Path) -> int:
    """Changes when the files do, so that what was read of others is not taken for theirs."""
    files = [folder / name for name in ("tokenizer.json", "vocab.json") if (folder / name).is_file()]
    return max((file.stat().st_mtime_ns for file in files), default=0)


@functools.lru_cache(maxsize=8)
def _reader(folder: str, _stamp: int) -> Tokenizer:
    """Raises EngineError "engine:model-broken"."""
    path = Path(folder)
    try:
        if (path / "tokenizer.json").is_file():
            return Tokenizer.from_file(str(path / "tokenizer.json"))
        vocabulary = json.loads((path / "vocab.json").read_text(encoding="utf-8"))
        lines = (path / "merges.txt").read_text(encoding="utf-8").splitlines()
        merges = [(pair[0], pair[1]) for line in lines if len(pair := line.split()) == 2 and not line.startswith("#v")]
        return _clip(vocabulary, merges)
    except Exception as error:  # the library raises bare Exception for a broken file
        raise EngineError("engine:model-broken", f"{path.name}: {error}") from error


def _clip(vocabulary: dict[str, int], merges: list[tuple[str, str]]) -> Tokenizer:
    """CLIP's way to split words, for folders that hold a vocabulary and merges alone."""
    from tokenizers import Regex, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.BPE(vocabulary, merges, end_of_word_suffix=END_OF_WORD))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    split = pre_tokenizers.Split(Regex(r"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), "removed", invert=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    return tokenizer


def _whole_words(reader: Tokenizer) -> Iterator[str]:
    for piece in reader.get_vocab(with_added_tokens=False):
        word = piece.removesuffix(END_OF_WORD)
        if word != piece and WORD.fullmatch(word):
            yield word


def _rank(reader: Tokenizer, word: str) -> int:
    return int(reader.token_to_id(f"{word}{END_OF_WORD}") or 0)


def is_one_token(reader: Tokenizer, word: str) -> bool:
    """Whether a text of this word alone, and one of it among others, has it as one token of its own."""
    alone = reader.encode(word, add_special_tokens=False).tokens
    return list(alone) == [f"{word}{END_OF_WORD}"]
