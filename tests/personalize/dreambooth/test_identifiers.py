"""Rare words for a person, out of a checkpoint's own tokenizers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from albumsite.errors import EngineError
from covers.engine.pocket.words import CHECKPOINT
from personalize.dreambooth.identifiers import check_identifier, is_meaningless, known_words, rare_tokens


def test_the_pocket_checkpoint_offers_many_always_in_the_same_order():
    found = list(rare_tokens(CHECKPOINT))
    assert found[:3] == ["sks", "ohwx", "zwx"]
    assert len(found) == len(set(found)) > 40
    assert found == list(rare_tokens(CHECKPOINT))


def test_each_is_one_token_of_both_tokenizers_and_no_known_word():
    readers = [Tokenizer.from_file(str(CHECKPOINT / name / "tokenizer.json")) for name in ("tokenizer", "tokenizer_2")]
    for word in rare_tokens(CHECKPOINT):
        assert 3 <= len(word) <= 5
        assert {len(reader.encode(word, add_special_tokens=False).ids) for reader in readers} == {1}
        assert word not in known_words()
        check_identifier(CHECKPOINT, word, "woman")


@pytest.mark.parametrize(
    ("token", "why"),
    [("sksx", "not one token"), ("woman", "class noun"), ("SKS", "small letters"), ("a b", "small letters"),
     ("blue", "means something"), ("", "small letters")],
)  # fmt: skip
def test_what_can_mean_no_person_is_refused(token, why):
    with pytest.raises(EngineError, match="training:bad-identifier") as refused:
        check_identifier(CHECKPOINT, token, "woman")
    assert why in refused.value.detail


def test_words_parts_of_nouns_and_single_letters_are_no_names():
    known = known_words()
    assert not any(is_meaningless(word, known) for word in ("sea", "per", "son", "zzz", "heart", "lsd"))
    assert is_meaningless("qvx", known)


def test_a_broken_tokenizer_is_told(tmp_path: Path):
    for name in ("tokenizer", "tokenizer_2"):
        shutil.copytree(CHECKPOINT / name, tmp_path / name)
    (tmp_path / "tokenizer" / "tokenizer.json").write_text("{")
    with pytest.raises(EngineError, match="engine:model-broken"):
        list(rare_tokens(tmp_path))


def test_no_torch_is_loaded_for_it():
    asked = "import sys; import personalize.dreambooth.identifiers; print('torch' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert said.stdout.strip() == "False", said.stderr
