"""Adapters over a UNet: as diffusers draws with them, other ones in each row, and gone without a trace."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch._dynamo.testing import CompileCounter

from albumsite.errors import EngineError
from covers.engine.engine_contract import Adapter
from covers.engine.sdxl.lora_manager import LoraManager
from tests.covers.engine.lora_files import (
    ATTENTION,
    EVERYWHERE,
    diffusers_file,
    kohya_file,
    matrices,
    old_diffusers_file,
    peft_file,
    write,
)
from tests.covers.engine.tiny_sdxl import WIDTHS

ROWS = 3
TEXT_ONLY = {
    "lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": torch.ones(2, 16),
    "lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_up.weight": torch.ones(32, 2),
}


@pytest.fixture
def lora_manager(unet) -> LoraManager:
    return LoraManager(unet)


@torch.no_grad()
def predicted(unet: UNet2DConditionModel, rows: Sequence[int] = range(ROWS), passes: int = 2) -> Tensor:
    """(passes * rows, 4, 8, 8): what the UNet says of `rows`, each of which has its own noise and prompt."""

    def of_rows(*shape: int) -> Tensor:
        generator = torch.Generator().manual_seed(len(shape))
        return torch.randn(passes, ROWS, *shape, generator=generator)[:, list(rows)].flatten(0, 1)

    added = {"text_embeds": of_rows(WIDTHS[1]), "time_ids": of_rows(6)}
    return unet(of_rows(4, 8, 8), 500, of_rows(77, sum(WIDTHS)), added_cond_kwargs=added).sample


@torch.no_grad()
def diffusers_predicted(plain: StableDiffusionXLPipeline, adapters: Sequence[Adapter]) -> Tensor:
    names = [f"adapter_{number}" for number in range(len(adapters))]
    try:
        for name, adapter in zip(names, adapters, strict=True):
            plain.load_lora_weights(adapter.path, adapter_name=name)
        plain.set_adapters(names, [adapter.scale for adapter in adapters])
        return predicted(plain.unet)
    finally:
        plain.unload_lora_weights()


def with_adapters(lora_manager: LoraManager, unet: UNet2DConditionModel, adapters: Sequence[Adapter]) -> Tensor:
    with lora_manager.applied([tuple(adapters)] * ROWS, passes=2):
        return predicted(unet)


def refusal(lora_manager: LoraManager, path: Path, scale: float = 1.0) -> EngineError:
    with pytest.raises(EngineError) as caught, lora_manager.applied([(Adapter(str(path), scale),)], passes=2):
        pass
    assert "\n" not in caught.value.detail
    return caught.value


# --- what it draws ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kinds", [ATTENTION, EVERYWHERE], ids=["attention", "linear and conv"])
def test_an_adapter_draws_what_diffusers_draws_with_it(lora_manager, unet, plain, tmp_path, kinds):
    file = diffusers_file(tmp_path / "style.safetensors", matrices(unet, kinds))
    adapters = [Adapter(str(file), 0.7)]
    ours = with_adapters(lora_manager, unet, adapters)
    assert (ours - diffusers_predicted(plain, adapters)).abs().max() < 1e-3
    assert (ours - predicted(unet)).abs().max() > 1e-2


def test_two_adapters_with_weights_draw_what_diffusers_draws_with_them(lora_manager, unet, plain, tmp_path):
    face = diffusers_file(tmp_path / "face.safetensors", matrices(unet, rank=4, seed=1))
    style = diffusers_file(tmp_path / "style.safetensors", matrices(unet, EVERYWHERE, rank=2, seed=2))
    adapters = [Adapter(str(face), 0.8), Adapter(str(style), -0.4)]
    assert (with_adapters(lora_manager, unet, adapters) - diffusers_predicted(plain, adapters)).abs().max() < 1e-3


def test_alphas_in_the_header_count_as_diffusers_counts_them(lora_manager, unet, plain, tmp_path):
    usual = diffusers_file(tmp_path / "plain.safetensors", matrices(unet, rank=4))
    pairs = matrices(unet, rank=4)
    config = {"r": 4, "lora_alpha": 2, "alpha_pattern": {"mid_block.attentions.0.transformer_blocks.0.attn1.to_q": 8},
              "target_modules": sorted(pairs)}  # fmt: skip
    [file] = [diffusers_file(tmp_path / "halved.safetensors", pairs, **config)]
    ours = with_adapters(lora_manager, unet, [Adapter(str(file))])
    assert (ours - diffusers_predicted(plain, [Adapter(str(file))])).abs().max() < 1e-3
    assert (ours - with_adapters(lora_manager, unet, [Adapter(str(usual))])).abs().max() > 1e-2


def test_a_file_of_kohya_draws_what_diffusers_draws_with_it(lora_manager, unet, plain, tmp_path):
    pairs = matrices(unet, EVERYWHERE)
    file = kohya_file(tmp_path / "kohya.safetensors", pairs, dict.fromkeys(pairs, 2.0))
    ours = with_adapters(lora_manager, unet, [Adapter(str(file))])
    assert (ours - diffusers_predicted(plain, [Adapter(str(file))])).abs().max() < 1e-3


def test_each_module_of_a_kohya_file_has_its_own_rank_and_alpha(lora_manager, unet, tmp_path):
    pairs = matrices(unet, ("to_q",), rank=4) | matrices(unet, ("to_v",), rank=2)
    alphas = {name: 1.0 + number for number, name in enumerate(pairs)}
    file = kohya_file(tmp_path / "kohya.safetensors", pairs, alphas)
    folded = {name: (down, up * (alphas[name] / up.shape[1])) for name, (down, up) in pairs.items()}
    same = diffusers_file(tmp_path / "same.safetensors", folded)
    ours, wanted = (with_adapters(lora_manager, unet, [Adapter(str(path))]) for path in (file, same))
    assert (ours - wanted).abs().max() < 1e-4


def test_files_of_peft_and_of_older_diffusers(lora_manager, unet, tmp_path):
    pairs = matrices(unet)
    wanted = with_adapters(lora_manager, unet, [Adapter(str(diffusers_file(tmp_path / "new.safetensors", pairs)), 0.5)])
    old = old_diffusers_file(tmp_path / "old.safetensors", pairs)
    peft = peft_file(tmp_path / "adapter_model.safetensors", pairs, r=4, lora_alpha=2)
    assert torch.equal(with_adapters(lora_manager, unet, [Adapter(str(old), 0.5)]), wanted)
    assert torch.equal(with_adapters(lora_manager, unet, [Adapter(str(peft))]), wanted)


def test_a_rank_stabilised_adapter_is_scaled_by_the_root_of_its_rank(lora_manager, unet, plain, tmp_path):
    pairs = matrices(unet, rank=4)
    config = {"r": 4, "lora_alpha": 2, "use_rslora": True, "target_modules": sorted(pairs)}
    adapters = [Adapter(str(diffusers_file(tmp_path / "stable.safetensors", pairs, **config)))]
    assert (with_adapters(lora_manager, unet, adapters) - diffusers_predicted(plain, adapters)).abs().max() < 1e-3


@pytest.mark.parametrize("passes", [1, 2])
@pytest.mark.parametrize("kinds", [ATTENTION, EVERYWHERE], ids=["attention", "linear and conv"])
def test_rows_with_other_adapters_draw_what_each_draws_alone(lora_manager, unet, tmp_path, kinds, passes):
    face = diffusers_file(tmp_path / "face.safetensors", matrices(unet, kinds, rank=4, seed=1))
    style = diffusers_file(tmp_path / "style.safetensors", matrices(unet, ("to_q", "ff.net.2"), rank=3, seed=2))
    rows = [(Adapter(str(face)), Adapter(str(style), 0.5)), (), (Adapter(str(style)),)]
    with lora_manager.applied(rows, passes):
        together = predicted(unet, passes=passes).unflatten(0, (passes, ROWS))
    for number, adapters in enumerate(rows):
        with lora_manager.applied([adapters], passes):
            alone = predicted(unet, [number], passes)
        assert (together[:, number] - alone).abs().max() < 1e-4


def test_after_an_adapter_the_next_picture_is_bit_equal_to_one_before(lora_manager, unet, tmp_path):
    before = predicted(unet)
    file = diffusers_file(tmp_path / "face.safetensors", matrices(unet, EVERYWHERE))
    assert not torch.equal(with_adapters(lora_manager, unet, [Adapter(str(file))]), before)
    assert torch.equal(predicted(unet), before)
    with lora_manager.applied([(), (), ()], passes=2):
        assert torch.equal(predicted(unet), before)


def test_a_picture_that_fails_leaves_no_adapter_behind(lora_manager, unet, tmp_path):
    before = predicted(unet)
    file = diffusers_file(tmp_path / "face.safetensors", matrices(unet))
    with pytest.raises(RuntimeError, match="lost"), lora_manager.applied([(Adapter(str(file)),)], passes=2):
        raise RuntimeError("lost")
    assert torch.equal(predicted(unet), before)


def test_a_batch_of_another_size_is_refused_rather_than_mixed_up(lora_manager, unet, tmp_path):
    file = diffusers_file(tmp_path / "face.safetensors", matrices(unet))
    with pytest.raises(ValueError, match="6 places"), lora_manager.applied([(Adapter(str(file)),), (), ()], passes=2):
        predicted(unet, passes=1)


def test_a_scale_of_nothing_is_no_adapter(lora_manager, unet, tmp_path):
    file = diffusers_file(tmp_path / "face.safetensors", matrices(unet))
    assert torch.equal(with_adapters(lora_manager, unet, [Adapter(str(file), 0.0)]), predicted(unet))


def test_weights_are_saved_and_loaded_as_before(unet, lora_manager, tmp_path):
    unet.save_pretrained(tmp_path)
    again = UNet2DConditionModel.from_pretrained(tmp_path).eval()
    assert torch.equal(predicted(again), predicted(unet))


# --- which files ------------------------------------------------------------------------------------------------


def test_a_file_that_is_written_anew_is_read_anew(lora_manager, unet, tmp_path):
    file = diffusers_file(tmp_path / "face.safetensors", matrices(unet, seed=1))
    first = with_adapters(lora_manager, unet, [Adapter(str(file))])
    diffusers_file(file, matrices(unet, seed=2))
    os.utime(file, ns=(1, 1))  # some file systems tell times no finer than two seconds
    assert not torch.equal(with_adapters(lora_manager, unet, [Adapter(str(file))]), first)


def test_a_deleted_file_is_not_drawn_with_from_memory(lora_manager, unet, tmp_path):
    file = diffusers_file(tmp_path / "face.safetensors", matrices(unet))
    with_adapters(lora_manager, unet, [Adapter(str(file))])
    file.unlink()
    assert refusal(lora_manager, file).message_id == "engine:adapter-missing"


def test_memory_for_adapters_is_bounded(unet, tmp_path):
    files = [diffusers_file(tmp_path / f"{n}.safetensors", matrices(unet, seed=n)) for n in range(5)]
    one = files[0].stat().st_size
    lora_manager = LoraManager(unet, cache_bytes=2 * one)
    for file in files:
        lora_manager.load([Adapter(str(file))])
        assert lora_manager._cache.size_bytes <= 2 * one


def test_a_manager_without_text_encoders_ignores_their_parts_and_says_so(lora_manager, unet, plain, tmp_path, caplog):
    pairs = matrices(unet)
    text = {**TEXT_ONLY, "bundle_emb.word.string_to_param.*": torch.ones(1, 16)}
    file = kohya_file(tmp_path / "both.safetensors", pairs, dict.fromkeys(pairs, 4.0), text)
    only = kohya_file(tmp_path / "only.safetensors", pairs, dict.fromkeys(pairs, 4.0))
    with caplog.at_level(logging.WARNING):
        drawn = with_adapters(lora_manager, unet, [Adapter(str(file))])
    assert torch.equal(drawn, with_adapters(lora_manager, unet, [Adapter(str(only))]))
    assert "text encoders: 2 tensors" in caplog.text
    [told] = lora_manager.describe([Adapter(str(file), 0.5)])
    assert told["adapter"] == "both.safetensors"
    assert told["adapter_scale"] == 0.5
    assert told["ignored"] == ["text encoders: 2 tensors", "embeddings: 1 tensors"]


def pickled(file: Path, pairs: dict) -> Path:
    torch.save({name: down for name, (down, _) in pairs.items()}, file)
    return file


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file, pairs: os.truncate(diffusers_file(file, pairs), 900), ""),
        (lambda file, pairs: os.truncate(diffusers_file(file, pairs), 60_000), ""),
        (lambda file, pairs: file.write_bytes(b""), ""),
        (lambda file, pairs: file.write_bytes(b"\xff" * 64), ""),
        (lambda file, pairs: pickled(file, pairs), ""),
        (lambda file, pairs: file.mkdir(), "folder"),
        (lambda file, pairs: write(file, {}), "nothing"),
        (lambda file, pairs: write(file, TEXT_ONLY), "text encoders"),
        (lambda file, pairs: write(file, {"some.weight": torch.ones(4)}), "some.weight"),
        (lambda file, pairs: write(file, {"lora_unet_mid_block_x.oft_blocks": torch.ones(4)}), "OFT"),
        (lambda file, pairs: write(file, {"unet.mid_block.x.lora_magnitude_vector": torch.ones(4)}), "nothing"),
        (lambda file, pairs: write(file, {"lora_unet_wrong.lora_down.weight": torch.ones(4, 4)}), ""),
        (lambda file, pairs: diffusers_file(file, {k: (d[:, :-1], u) for k, (d, u) in pairs.items()}), "another model"),
        (lambda file, pairs: diffusers_file(file, {k: (d[:2], u) for k, (d, u) in pairs.items()}), "another model"),
        (lambda file, pairs: diffusers_file(file, {"down_blocks.9.to_q": next(iter(pairs.values()))}), "another model"),
        (lambda file, pairs: diffusers_file(file, {k: (d * torch.nan, u) for k, (d, u) in pairs.items()}), "no numbers"),
        (lambda file, pairs: diffusers_file(file, pairs, lora_alpha="much"), ""),
    ],
    ids=["header cut", "weights cut", "empty", "rubbish", "pickle", "folder", "no tensors", "text only", "other names",
         "oft", "magnitudes alone", "half a pair", "other width", "other rank", "other blocks", "nan", "alpha"],
)  # fmt: skip
def test_a_broken_file_is_one_clear_line_and_the_next_picture_works(lora_manager, unet, tmp_path, spoil, said):
    before = predicted(unet)
    file = tmp_path / "broken.safetensors"
    spoil(file, matrices(unet))
    error = refusal(lora_manager, file)
    assert error.message_id == "engine:adapter-broken"
    assert said in error.detail
    assert "broken.safetensors" in error.detail
    assert torch.equal(predicted(unet), before)
    whole = diffusers_file(tmp_path / "whole.safetensors", matrices(unet))
    assert not torch.equal(with_adapters(lora_manager, unet, [Adapter(str(whole))]), before)


def test_one_matrix_without_the_other_is_broken(lora_manager, unet, tmp_path):
    tensors = load_file(diffusers_file(tmp_path / "face.safetensors", matrices(unet)))
    tensors.pop(next(name for name in tensors if "lora_B" in name))
    save_file(tensors, tmp_path / "face.safetensors")
    assert "missing" in refusal(lora_manager, tmp_path / "face.safetensors").detail


@pytest.mark.parametrize("suffix", [".bin", ".pt", ".ckpt", ""])
def test_a_file_that_can_run_code_is_refused_unread(lora_manager, tmp_path, suffix):
    file = tmp_path / f"face{suffix}"
    file.write_bytes(b"not looked at")
    error = refusal(lora_manager, file)
    assert error.message_id == "engine:adapter-broken"
    assert "safetensors" in error.detail


def test_a_missing_file_and_a_senseless_scale_are_named(lora_manager, unet, tmp_path):
    error = refusal(lora_manager, tmp_path / "gone.safetensors")
    assert error.message_id == "engine:adapter-missing"
    assert "gone.safetensors" in error.detail
    file = diffusers_file(tmp_path / "face.safetensors", matrices(unet))
    assert refusal(lora_manager, file, float("nan")).message_id == "engine:bad-spec"


# --- compiled blocks --------------------------------------------------------------------------------------------


def test_swapping_adapters_compiles_nothing_anew(tiny_sdxl, tmp_path):
    unet = UNet2DConditionModel.from_pretrained(tiny_sdxl, subfolder="unet").eval()
    lora_manager = LoraManager(unet, fixed_shapes=True)
    files = [
        diffusers_file(tmp_path / "a.safetensors", matrices(unet, rank=4, seed=1)),
        diffusers_file(
            tmp_path / "b.safetensors", matrices(unet, ("to_q", "to_k", "to_v", "to_out.0"), rank=7, seed=2)
        ),
        diffusers_file(tmp_path / "c.safetensors", dict(list(matrices(unet, rank=2, seed=3).items())[:16])),
    ]
    a, b, c = (Adapter(str(file)) for file in files)
    plain = predicted(unet)
    with lora_manager.applied([(a,), (b,), (c,)], passes=2):
        wanted = predicted(unet)
    torch._dynamo.reset()
    counter = CompileCounter()
    unet.compile_repeated_blocks(backend=counter)
    predicted(unet)
    with lora_manager.applied([(c,), (a,), (b,)], passes=2):
        predicted(unet)
    compiled = counter.frame_count
    assert compiled > 0
    with lora_manager.applied([(a,), (b,), (c,)], passes=2):
        assert (predicted(unet) - wanted).abs().max() < 1e-4
    with lora_manager.applied([(), (b, a), (c,)], passes=2):
        predicted(unet)
    assert (predicted(unet) - plain).abs().max() < 1e-4
    assert counter.frame_count == compiled
    torch._dynamo.reset()
