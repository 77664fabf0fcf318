"""Adapters: the names that kohya-ss, LyCORIS, OneTrainer, diffusers, peft, ComfyUI and the mergers write.

A tensor's name is a part of the model (`lora_unet_`, `unet.`, `text_encoder_2.` …), a module in it, and an ending that
says which matrix of which format it is (`.lora_down.weight`, `.hada_w1_a` …).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from covers.engine.weights.file_refusals import (
    MATRIX_MISSING,
    NOT_DRAWN,
    NOTHING,
    OTHER_FAMILY,
    OTHER_FILE,
    UNKNOWN_SHARE_MAX,
    FileRefusal,
    not_understood,
)

UNET, TEXT_1, TEXT_2 = "unet", "text_encoder", "text_encoder_2"
PARTS = (UNET, TEXT_1, TEXT_2)
"""As diffusers names them."""


@dataclass(frozen=True)
class AdapterFormat:
    """One way to say how a module's weight W changes.

    name: as the field calls it. endings: of a tensor's name → what the tensor is. required_slots: sets of those of which one
    must be there. delta: how the change is made, in words; empty for what is not drawn.
    """

    name: str
    endings: Mapping[str, str]
    required_slots: tuple[frozenset[str], ...] = ()
    delta: str = ""

    @property
    def is_drawn(self) -> bool:
        return bool(self.delta)


def _each(slot: str, *endings: str) -> dict[str, str]:
    return dict.fromkeys(endings, slot)


LORA = AdapterFormat(
    "LoRA",
    _each("down", ".lora_down.weight", ".lora_A.weight", ".lora_A.default.weight", ".lora.down.weight", "_lora.down.weight",
          ".lora_linear_layer.down.weight")
    | _each("up", ".lora_up.weight", ".lora_B.weight", ".lora_B.default.weight", ".lora.up.weight", "_lora.up.weight",
            ".lora_linear_layer.up.weight")
    | _each("mid", ".lora_mid.weight")
    | _each("up_bias", ".lora_B.bias", ".lora_B.default.bias"),
    (frozenset({"down", "up"}),),
    "up @ down, times alpha / rank; with a middle (LoCon's Tucker decomposition) up @ mid @ down",
)  # fmt: skip
LOHA = AdapterFormat(
    "LoHa",
    {f".hada_{slot}": slot for slot in ("w1_a", "w1_b", "w2_a", "w2_b", "t1", "t2")},
    (frozenset({"w1_a", "w1_b", "w2_a", "w2_b"}),),
    "(w1_a @ w1_b) * (w2_a @ w2_b), element by element, times alpha / rank; t1 and t2 are Tucker middles",
)
LOKR = AdapterFormat(
    "LoKr",
    {f".lokr_{slot}": slot for slot in ("w1", "w1_a", "w1_b", "w2", "w2_a", "w2_b", "t2")},
    tuple(frozenset(first + second) for first in (("w1",), ("w1_a", "w1_b")) for second in (("w2",), ("w2_a", "w2_b"))),
    "the Kronecker product of w1 and w2, each whole or as two factors, times alpha / rank",
)
DIFFERENCE = AdapterFormat(
    "a difference of whole weights",
    {".diff": "diff", ".diff_b": "diff_b"},
    (frozenset({"diff"}), frozenset({"diff_b"})),
    "diff on the weight and diff_b on the bias, as they are",
)
SHARED_SLOTS = {
    ".alpha": "alpha", ".dora_scale": "dora_scale", ".lora_magnitude_vector": "magnitude",
    ".lora_magnitude_vector.weight": "magnitude", ".lora_magnitude_vector.default.weight": "magnitude",
    ".lora_magnitude_vector.default": "magnitude",
}  # fmt: skip
"""What may stand beside any of them. DoRA: the magnitude of each row (or, by older LyCORIS, column) of W + delta is set anew."""
TRAINED_NORMS = AdapterFormat("trained normalisation layers", _each("", ".w_norm", ".b_norm"))
REFUSED = (
    TRAINED_NORMS,
    AdapterFormat("OFT", _each("", ".oft_blocks", ".oft_diag", ".oft_R.weight", ".oft_R.default.weight", ".oft_r")),
    AdapterFormat("BOFT", _each("", ".boft_R", ".boft_s")),
    AdapterFormat("GLoRA", _each("", ".a1.weight", ".a2.weight", ".b1.weight", ".b2.weight", ".bm.weight")),
    AdapterFormat("(IA)³", _each("", ".on_input", ".ia3_l")),
    AdapterFormat("whole weights in place of a difference", _each("", ".set_weight")),
    AdapterFormat("a LoRA that widens its layer", _each("", ".reshape_weight")),
    AdapterFormat("a LoRA of token embeddings", _each("", ".lora_embedding_A", ".lora_embedding_B")),
    AdapterFormat("AdaLoRA", _each("", ".lora_E", ".lora_E.default", ".ranknum")),
    AdapterFormat(
        "VeRA", _each("", ".vera_lambda_b", ".vera_lambda_d", ".vera_lambda_b.default", ".vera_lambda_d.default")
    ),
    AdapterFormat("HRA", _each("", ".hra_u")),
    AdapterFormat("FourierFT", _each("", ".fourierft_spectrum")),
    AdapterFormat("a LoRA with sparse biases", _each("", ".bias_indices", ".bias_values", ".bias_size")),
)
DRAWN = (LORA, LOHA, LOKR, DIFFERENCE)
FORMATS = (*DRAWN, *REFUSED)
"""Every format that this site knows by name."""

_ENDINGS: dict[str, tuple[AdapterFormat | None, str]] = {
    **{ending: (one, slot) for one in FORMATS for ending, slot in one.endings.items()},
    **{ending: (None, slot) for ending, slot in SHARED_SLOTS.items()},
}
_LONGEST_FIRST = sorted(_ENDINGS, key=len, reverse=True)

PREFIXES = (
    ("lora_unet_", UNET), ("lycoris_", UNET), ("lora_te1_", TEXT_1), ("lora_te2_", TEXT_2),
    ("unet.base_model.model.", UNET), ("text_encoder.base_model.model.", TEXT_1),
    ("text_encoder_2.base_model.model.", TEXT_2), ("base_model.model.unet.", UNET), ("base_model.model.", UNET),
    ("unet.", UNET), ("model.diffusion_model.", UNET), ("diffusion_model.", UNET), ("text_encoder_2.", TEXT_2),
    ("text_encoder.", TEXT_1), ("", UNET),
)  # fmt: skip
UNET_MODULE = re.compile(
    r"(down_blocks|up_blocks|mid_block|input_blocks|output_blocks|middle_block|time_embed|time_embedding|add_embedding"
    r"|label_emb|conv_in|conv_out|out|conv_norm_out)(?=[._]|$)"
)
"""How the modules of SDXL's UNet begin, in diffusers' names and in those of the original code."""
NORM_MODULE = re.compile(r"(norm\d?|norm_out|(in_layers|out_layers|out)[._]0|layer_norm\d)$")
TEXT_ENCODER_MODULE = re.compile(r"(text_model[._])?(encoder[._]layers[._]|text_projection$)")
BUNDLED = ("bundle_emb.",)
"""Embeddings of new words beside a LoRA: reported, and not drawn with."""

OTHER_FILES: tuple[tuple[str, str], ...] = (
    (r"(clip_l|clip_g|emb_params|string_to_param\b.*)$", "a textual inversion embedding"),
    (r"lllite_unet", "a ControlNet-LLLite"),
    (r"(control_model\.|controlnet_|lora_controlnet|input_hint_block\.|control_add_embedding)", "a ControlNet"),
    (r"(ip_adapter\.|image_proj\.)", "an IP-Adapter"),
    (r"(adapter\.(body|conv_in)|body\.\d+\.(resnets|block)|conv_in\.conv)", "a T2I-Adapter"),
    (r".*motion_modules\.", "an AnimateDiff motion module"),
    (
        r"(model\.diffusion_model\.|first_stage_model\.|conditioner\.embedders\.|cond_stage_model\.)",
        "a whole checkpoint",
    ),
    (r"(encoder|decoder)\.(down|up|mid|conv_in|conv_out|down_blocks|up_blocks|mid_block)\b", "a VAE"),
    (r"base_model\.model\.text_model\.", "peft's adapter of one text encoder, which does not say of which"),
    (r"(text_model|transformer\.resblocks|transformer\.text_model)\.", "a text encoder"),
)
"""How names of files that are no adapters begin."""
FAMILIES: tuple[tuple[str, str], ...] = (
    (r"lora_prior_|lora_te_prior", "Stable Cascade"),
    (r"lora_te_text_model_", "Stable Diffusion 1 or 2"),
    (r"lora_te3_|joint_blocks[._]", "Stable Diffusion 3"),
    (r"(double_blocks|single_blocks|single_transformer_blocks)[._]\d", "FLUX or a model of its kind"),
    (r"double_layers[._]\d|single_layers[._]\d", "AuraFlow"),
    (r"(^|[._])layers[._]\d+[._](attention|feed_forward|adaLN)", "Z-Image or Lumina"),
    (r"(^|[._])blocks[._]\d+[._](self_attn|cross_attn|attn|ffn)", "Wan, PixArt or another diffusion transformer"),
    (r"^(transformer[._]|lora_transformer_)|(^|lora_unet_|diffusion_model\.)transformer_blocks[._]\d",
     "a diffusion transformer (FLUX, Stable Diffusion 3, Qwen-Image …)"),
)  # fmt: skip
FAMILY_OF_TEXT_WIDTH = {768: "Stable Diffusion 1", 1024: "Stable Diffusion 2", 1280: "the SDXL refiner"}
"""Of the texts in cross attention, for families whose modules have the names that SDXL's have."""
CROSS_ATTENTION = re.compile(r"attn2[._](processor[._])?to_[kv]$")


@dataclass(frozen=True)
class AdapterLayer:
    """What a file says of one module. module: as the file writes it; tensors: what each is → its name in the file."""

    part: str
    module: str
    format: AdapterFormat
    tensors: Mapping[str, str]

    @property
    def is_dora(self) -> bool:
        return bool({"dora_scale", "magnitude"} & self.tensors.keys())


@dataclass(frozen=True)
class AdapterContents:
    """What is in a file. ignored: in words, what is known and not drawn with. unknown: names that nobody knows."""

    layers: tuple[AdapterLayer, ...] = ()
    ignored: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    refusal: FileRefusal | None = None
    formats: tuple[str, ...] = ()


def contents_of(names: Iterable[str]) -> AdapterContents:
    """What the tensors of these names are, or why a file that has them is not drawn with."""
    names = sorted(names)
    found: dict[tuple[str, str], dict[str, str]] = {}
    formats: dict[tuple[str, str], set[str]] = {}
    bundled, unknown = [], []
    for name in names:
        if name.startswith(BUNDLED):
            bundled.append(name)
            continue
        parsed = _parse_name(name)
        if parsed is None:
            unknown.append(name)
            continue
        part, module, known, slot = parsed
        if known is DIFFERENCE and NORM_MODULE.search(module):
            known = TRAINED_NORMS
        if known is not None and not known.is_drawn:
            return AdapterContents(refusal=FileRefusal(NOT_DRAWN, {"name": known.name, "example": name}))
        found.setdefault((part, module), {})[slot] = name
        formats.setdefault((part, module), set()).update({known.name} if known else set())
    if refusal := _other(names, unknown, has_layers=any(formats.values())):
        return AdapterContents(refusal=refusal, unknown=tuple(unknown))
    layers = []
    for (part, module), tensors in found.items():
        known = _format_of(tensors, formats[part, module])
        if known is None:
            return AdapterContents(refusal=FileRefusal(MATRIX_MISSING, {"module": module}))
        layers.append(AdapterLayer(part, module, known, tensors))
    ignored = (f"embeddings: {len(bundled)} tensors",) if bundled else ()
    return AdapterContents(tuple(layers), ignored, tuple(unknown), None, _format_names(layers))


def _parse_name(name: str) -> tuple[str, str, AdapterFormat | None, str] | None:
    """Part, module, format and which matrix of it; None for a name that is nothing of SDXL's."""
    ending = next((one for one in _LONGEST_FIRST if name.endswith(one)), None)
    if ending is None:
        return None
    stem = name.removesuffix(ending)
    for prefix, part in PREFIXES:
        if stem.startswith(prefix):
            module = stem.removeprefix(prefix)
            wanted = UNET_MODULE if part == UNET else TEXT_ENCODER_MODULE
            return (part, _without_processor(module), *_ENDINGS[ending]) if wanted.match(module) else None
    return None


def _without_processor(module: str) -> str:
    """Attention processors of early diffusers stand between a module and its projection."""
    return module.replace(".processor.", ".")


def _format_of(tensors: Mapping[str, str], named: set[str]) -> AdapterFormat | None:
    """The one format whose matrices are all there."""
    complete = [
        one for one in DRAWN if one.name in named and any(slots <= tensors.keys() for slots in one.required_slots)
    ]
    return complete[0] if len(complete) == 1 and len(named) == 1 else None


def _other(names: Sequence[str], unknown: Sequence[str], *, has_layers: bool) -> FileRefusal | None:
    """Why the whole file is nothing to apply to SDXL; None when most of it is."""
    if has_layers and len(unknown) <= UNKNOWN_SHARE_MAX * len(names):
        return None
    for pattern, family in FAMILIES:
        if any(re.search(pattern, name) for name in unknown):
            return FileRefusal(OTHER_FAMILY, {"name": family})
    if not has_layers:
        for pattern, kind in OTHER_FILES:
            if any(re.match(pattern, name) for name in unknown):
                return FileRefusal(OTHER_FILE, {"name": kind})
        return FileRefusal(NOTHING) if not unknown else not_understood(unknown, len(names))
    return not_understood(unknown, len(names))


def _format_names(layers: Sequence[AdapterLayer]) -> tuple[str, ...]:
    """For people: the formats of a file, the most frequent first."""
    counted = Counter(("DoRA on " if layer.is_dora else "") + layer.format.name for layer in layers)
    return tuple(name for name, _count in counted.most_common())


# --- what shapes say ----------------------------------------------------------------------------------------------


Shapes = Mapping[str, Sequence[int]]


def cross_attention_widths(contents: AdapterContents, shapes: Shapes) -> set[int]:
    """How wide the texts are for whose model the file is made; empty where it touches no cross attention."""
    layers = [one for one in contents.layers if one.part == UNET and CROSS_ATTENTION.search(one.module)]
    return {width for one in layers if (width := _inputs(one, shapes))}


def rank_of(layer: AdapterLayer, shapes: Shapes) -> int:
    """Of the file's own matrices; 0 for a difference of whole weights and for whole Kronecker factors."""
    for slot in ("down", "w1_b", "w2_b"):
        if slot in layer.tensors:
            return int(shapes[layer.tensors[slot]][0])
    return 0


def _inputs(layer: AdapterLayer, shapes: Shapes) -> int:
    """How many values the layer's module takes; 0 where the file does not have it."""

    def second(*slots: str) -> int:
        shape = next((shapes[layer.tensors[slot]] for slot in slots if slot in layer.tensors), ())
        return int(shape[1]) if len(shape) > 1 else 0

    if layer.format is LOKR:
        return second("w1", "w1_b") * second("w2", "w2_b")
    return second("down", "w1_b", "diff")


def family_of_width(width: int) -> FileRefusal | None:
    """Whose texts are so wide, when not SDXL's."""
    return FileRefusal(OTHER_FAMILY, {"name": FAMILY_OF_TEXT_WIDTH[width]}) if width in FAMILY_OF_TEXT_WIDTH else None


# --- names of modules ---------------------------------------------------------------------------------------------

INSIDE_RESNETS = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
                  "conv2": "out_layers.3", "conv_shortcut": "skip_connection"}  # fmt: skip
OUTSIDE_BLOCKS = {
    "conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2", "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2", "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
}  # fmt: skip


def original_name(name: str, layers: int, levels_with_attention: Sequence[bool] = ()) -> str:
    """A UNet module's name in the original code, which numbers all layers through. layers: of one block on the way down.

    levels_with_attention: of the blocks on the way up, on which the place of what doubles the size depends.
    """
    if name in OUTSIDE_BLOCKS:
        return OUTSIDE_BLOCKS[name]
    match = re.fullmatch(r"(?:(down|up)_blocks\.(\d+)|mid_block)\.(\w+?)\.(\d+)\.?(.*)", name)
    if match is None:
        return name
    direction, level, part, index, inside = match[1], int(match[2] or 0), match[3], int(match[4]), match[5]
    inside = INSIDE_RESNETS.get(inside, inside) if part == "resnets" else inside
    if direction is None:
        return f"middle_block.{1 if part == 'attentions' else 2 * index}.{inside}"
    number = level * (layers + 1) + index
    if part == "downsamplers":
        return f"input_blocks.{(level + 1) * (layers + 1)}.0.op"
    if part == "upsamplers":
        has_attention = levels_with_attention[level] if level < len(levels_with_attention) else True
        return f"output_blocks.{level * (layers + 1) + layers}.{2 if has_attention else 1}.conv"
    place = 1 if part == "attentions" else 0
    return (
        f"input_blocks.{number + 1}.{place}.{inside}"
        if direction == "down"
        else f"output_blocks.{number}.{place}.{inside}"
    )


def unet_aliases(names: Iterable[str], layers: int) -> dict[str, str]:
    """Every way in which files write the modules `names` of a UNet → diffusers' own name."""
    names = list(names)
    with_attention = {int(match[1]) for name in names if (match := re.match(r"up_blocks\.(\d+)\.attentions\.", name))}
    levels = [level in with_attention for level in range(max(with_attention, default=-1) + 1)]
    levels += [False] * 8
    found: dict[str, str] = {}
    for name in names:
        ways = [name, original_name(name, layers, levels)]
        if name.endswith(".to_out.0"):
            ways.append(name.removesuffix(".0"))
        for way in ways:
            found[way] = found[way.replace(".", "_")] = name
    return found


def text_aliases(names: Iterable[str]) -> dict[str, str]:
    """As `unet_aliases`, of a CLIP text encoder: with `text_model` in front or without, as libraries changed their minds."""
    found: dict[str, str] = {}
    for name in names:
        plain = name.removeprefix("text_model.")
        for way in (plain, f"text_model.{plain}"):
            found[way] = found[way.replace(".", "_")] = name
    return found
