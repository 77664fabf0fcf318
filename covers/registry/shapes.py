"""Whether files are an SDXL checkpoint or an adapter, by their headers and configuration: a web process has no torch.

The header of a safetensors file is its length (8 bytes, little-endian) and a JSON object: tensor → dtype, shape, and
first and last byte. Source: the format's description in the safetensors project.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any, cast

from django.utils.translation import gettext as _

from covers.engine.weights.adapter_formats import contents_of, cross_attention_widths, family_of_width, rank_of
from covers.engine.weights.checkpoint_formats import (
    UNET_PREFIX,
    TensorHeader,
    check_config,
    check_dtypes,
    check_parts,
    inspect_single_file,
)
from covers.engine.weights.file_refusals import FileRefusal, not_understood
from covers.models import Kind
from covers.registry.hub import INDEX_FILE, PARTS
from covers.registry.manifests import folder_files
from covers.registry.sources import BadModel

HEADER_BYTES_MAX = 100_000_000
"""What the format allows."""
WEIGHED_PARTS = ("unet", "vae", "text_encoder", "text_encoder_2")
RANK_MAX = 1024

Header = Mapping[str, Mapping[str, Any]]
OTHER_FORMATS = (
    (b"GGUF", "GGUF"),
    (b"PK\x03\x04", "a pickle in a zip (.ckpt, .pt, .bin)"),
    (b"\x80\x02", "a pickle (.ckpt, .pt, .bin)"),
)
"""By their first bytes, whatever the file is called. Pickles run code when they are read."""


def check_shape(path: Path, kind: str) -> dict[str, Any]:
    """Facts about a model that is what `kind` says; for an adapter always one file. Raises BadModel with the reason, OSError."""
    if kind == Kind.ADAPTER:
        return _check_adapter(path)
    return _check_folder(path) if path.is_dir() else _check_single_file(path)


def read_header(path: Path) -> Header:
    """The tensors of a safetensors file. Raises BadModel when it is none, or shorter than it says; OSError."""
    return read_file(path)[0]


def read_file(path: Path) -> tuple[Header, dict[str, str]]:
    """The tensors of a safetensors file, and what its writer says of it. Raises as `read_header`."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        first = stream.read(8)
        length = int.from_bytes(first, "little")
        for magic, name in OTHER_FORMATS:
            if first.startswith(magic):
                raise BadModel(
                    _("%(file)s is %(name)s; only safetensors are taken.") % {"file": path.name, "name": name}
                )
        if not 2 <= length <= min(HEADER_BYTES_MAX, size - 8):
            raise BadModel(_("%(file)s is no safetensors file, or only its beginning.") % {"file": path.name})
        try:
            header = json.loads(stream.read(length))
            tensors = {name: entry for name, entry in header.items() if name != "__metadata__"}
            end = max((entry["data_offsets"][1] for entry in tensors.values()), default=0)
            metadata = {str(name): str(value) for name, value in (header.get("__metadata__") or {}).items()}
        except (ValueError, AttributeError, TypeError, LookupError) as error:
            raise BadModel(_("%(file)s has a header that cannot be read.") % {"file": path.name}) from error
    if 8 + length + end != size:
        values = {"file": path.name, "size": size, "wanted": 8 + length + end}
        raise BadModel(_("%(file)s is cut off: it has %(size)d bytes and should have %(wanted)d.") % values)
    if not tensors:
        raise BadModel(_("%(file)s holds no weights.") % {"file": path.name})
    return tensors, metadata


# --- checkpoints ---------------------------------------------------------------------------------------------------


def _check_folder(folder: Path) -> dict[str, Any]:
    folder_files(folder)  # refuses what could run code
    index = _json(folder / INDEX_FILE)
    if refusal := check_parts(index):
        raise _not_sdxl(_in_words(refusal))
    missing = [part for part in PARTS if not (folder / part).is_dir() or not _names_a_class(index.get(part))]
    if missing:
        raise _not_sdxl(_("model_index.json lacks %(parts)s") % {"parts": ", ".join(missing)})
    tensors = {part: _weights_of(folder / part) for part in WEIGHED_PARTS}
    configs = {part: _json(folder / part / "config.json") for part in WEIGHED_PARTS}
    dtypes = {str(entry.get("dtype")) for found in tensors.values() for entry in found.values()}
    if refusal := next(filter(None, map(check_config, configs.values())), None) or check_dtypes(dtypes):
        raise _not_sdxl(_in_words(refusal))
    unet, vae = configs["unet"], configs["vae"]
    width = sum(int(configs[part].get("hidden_size", 0)) for part in ("text_encoder", "text_encoder_2"))
    _check_unet(unet.get("addition_embed_type") == "text_time", unet.get("cross_attention_dim"), width)
    if unet.get("in_channels") != vae.get("latent_channels"):
        raise _not_sdxl(
            _("its UNet takes %(channels)s channels (a model for inpainting has 9)")
            % {"channels": unet.get("in_channels")}
        )
    return _facts(tensors["unet"], width, sum(map(_count, tensors.values())))


def _check_single_file(file: Path) -> dict[str, Any]:
    tensors, metadata = read_file(file)
    entries = {name: TensorHeader(str(entry["dtype"]), tuple(entry["shape"])) for name, entry in tensors.items()}
    said = inspect_single_file(entries, metadata)
    if said.refusal is not None:
        raise _not_sdxl(_in_words(said.refusal))
    widths = {
        entry["shape"][1]
        for name, entry in tensors.items()
        if name.startswith(UNET_PREFIX) and name.endswith("attn2.to_k.weight")
    }
    width = max(widths, default=0)
    if refusal := family_of_width(width):
        raise _not_sdxl(_in_words(refusal))
    _check_unet(f"{UNET_PREFIX}label_emb.0.0.weight" in tensors, width, width)
    unet = {name: entry for name, entry in tensors.items() if name.startswith(UNET_PREFIX)}
    return _facts(unet, width, _count(tensors)) | said.facts() | _told(said.unknown, len(tensors))


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
    contents = contents_of(tensors)
    if contents.refusal is not None:
        raise _no_adapter(file, contents.refusal)
    shapes = {name: entry["shape"] for name, entry in tensors.items()}
    try:
        rank = max(rank_of(layer, shapes) for layer in contents.layers)
        widths = cross_attention_widths(contents, shapes)
    except (LookupError, TypeError, ValueError) as error:
        raise BadModel(_("%(file)s has matrices that are none.") % {"file": file.name}) from error
    if rank > RANK_MAX:
        raise BadModel(_("%(file)s has rank %(rank)d, which is no adapter.") % {"file": file.name, "rank": rank})
    if len(widths) > 1:
        raise BadModel(_("%(file)s mixes adapters of different models.") % {"file": file.name})
    if refusal := family_of_width(max(widths, default=0)):
        raise _no_adapter(file, refusal)
    facts = _facts(tensors, max(widths, default=0), _count(tensors))
    facts |= {"rank": rank, "layers": len(contents.layers), "formats": list(contents.formats)}
    facts |= {"parts": sorted({layer.part for layer in contents.layers})}
    facts |= {"ignored": list(contents.ignored)} if contents.ignored else {}
    facts |= _told(contents.unknown, len(tensors))
    return facts if widths else {name: value for name, value in facts.items() if name != "cross_attention_width"}


def _no_adapter(file: Path, refusal: FileRefusal) -> BadModel:
    values = {"file": file.name, "why": _in_words(refusal)}
    return BadModel(_("%(file)s is not taken as an adapter (LoRA): %(why)s.") % values)


def _in_words(refusal: FileRefusal) -> str:
    """The table's sentence in the operator's language; names stay as the field has them."""
    return _(refusal.template) % refusal.values


def _told(unknown: Sequence[str], total: int) -> dict[str, Any]:
    """What the row says of weights that nobody knows."""
    return {"not_understood": str(not_understood(unknown, total))} if unknown else {}


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
