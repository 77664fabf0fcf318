"""Whether files are an SDXL checkpoint or an adapter, by their headers and configuration: a web process has no torch.

The header of a safetensors file is its length (8 bytes, little-endian) and a JSON object: tensor → dtype, shape, and
first and last byte. Source: the format's description in the safetensors project.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, cast

from django.utils.translation import gettext as _

from covers.models import Kind
from covers.registry.hub import INDEX_FILE, PARTS
from covers.registry.manifests import folder_files
from covers.registry.sources import BadModel

HEADER_BYTES_MAX = 100_000_000
"""What the format allows."""
WEIGHED_PARTS = ("unet", "vae", "text_encoder", "text_encoder_2")
DOWN = ("lora_A.weight", "lora_down.weight", "lora.down.weight", "lora_A.default.weight")
UP = ("lora_B.weight", "lora_up.weight", "lora.up.weight", "lora_B.default.weight")
"""How diffusers, peft and the original trainers end the names of an adapter's two halves."""
CROSS_ATTENTION = tuple(f"attn2{gap}to_{matrix}" for gap in (".", "_", ".processor.") for matrix in "kv")
RANK_MAX = 1024

Header = Mapping[str, Mapping[str, Any]]


def check_shape(path: Path, kind: str) -> dict[str, Any]:
    """Facts about a model that is what `kind` says; for an adapter always one file. Raises BadModel with the reason, OSError."""
    if kind == Kind.ADAPTER:
        return _check_adapter(path)
    return _check_folder(path) if path.is_dir() else _check_single_file(path)


def read_header(path: Path) -> Header:
    """The tensors of a safetensors file. Raises BadModel when it is none, or shorter than it says; OSError."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 2 <= length <= min(HEADER_BYTES_MAX, size - 8):
            raise BadModel(_("%(file)s is no safetensors file, or only its beginning.") % {"file": path.name})
        try:
            header = json.loads(stream.read(length))
            tensors = {name: entry for name, entry in header.items() if name != "__metadata__"}
            end = max((entry["data_offsets"][1] for entry in tensors.values()), default=0)
        except (ValueError, AttributeError, TypeError, LookupError) as error:
            raise BadModel(_("%(file)s has a header that cannot be read.") % {"file": path.name}) from error
    if 8 + length + end != size:
        values = {"file": path.name, "size": size, "wanted": 8 + length + end}
        raise BadModel(_("%(file)s is cut off: it has %(size)d bytes and should have %(wanted)d.") % values)
    if not tensors:
        raise BadModel(_("%(file)s holds no weights.") % {"file": path.name})
    return tensors


# --- checkpoints ---------------------------------------------------------------------------------------------------


def _check_folder(folder: Path) -> dict[str, Any]:
    folder_files(folder)  # refuses what could run code
    index = _json(folder / INDEX_FILE)
    missing = [part for part in PARTS if not (folder / part).is_dir() or not _names_a_class(index.get(part))]
    if missing or "UNet2DConditionModel" not in cast(list[str], index["unet"]):
        raise _not_sdxl(_("model_index.json lacks %(parts)s") % {"parts": ", ".join(missing) or "UNet2DConditionModel"})
    tensors = {part: _weights_of(folder / part) for part in WEIGHED_PARTS}
    unet, vae = _json(folder / "unet" / "config.json"), _json(folder / "vae" / "config.json")
    width = sum(
        int(_json(folder / part / "config.json").get("hidden_size", 0)) for part in ("text_encoder", "text_encoder_2")
    )
    _check_unet(unet.get("addition_embed_type") == "text_time", unet.get("cross_attention_dim"), width)
    if unet.get("in_channels") != vae.get("latent_channels"):
        raise _not_sdxl(
            _("its UNet takes %(channels)s channels (a model for inpainting has 9)")
            % {"channels": unet.get("in_channels")}
        )
    return _facts(tensors["unet"], width, sum(map(_count, tensors.values())))


def _check_single_file(file: Path) -> dict[str, Any]:
    tensors = read_header(file)
    first = tensors.get("model.diffusion_model.input_blocks.0.0.weight", {}).get("shape", [])
    encoders = [any(name.startswith(f"conditioner.embedders.{place}.") for name in tensors) for place in (0, 1)]
    has_vae = any(name.startswith("first_stage_model.") for name in tensors)
    if not first or not all(encoders) or not has_vae:
        raise _not_sdxl(_("it lacks the UNet, the VAE or one of SDXL's two text encoders"))
    widths = {
        entry["shape"][1]
        for name, entry in tensors.items()
        if name.startswith("model.diffusion_model.") and name.endswith("attn2.to_k.weight")
    }
    _check_unet("model.diffusion_model.label_emb.0.0.weight" in tensors, max(widths, default=0), max(widths, default=0))
    if first[1] != 4:
        raise _not_sdxl(
            _("its UNet takes %(channels)s channels (a model for inpainting has 9)") % {"channels": first[1]}
        )
    unet = {name: entry for name, entry in tensors.items() if name.startswith("model.diffusion_model.")}
    return _facts(unet, max(widths), _count(tensors))


def _check_unet(has_size_conditioning: bool, cross_attention_dim: object, width: int) -> None:
    if not has_size_conditioning or cross_attention_dim != width or not width:
        raise _not_sdxl(
            _("its UNet expects texts of width %(unet)s, and its text encoders give %(encoders)s")
            % {"unet": cross_attention_dim, "encoders": width}
        )


def _weights_of(part: Path) -> Header:
    files = sorted(part.glob("*.safetensors"))
    if not files:
        raise _not_sdxl(_("%(part)s has no weights in safetensors") % {"part": part.name})
    return {name: entry for file in files for name, entry in read_header(file).items()}


def _names_a_class(entry: object) -> bool:
    """As model_index.json names a part: ["diffusers", "UNet2DConditionModel"]; anything else could be its own code."""
    return isinstance(entry, list) and len(entry) == 2 and entry[0] in ("diffusers", "transformers")


# --- adapters ------------------------------------------------------------------------------------------------------


def _check_adapter(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise BadModel(_("An adapter is one .safetensors file."))
    tensors = read_header(file)
    downs = {name: entry for name, entry in tensors.items() if name.endswith(DOWN)}
    ups = [name for name in tensors if name.endswith(UP)]
    if not downs or len(downs) != len(ups):
        raise BadModel(_("%(file)s is no adapter (LoRA): its low-rank halves are missing.") % {"file": file.name})
    ranks = {entry["shape"][0] for entry in downs.values()}
    if max(ranks) > RANK_MAX:
        raise BadModel(_("%(file)s has rank %(rank)d, which is no adapter.") % {"file": file.name, "rank": max(ranks)})
    widths = {entry["shape"][1] for name, entry in downs.items() if any(part in name for part in CROSS_ATTENTION)}
    if len(widths) > 1:
        raise BadModel(_("%(file)s mixes adapters of different models.") % {"file": file.name})
    facts = _facts(tensors, max(widths, default=0), _count(tensors)) | {"rank": max(ranks), "layers": len(downs)}
    return facts if widths else {name: value for name, value in facts.items() if name != "cross_attention_width"}


def _facts(tensors: Header, width: int, parameters: int) -> dict[str, Any]:
    dtypes = sorted({str(entry.get("dtype")) for entry in tensors.values()})
    return {"cross_attention_width": width, "parameters": parameters, "dtype": ", ".join(dtypes)}


def _count(tensors: Header) -> int:
    return sum(prod(entry["shape"]) for entry in tensors.values())


def _not_sdxl(why: str) -> BadModel:
    return BadModel(_("This is no SDXL checkpoint: %(why)s.") % {"why": why})


def _json(file: Path) -> dict[str, Any]:
    try:
        return cast(dict[str, Any], json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise _not_sdxl(
            _("%(file)s is missing or cannot be read") % {"file": f"{file.parent.name}/{file.name}"}
        ) from error
