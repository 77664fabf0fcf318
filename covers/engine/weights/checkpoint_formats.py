"""Single-file checkpoints: what family they are of, how they predict, in which precision they lie, and what to leave out.

Folders in diffusers layout say all that in their configuration; one file says it by the names of its tensors and by marks
that trainers and ComfyUI put beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from covers.engine.weights.adapter_formats import contents_of
from covers.engine.weights.file_refusals import (
    CHANNELS,
    LACKS,
    NOT_DRAWN,
    OTHER_FAMILY,
    OTHER_FILE,
    PRECISION,
    PREDICTION,
    UNKNOWN_SHARE_MAX,
    FileRefusal,
    not_understood,
)

UNET_PREFIX, VAE_PREFIX = "model.diffusion_model.", "first_stage_model."
TEXT_ENCODER_PREFIXES = ("conditioner.embedders.0.", "conditioner.embedders.1.")
MODEL_PREFIXES = (UNET_PREFIX, VAE_PREFIX, *TEXT_ENCODER_PREFIXES)
EMA = "model_ema."
FIRST_LAYER = f"{UNET_PREFIX}input_blocks.0.0.weight"
FLOATS = frozenset({"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
"""As a safetensors header names them. float8 is read into the engine's own precision."""
INTEGERS = frozenset({"I64", "I32"})
FLOAT8 = frozenset({"F8_E4M3", "F8_E5M2"})
WEIGHT_SCALES = (".scale_weight", ".weight_scale")
"""What a float8 weight is multiplied with, as ComfyUI wrote it first and later."""
QUANTISATION_ENDINGS = (*WEIGHT_SCALES, ".scale_input", ".input_scale", ".comfy_quant")
MARKER_TENSORS = frozenset({"v_pred", "ztsnr", "scaled_fp8"})
"""Empty tensors whose name is all that they say."""
QUANTISATIONS = (
    (r".*\.(weight_scale_2|weight_s_rel)$", "NVFP4"),
    (r".*(\.quant_map|\.absmax|bitsandbytes__\w+)$", "bitsandbytes"),
    (r".*\.(qweight|qzeros|g_idx)$", "GPTQ or AWQ"),
    (r".*\.(wtscale|smooth_factor)$", "SVDQuant"),
)
UNSUPPORTED_SAMPLERS = (
    (r"edm_vpred\.sigma_max$", "EDM with v-prediction, as CosXL"),
    (r"edm_mean$", "EDM, as Playground 2.5"),
)
SCHEDULE = re.compile(
    r"(model\.)?(betas|alphas_cumprod(_prev)?|sqrt_\w+|log_one_minus_\w+|posterior_\w+|logvar|lvlb_weights|scale_factor)$"
)
LEFT_OUT = (
    "denoiser.",
    "loss.",
    "loss_fn.",
    "embedding_manager.",
    "model.embedding",
    "optimizer_states.",
    "callbacks.",
)
"""What training leaves behind in a file; nothing is drawn with it."""

FAMILIES: tuple[tuple[str, str], ...] = (
    (r"(.*\.)?double_blocks\.0\.(img|txt)_(attn|mod)", "FLUX or a model of its kind"),
    (r"(.*\.)?distilled_guidance_layer\.", "Chroma"),
    (r"(.*\.)?joint_blocks\.0\.", "Stable Diffusion 3"),
    (r"(.*\.)?(clf\.1\.weight|effnet_mapper\.|clip_txt_mapper\.)", "Stable Cascade"),
    (r"(.*\.)?(double_layers|single_layers)\.0\.", "AuraFlow"),
    (r"(.*\.)?cap_embedder\.", "Z-Image or Lumina"),
    (r"(.*\.)?(adaln_single|t_block)\b", "PixArt, LTX or a model of their kind"),
    (r"(.*\.)?mlp_t5\.", "Hunyuan-DiT"),
    (r"(.*\.)?transformer_blocks\.0\.(img_mod|txt_mod)\.", "Qwen-Image"),
    (r"(.*\.)?blocks\.0\.(self_attn|cross_attn)\.", "Wan or a model of its kind"),
    (r"(model\.diffusion_model\.)?transformer_blocks\.0\.", "a diffusion transformer"),
    (r"cond_stage_model\.transformer\.", "Stable Diffusion 1"),
    (r"cond_stage_model\.model\.", "Stable Diffusion 2"),
)
OTHER_FILES: tuple[tuple[str, str], ...] = (
    (r"(control_model\.|controlnet_|input_hint_block\.)", "a ControlNet"),
    (r"(down_blocks|mid_block|up_blocks|conv_in)\.", "the UNet of a folder in diffusers layout: register the folder"),
    (r"(ip_adapter\.|image_proj\.)", "an IP-Adapter"),
    (r"(clip_l|clip_g|emb_params)$", "a textual inversion embedding"),
    (r"(encoder|decoder)\.", "a VAE alone"),
    (r"(text_model|transformer\.text_model|transformer\.resblocks)\.", "a text encoder alone"),
)
PARTS: Mapping[str, frozenset[str]] = {
    "unet": frozenset({"UNet2DConditionModel"}),
    "vae": frozenset({"AutoencoderKL"}),
    "text_encoder": frozenset({"CLIPTextModel"}),
    "text_encoder_2": frozenset({"CLIPTextModelWithProjection"}),
    "tokenizer": frozenset({"CLIPTokenizer", "CLIPTokenizerFast"}),
    "tokenizer_2": frozenset({"CLIPTokenizer", "CLIPTokenizerFast"}),
}
"""What a folder in diffusers layout must be made of. Naming the classes also keeps out code of the folder's own."""


@dataclass(frozen=True)
class TensorHeader:
    """As the header has it. dtype: F16, F8_E4M3 …"""

    dtype: str
    shape: tuple[int, ...]


TensorHeaders = Mapping[str, TensorHeader]


@dataclass(frozen=True)
class SingleFileInfo:
    """What one file says of itself.

    prediction_type: "v_prediction", "epsilon", or empty where it says nothing and its configuration counts. precision: for
    people. left_out: in words, what is known and not drawn with. unknown: names that nobody knows.
    """

    refusal: FileRefusal | None = None
    prediction_type: str = ""
    has_zero_terminal_snr: bool = False
    precision: str = ""
    left_out: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def facts(self) -> dict[str, object]:
        """What an operator reads, without what goes without saying."""
        facts: dict[str, object] = {
            "prediction": self.prediction_type,
            "zero_terminal_snr": self.has_zero_terminal_snr,
            "precision": self.precision,
            "left_out": list(self.left_out),
        }
        return {name: value for name, value in facts.items() if value}


def inspect_single_file(tensors: TensorHeaders, metadata: Mapping[str, str]) -> SingleFileInfo:
    """What the file is, or why it is not drawn with."""
    unknown = tuple(name for name in tensors if not _is_known(name))
    if refusal := _refusal(tensors, unknown):
        return SingleFileInfo(refusal, unknown=unknown)
    ema = sum(name.startswith(EMA) for name in tensors)
    rest = sum(name.startswith(LEFT_OUT) for name in tensors)
    left_out = ((ema, "EMA"), (rest, "of training"))
    return SingleFileInfo(
        prediction_type=_prediction_type(tensors, metadata),
        has_zero_terminal_snr="ztsnr" in tensors,
        precision=_precision(tensors),
        left_out=tuple(f"{words}: {count} tensors" for count, words in left_out if count),
        unknown=unknown,
    )


def is_model_weight(name: str) -> bool:
    """Whether a tensor is one of the model's own weights."""
    return name.startswith(MODEL_PREFIXES) and not name.endswith(QUANTISATION_ENDINGS)


def check_parts(index: Mapping[str, object]) -> FileRefusal | None:
    """index: of a folder's model_index.json, part → [library, class]."""
    wrong = [part for part, classes in PARTS.items() if not _is_of(index.get(part), classes)]
    return FileRefusal(LACKS, {"parts": ", ".join(wrong)}) if wrong else None


def check_config(config: Mapping[str, object]) -> FileRefusal | None:
    """config: of one part of a folder. Quantised weights need libraries and cards that a site of this kind does not have."""
    quantization = config.get("quantization_config")
    if quantization is None:
        return None
    method = quantization.get("quant_method", "unknown") if isinstance(quantization, Mapping) else "unknown"
    return FileRefusal(PRECISION, {"name": method})


def check_dtypes(dtypes: Iterable[str]) -> FileRefusal | None:
    """dtypes: of weights of a folder, as headers name them. Integers are position ids and no weights."""
    packed = sorted({one for one in dtypes if one not in FLOATS and one not in INTEGERS})
    return FileRefusal(PRECISION, {"name": ", ".join(packed)}) if packed else None


def _is_of(entry: object, classes: frozenset[str]) -> bool:
    if not isinstance(entry, list | tuple) or len(entry) != 2:
        return False
    library, class_name = entry
    return library in ("diffusers", "transformers") and class_name in classes


def _is_known(name: str) -> bool:
    return name.startswith((*MODEL_PREFIXES, EMA, *LEFT_OUT)) or name in MARKER_TENSORS or bool(SCHEDULE.match(name))


def _refusal(tensors: TensorHeaders, unknown: Sequence[str]) -> FileRefusal | None:
    return (
        _other(tensors)
        or _incomplete(tensors)
        or _quantised(tensors)
        or _unsupported_sampler(tensors)
        or _unknown_tensors(tensors, unknown)
    )


def _other(tensors: TensorHeaders) -> FileRefusal | None:
    for pattern, family in FAMILIES:
        if any(re.match(pattern, name) for name in tensors):
            return FileRefusal(OTHER_FAMILY, {"name": family})
    if any(name.startswith(MODEL_PREFIXES) and not _is_of_an_adapter(name) for name in tensors):
        return None
    contents = contents_of(tensors)
    if contents.layers or (contents.refusal and contents.refusal.template == NOT_DRAWN):
        return FileRefusal(OTHER_FILE, {"name": "an adapter: register it as one"})
    for pattern, kind in OTHER_FILES:
        if any(re.match(pattern, name) for name in tensors):
            return FileRefusal(OTHER_FILE, {"name": kind})
    return None


def _is_of_an_adapter(name: str) -> bool:
    return ".lora_" in name or ".diff" in name


def _incomplete(tensors: TensorHeaders) -> FileRefusal | None:
    words = {
        UNET_PREFIX: "the UNet",
        VAE_PREFIX: "the VAE",
        TEXT_ENCODER_PREFIXES[0]: "the first text encoder",
        TEXT_ENCODER_PREFIXES[1]: "the second text encoder",
    }
    missing = [component for prefix, component in words.items() if not any(name.startswith(prefix) for name in tensors)]
    if missing == [words[TEXT_ENCODER_PREFIXES[1]]]:
        return FileRefusal(
            OTHER_FAMILY,
            {"name": "the SDXL refiner, or another model with one text encoder (its text encoders differ)"},
        )
    if missing or FIRST_LAYER not in tensors:
        return FileRefusal(LACKS, {"parts": ", ".join(missing) or FIRST_LAYER})
    channels = tensors[FIRST_LAYER].shape[1]
    return FileRefusal(CHANNELS, {"channels": channels}) if channels != 4 else None


def _quantised(tensors: TensorHeaders) -> FileRefusal | None:
    for pattern, name in QUANTISATIONS:
        if any(re.match(pattern, tensor) for tensor in tensors):
            return FileRefusal(PRECISION, {"name": name})
    packed = {one.dtype for name, one in tensors.items() if is_model_weight(name) and one.dtype not in FLOATS and len(one.shape) > 1
              and not name.endswith("position_ids")}  # fmt: skip
    return FileRefusal(PRECISION, {"name": ", ".join(sorted(packed))}) if packed else None


def _unsupported_sampler(tensors: TensorHeaders) -> FileRefusal | None:
    found = (name for pattern, name in UNSUPPORTED_SAMPLERS if any(re.match(pattern, tensor) for tensor in tensors))
    name = next(found, None)
    return FileRefusal(PREDICTION, {"name": name}) if name else None


def _unknown_tensors(tensors: TensorHeaders, unknown: Sequence[str]) -> FileRefusal | None:
    return not_understood(unknown, len(tensors)) if len(unknown) > UNKNOWN_SHARE_MAX * len(tensors) else None


def _prediction_type(tensors: TensorHeaders, metadata: Mapping[str, str]) -> str:
    """By mark, else by the header: modelspec says prediction_type, ComfyUI predict_key, and kohya's training what it did."""
    if "v_pred" in tensors:
        return "v_prediction"
    declared = metadata.get("modelspec.prediction_type") or metadata.get("modelspec.predict_key") or ""
    if declared.lower() in ("v", "v_prediction", "v-prediction", "v_pred"):
        return "v_prediction"
    if metadata.get("ss_v_parameterization", "").lower() == "true":
        return "v_prediction"
    return "epsilon" if declared else ""


def _precision(tensors: TensorHeaders) -> str:
    eights = sorted({one.dtype for name, one in tensors.items() if is_model_weight(name)} & FLOAT8)
    is_scaled = any(name.endswith(WEIGHT_SCALES) for name in tensors)
    return f"{', '.join(eights)}{', scaled' if is_scaled else ''}" if eights else ""
