"""Every format of adapter that is drawn, against a dense computation of its own and, where peft has it, against peft."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
from peft import LoHaConfig, LoKrConfig, LoraConfig, get_peft_model, get_peft_model_state_dict
from torch import Tensor, nn

from albumsite.errors import EngineError
from covers.engine.engine_contract import Adapter
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl.lora_manager import LoraManager
from covers.engine.weights.adapter_formats import DRAWN, LOKR, REFUSED
from tests.covers.engine.lora_files import original_name, write
from tests.covers.engine.specs import Watcher, spec
from tests.covers.engine.test_sdxl_adapters import diffusers_predicted, predicted, with_adapters
from tests.covers.engine.tiny_sdxl import WIDTHS

KINDS = ("to_q", "attn2.to_k", "ff.net.2", "conv1", "conv_shortcut", "proj_in", "conv_in", "downsamplers.0.conv")
Tensors = dict[str, Tensor]
Made = tuple[Tensors, Tensor]
"""What a file says of a module by ending, and how its weight is then, computed here."""


def random(*shape: int, size: float = 0.3) -> Tensor:
    return torch.randn(*shape) * size


def kernel_of(weight: Tensor) -> tuple[int, ...]:
    return tuple(weight.shape[2:])


# --- the formats, each with its dense computation -----------------------------------------------------------------


def lora(weight: Tensor) -> Made:
    down, up = random(3, *weight.shape[1:]), random(weight.shape[0], 3)
    kernel = (1,) * len(kernel_of(weight))
    change = torch.einsum("or,r...->o...", up, down) * (2.0 / 3)
    return {
        "lora_down.weight": down,
        "lora_up.weight": up.reshape(*up.shape, *kernel),
        "alpha": torch.tensor(2.0),
    }, weight + change


def tucker(weight: Tensor) -> Made:
    """LoCon with a middle, of convolutions; of others a plain one."""
    if weight.ndim == 2 or kernel_of(weight) == (1, 1):
        return lora(weight)
    out, inputs, height, width = weight.shape
    down, mid, up = random(3, inputs, 1, 1), random(3, 3, height, width), random(out, 3, 1, 1)
    change = torch.zeros_like(weight)
    for p in range(3):
        for q in range(3):
            change += up[:, p, 0, 0, None, None, None] * mid[p, q] * down[q, :, 0, 0][None, :, None, None]
    return {
        "lora_down.weight": down,
        "lora_mid.weight": mid,
        "lora_up.weight": up,
        "alpha": torch.tensor(3.0),
    }, weight + change


def loha(weight: Tensor, rank: int = 2) -> Made:
    out, places = weight.shape[0], weight[0].numel()
    tensors = {"hada_w1_a": random(out, rank), "hada_w1_b": random(rank, places), "hada_w2_a": random(out, rank),
               "hada_w2_b": random(rank, places)}  # fmt: skip
    first, second = (tensors[f"hada_{one}_a"] @ tensors[f"hada_{one}_b"] for one in ("w1", "w2"))
    return tensors | {"alpha": torch.tensor(1.0)}, weight + (first * second).reshape(weight.shape) / rank


def loha_of_full_rank(weight: Tensor) -> Made:
    return loha(weight, rank=9)


def loha_tucker(weight: Tensor) -> Made:
    if weight.ndim == 2 or kernel_of(weight) == (1, 1):
        return loha(weight)
    out, inputs = weight.shape[:2]
    tensors = {}
    halves = []
    for one in ("1", "2"):
        middle, first, second = random(2, 2, *kernel_of(weight)), random(2, out), random(2, inputs)
        tensors |= {f"hada_t{one}": middle, f"hada_w{one}_a": first, f"hada_w{one}_b": second}
        halves.append(sum(middle[i, j] * first[i][:, None, None, None] * second[j][None, :, None, None]
                          for i in range(2) for j in range(2)))  # fmt: skip
    return tensors | {"alpha": torch.tensor(2.0)}, weight + halves[0] * halves[1]


def kron(first: Tensor, second: Tensor) -> Tensor:
    """By the definition: block (a, b) of the product is first[a, b] times second."""
    rows = [torch.cat([first[a, b] * second for b in range(first.shape[1])], dim=1) for a in range(first.shape[0])]
    return torch.cat(rows, dim=0)


def split(size: int) -> tuple[int, int]:
    return (4, size // 4) if size % 4 == 0 else (1, size)


def lokr(weight: Tensor, *, whole_first: bool = True, whole_second: bool = False) -> Made:
    (a, c), (b, d) = split(weight.shape[0]), split(weight.shape[1])
    rank, tensors = 2, {}
    if whole_first:
        first = tensors["lokr_w1"] = random(a, b)
    else:
        tensors |= {"lokr_w1_a": random(a, rank), "lokr_w1_b": random(rank, b)}
        first = tensors["lokr_w1_a"] @ tensors["lokr_w1_b"]
    if whole_second:
        second = tensors["lokr_w2"] = random(c, d, *kernel_of(weight))
    else:
        tensors |= {"lokr_w2_a": random(c, rank), "lokr_w2_b": random(rank, d * weight[0, 0].numel())}
        second = (tensors["lokr_w2_a"] @ tensors["lokr_w2_b"]).reshape(c, d, *kernel_of(weight))
    scale = 1.0 if whole_first and whole_second else 5.0 / rank
    return tensors | {"alpha": torch.tensor(5.0)}, weight + kron(first, second) * scale


def lokr_of_four(weight: Tensor) -> Made:
    return lokr(weight, whole_first=False)


def lokr_whole(weight: Tensor) -> Made:
    return lokr(weight, whole_second=True)


def lokr_tucker(weight: Tensor) -> Made:
    if weight.ndim == 2 or kernel_of(weight) == (1, 1):
        return lokr(weight)
    (a, c), (b, d) = split(weight.shape[0]), split(weight.shape[1])
    first, middle, w2_a, w2_b = random(a, b), random(2, 2, *kernel_of(weight)), random(2, c), random(2, d)
    second = sum(
        middle[i, j] * w2_a[i][:, None, None, None] * w2_b[j][None, :, None, None] for i in range(2) for j in range(2)
    )
    tensors = {"lokr_w1": first, "lokr_t2": middle, "lokr_w2_a": w2_a, "lokr_w2_b": w2_b, "alpha": torch.tensor(2.0)}
    return tensors, weight + kron(first, second)


def difference(weight: Tensor) -> Made:
    change = random(*weight.shape, size=0.1)
    return {"diff": change}, weight + change


def dora_on(make: Callable[[Tensor], Made], *, of_rows: bool) -> Callable[[Tensor], Made]:
    def made(weight: Tensor) -> Made:
        tensors, whole = make(weight)
        axis = 0 if of_rows else 1
        dims = [one for one in range(whole.ndim) if one != axis]
        lengths = whole.pow(2).sum(dim=dims, keepdim=True).sqrt()
        magnitude = lengths * (1 + random(*lengths.shape))
        return tensors | {"dora_scale": magnitude}, whole * (magnitude / lengths)

    return made


FORMATS: Mapping[str, Callable[[Tensor], Made]] = {
    "lora": lora, "tucker": tucker, "loha": loha, "loha of full rank": loha_of_full_rank, "loha tucker": loha_tucker,
    "lokr": lokr, "lokr of four": lokr_of_four, "lokr whole": lokr_whole, "lokr tucker": lokr_tucker, "difference": difference,
    "dora": dora_on(lora, of_rows=True), "dora of columns": dora_on(lora, of_rows=False),
    "dora on loha": dora_on(loha, of_rows=True), "dora on lokr": dora_on(lokr, of_rows=False),
}  # fmt: skip


def modules_of(unet: UNet2DConditionModel) -> dict[str, nn.Module]:
    found = {name: one for name, one in unet.named_modules() if isinstance(one, nn.Linear | nn.Conv2d)}
    return {name: one for name, one in found.items() if any(f".{name}".endswith(f".{kind}") for kind in KINDS)}


def file_of(
    path: Path, unet: UNet2DConditionModel, make: Callable[[Tensor], Made], seed: int = 0
) -> tuple[Path, Tensors]:
    """A file in kohya's names, and the weights as they are then."""
    torch.manual_seed(seed)
    tensors, weights = {}, {}
    for name, module in modules_of(unet).items():
        own, weights[name] = make(module.weight.detach())
        stem = "lora_unet_" + original_name(name).replace(".", "_")
        tensors |= {f"{stem}.{ending}": value for ending, value in own.items()}
    return write(path, tensors), weights


def with_weights(unet: UNet2DConditionModel, weights: Tensors, scale: float = 1.0) -> Tensor:
    """What the UNet predicts with these weights in place of its own, or so far on the way to them."""
    kept = {name: unet.get_submodule(name).weight.detach().clone() for name in weights}
    try:
        for name, weight in weights.items():
            unet.get_submodule(name).weight.data = kept[name] + (weight - kept[name]) * scale
        return predicted(unet)
    finally:
        for name, weight in kept.items():
            unet.get_submodule(name).weight.data = weight


@pytest.mark.parametrize("scale", [1.0, 0.6])
@pytest.mark.parametrize("name", FORMATS)
def test_a_format_draws_what_the_changed_weights_draw(unet, tmp_path, name, scale):
    file, weights = file_of(tmp_path / "style.safetensors", unet, FORMATS[name])
    plain, wanted = predicted(unet), with_weights(unet, weights, scale)
    ours = with_adapters(LoraManager(unet), unet, [Adapter(str(file), scale)])
    assert (ours - wanted).abs().max() < 2e-3 * max(1.0, float(wanted.abs().max()))
    assert (wanted - plain).abs().max() > 1e-2
    assert torch.equal(predicted(unet), plain)


def test_each_row_has_its_own_format_and_they_do_not_mix(unet, tmp_path):
    files = [file_of(tmp_path / f"{number}.safetensors", unet, FORMATS[name], number)[0]
             for number, name in enumerate(["dora of columns", "loha", "dora"])]  # fmt: skip
    rows = [(Adapter(str(files[0])),), (Adapter(str(files[1]), 0.5), Adapter(str(files[2]))), ()]
    lora_manager = LoraManager(unet)
    with lora_manager.applied(rows, passes=2):
        together = predicted(unet).unflatten(0, (2, 3))
    for number, adapters in enumerate(rows):
        with lora_manager.applied([adapters], passes=2):
            alone = predicted(unet, [number]).unflatten(0, (2, 1))
        assert (together[:, number] - alone[:, 0]).abs().max() < 1e-3


def test_a_bias_is_added_once(unet, tmp_path):
    names = [name for name, module in modules_of(unet).items() if module.bias is not None][:4]
    change = {name: random(unet.get_submodule(name).bias.numel()) for name in names}
    stems = {name: "lora_unet_" + name.replace(".", "_") for name in names}
    file = write(tmp_path / "bias.safetensors", {f"{stems[name]}.diff_b": value for name, value in change.items()})
    kept = {name: unet.get_submodule(name).bias.detach().clone() for name in names}
    ours = with_adapters(LoraManager(unet), unet, [Adapter(str(file))])
    try:
        for name in names:
            unet.get_submodule(name).bias.data = kept[name] + change[name]
        wanted = predicted(unet)
    finally:
        for name in names:
            unet.get_submodule(name).bias.data = kept[name]
    assert (ours - wanted).abs().max() < 1e-3


# --- against peft -------------------------------------------------------------------------------------------------

PEFTS = {
    "dora": lambda names: LoraConfig(r=3, lora_alpha=2, target_modules=names, use_dora=True, init_lora_weights=False),
    "lora with a bias": lambda names: LoraConfig(r=3, target_modules=names, lora_bias=True, init_lora_weights=False),
    "loha": lambda names: LoHaConfig(r=3, alpha=2, target_modules=names, init_weights=False),
    "loha of whole kernels": lambda names: LoHaConfig(
        r=3, alpha=2, target_modules=names, init_weights=False, use_effective_conv2d=True
    ),
    "lokr": lambda names: LoKrConfig(r=3, alpha=2, target_modules=names, init_weights=False),
    "lokr of whole kernels": lambda names: LoKrConfig(
        r=3, alpha=2, target_modules=names, init_weights=False, use_effective_conv2d=True, decompose_both=True
    ),
}


@pytest.mark.parametrize("name", PEFTS)
def test_a_file_of_peft_draws_what_peft_draws(tiny_sdxl, unet, tmp_path, name):
    torch.manual_seed(1)
    names = [one for one in modules_of(unet) if name != "lora with a bias" or unet.get_submodule(one).bias is not None]
    theirs = get_peft_model(
        UNet2DConditionModel.from_pretrained(tiny_sdxl, subfolder="unet").eval(), PEFTS[name](names)
    )
    with torch.no_grad():
        for own, parameter in theirs.named_parameters():
            if "magnitude" in own:
                parameter.mul_(1 + torch.rand_like(parameter))
    wanted = predicted(theirs)
    config = {
        key: value
        for key, value in theirs.peft_config["default"].to_dict().items()
        if isinstance(value, int | float | dict)
    }
    (tmp_path / "adapter_config.json").write_text(json.dumps(config))
    state = {key if key.startswith("base_model.") else f"base_model.model.{key}": value for key, value in
             get_peft_model_state_dict(theirs).items()}  # fmt: skip
    file = write(tmp_path / "adapter_model.safetensors", state)
    ours = with_adapters(LoraManager(unet), unet, [Adapter(str(file))])
    assert (ours - wanted).abs().max() < 2e-3 * max(1.0, float(wanted.abs().max()))
    assert (ours - predicted(unet)).abs().max() > 1e-2


# --- text encoders ------------------------------------------------------------------------------------------------


def text_file(path: Path, style: str) -> Path:
    torch.manual_seed(2)
    tensors = {}
    for number, part in ((1, "text_encoder"), (2, "text_encoder_2")):
        for layer in range(2):
            width = WIDTHS[number - 1]
            down, up = random(2, width), random(width, 2, size=1.0)
            if style == "kohya":
                stem = f"lora_te{number}_text_model_encoder_layers_{layer}_self_attn_q_proj"
                tensors |= {
                    f"{stem}.lora_down.weight": down,
                    f"{stem}.lora_up.weight": up,
                    f"{stem}.alpha": torch.tensor(2.0),
                }
            else:
                inner = "" if part == "text_encoder" else "text_model."
                stem = f"{part}.{inner}encoder.layers.{layer}.self_attn.q_proj"
                tensors |= {f"{stem}.lora_A.weight": down, f"{stem}.lora_B.weight": up}
    return write(path, tensors)


@pytest.mark.parametrize("style", ["kohya", "diffusers"])
def test_a_text_encoders_half_speaks_as_diffusers_lets_it_speak_and_for_its_row_only(tiny_sdxl, plain, tmp_path, style):
    file = text_file(tmp_path / "text.safetensors", style)
    engine = SdxlEngine(str(tiny_sdxl))
    adapters = (Adapter(str(file), 0.8),)
    with_it, without = spec(adapters=adapters), spec(position=1, seed=spec().seed)
    texts = engine.text_encoders
    told, untold = (
        one.prompt.embeds for one in texts.encode_prompts([with_it, without], do_classifier_free_guidance=True)
    )
    same = text_file(tmp_path / "same.safetensors", "diffusers")
    plain.load_lora_weights(str(same), adapter_name="text")
    try:
        plain.set_adapters(["text"], [0.8])
        wanted, _, _pooled, _ = plain.encode_prompt(spec().prompt, do_classifier_free_guidance=False)
    finally:
        plain.unload_lora_weights()
    usual, *_ = plain.encode_prompt(spec().prompt, do_classifier_free_guidance=False)
    assert (told - wanted[0]).abs().max() < 1e-3
    assert (untold - usual[0]).abs().max() < 1e-4
    assert (told - untold).abs().max() > 1e-2
    drawn = {one.position: one for one in engine.draw([with_it, without], Watcher())}
    assert drawn[0].rgb != drawn[1].rgb
    assert not drawn[0].parameters["adapters"][0]["ignored"]


# --- the table ----------------------------------------------------------------------------------------------------


def test_every_format_of_the_table_is_drawn_here_or_refused_by_its_name(unet, tmp_path):
    assert {"LoRA", "LoHa", "LoKr", "a difference of whole weights"} == {one.name for one in DRAWN}
    lora_manager = LoraManager(unet)
    for number, one in enumerate(REFUSED):
        for ending in one.endings:
            file = write(
                tmp_path / f"{number}.safetensors", {f"unet.mid_block.attentions.0.proj_in{ending}": torch.ones(4)}
            )
            with pytest.raises(EngineError) as caught:
                lora_manager.load([Adapter(str(file))])
            assert one.name in caught.value.detail


def test_a_few_weights_that_nobody_knows_are_told_and_many_refuse_the_file(unet, tmp_path):
    file, _ = file_of(tmp_path / "style.safetensors", unet, lora)
    from safetensors.torch import load_file

    tensors = load_file(file)
    write(file, {**tensors, "lora_unet_out_2.new_thing": torch.ones(1)})
    lora_manager = LoraManager(unet)
    [told] = lora_manager.describe([Adapter(str(file))])
    assert told["ignored"] == ["not understood: 1 tensors (lora_unet_out_2.new_thing)"]
    many = {f"lora_unet_out_2.new_thing_{number}": torch.ones(1) for number in range(20)}
    write(file, {**tensors, **many})
    with pytest.raises(
        EngineError, match=f"20 of {len(tensors) + 20} weights are not understood: lora_unet_out_2.new_thing_0"
    ):
        lora_manager.load([Adapter(str(file))])


def test_a_kronecker_product_needs_both_factors(unet, tmp_path):
    assert all(any(slot.startswith("w1") for slot in slots) for slots in LOKR.required_slots)
    file = write(tmp_path / "half.safetensors", {"unet.mid_block.attentions.0.proj_in.lokr_w1": torch.ones(4, 4)})
    with pytest.raises(EngineError, match="missing"):
        LoraManager(unet).load([Adapter(str(file))])


def test_diffusers_own_dora_file_draws_what_diffusers_draws(unet, plain, tmp_path):
    torch.manual_seed(3)
    names = [one for one in modules_of(unet) if one.endswith("to_q")]
    own = UNet2DConditionModel.from_config(plain.unet.config)
    own.load_state_dict(plain.unet.state_dict())
    own.add_adapter(LoraConfig(r=3, lora_alpha=3, target_modules=names, use_dora=True, init_lora_weights=False))
    state = get_peft_model_state_dict(own)
    StableDiffusionXLPipeline.save_lora_weights(tmp_path, unet_lora_layers=state)
    adapters = [Adapter(str(tmp_path / "pytorch_lora_weights.safetensors"))]
    wanted = diffusers_predicted(plain, adapters)
    ours = with_adapters(LoraManager(unet), unet, adapters)
    assert (ours - wanted).abs().max() < 1e-3
