"""From a LoRA file of one of the usual formats to pairs of matrices for the modules of a UNet, or one clear refusal."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
from diffusers.utils import convert_unet_state_dict_to_peft
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from albumsite.errors import EngineError

METADATA_KEY = "lora_adapter_metadata"
"""Where diffusers keeps alphas in a file's header, as JSON with "unet." before each name."""
KOHYA = "lora_unet_"
PEFT = "base_model.model."
TEXT_PARTS = ("lora_te_", "lora_te1_", "lora_te2_", "text_encoder.", "text_encoder_2.", PEFT + "text_model.")
EMBEDDINGS = ("bundle_emb.", "clip_l", "clip_g")
OTHER_KINDS = {
    "dora_scale": "DoRA",
    "lora_magnitude_vector": "DoRA",
    "hada_w": "LoHa",
    "lokr_w": "LoKr",
    "lora_mid": "a Tucker-decomposed LoRA",
    "lora_B.bias": "a LoRA with biases",
    ".diff": "a difference of whole weights",
    ".oft_": "OFT",
}
"""Part of a tensor's name, and what is in a file that has it: relatives of LoRA that this engine does not draw with."""
HALVES = re.compile(r"(?P<module>.+)\.lora_(?P<half>[AB])(?:\.default)?\.weight")


@dataclass(frozen=True, eq=False)
class LowRank:
    """What an adapter adds to one module: `up @ down`, on top of its weight.

    down: (rank, in) of a Linear, (rank, in, height, width) of a Conv2d, as large as the module's own kernel.
    up: (out, rank), with alpha / rank already in it, so that a scale of 1.0 is as it was trained.
    """

    down: Tensor
    up: Tensor

    @property
    def rank(self) -> int:
        return self.up.shape[1]


@dataclass(frozen=True, eq=False)
class AdapterWeights:
    """One read file. parts: by the module's name in the UNet. ignored: what else is in the file and is not drawn with."""

    parts: Mapping[str, LowRank]
    ignored: tuple[str, ...]

    @property
    def rank(self) -> int:
        return max(part.rank for part in self.parts.values())

    @property
    def size_bytes(self) -> int:
        return sum(part.down.nbytes + part.up.nbytes for part in self.parts.values())


def broken(path: Path, reason: str) -> EngineError:
    return EngineError("engine:adapter-broken", f"{path.name}: {reason}")


@contextmanager
def as_broken(path: Path) -> Iterator[None]:
    """What libraries raise about a file that is not what its name says, as "engine:adapter-broken"."""
    try:
        yield
    except (SafetensorError, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise broken(path, " ".join(f"{type(error).__name__}: {error}".split())) from error


def check_file(path: Path) -> None:
    """Raises EngineError unless `path` is a file that may be opened: safetensors only, others can run code."""
    if path.is_dir():
        raise broken(path, "a folder, where one .safetensors file is wanted")
    if path.suffix != ".safetensors":
        raise broken(path, "only .safetensors files are read; others can run code")
    if not path.is_file():
        raise EngineError("engine:adapter-missing", f"{path}: no such file")


def read_adapter(
    path: Path, unet: UNet2DConditionModel, targets: Mapping[str, nn.Module], device: torch.device, dtype: torch.dtype
) -> AdapterWeights:
    """Read the parts for the UNet, in the format of diffusers, peft or kohya-ss.

    targets: what may be adapted, by name: Linear and Conv2d. Raises EngineError "engine:adapter-missing" or
    "engine:adapter-broken"; a file is taken whole or not at all, since half of a style is another style.
    """
    check_file(path)
    with as_broken(path), safe_open(path, framework="pt", device="cpu") as file:
        names, ignored = names_for_unet(path, list(file.keys()))
        tensors = {name: file.get_tensor(name) for name in names}
        alphas = Alphas.of_file(path, file.metadata() or {}, names)
    with as_broken(path):
        halves = paired(path, canonical(tensors, unet))
    parts = {}
    for name, (down, up) in halves.items():
        down, up = as_matrices(targets.get(name), down, up)
        check_shapes(path, name, targets.get(name), down, up)
        scale = alphas.scale_of(name, up.shape[1])
        up = up if scale == 1 else up.float() * scale
        parts[name] = LowRank(down.to(device, dtype).contiguous(), up.to(device, dtype).contiguous())
    check_values(path, parts.values(), dtype)
    return AdapterWeights(parts, ignored)


def names_for_unet(path: Path, names: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """The tensors that belong to the UNet, and in words what the rest is. Raises EngineError for another kind of file."""
    text = [name for name in names if name.startswith(TEXT_PARTS)]
    embeddings = [name for name in names if name.startswith(EMBEDDINGS)]
    of_unet = [name for name in names if not name.startswith((*TEXT_PARTS, *EMBEDDINGS))]
    for name in of_unet:
        kinds = [kind for part, kind in OTHER_KINDS.items() if part in name]
        if kinds:
            raise broken(path, f"{kinds[0]}, which is not supported: {name}")
    if not of_unet:
        raise broken(path, "nothing in it is for the UNet" + (", only for text encoders" if text else ""))
    told = [(text, "text encoders"), (embeddings, "embeddings")]
    return of_unet, tuple(f"{words}: {len(found)} tensors" for found, words in told if found)


def canonical(tensors: dict[str, Tensor], unet: UNet2DConditionModel) -> dict[str, Tensor]:
    """Names as peft has them, `<module>.lora_A.weight` and `.lora_B.weight`, by diffusers' own conversions.

    An alpha of a kohya-ss file goes into its `lora_up`, so that each module has its own: diffusers 0.42 hands on one
    alpha for all attention layers, which only holds where all are equal.
    """
    if any(name.startswith(KOHYA) for name in tensors):
        for name in [name for name in tensors if name.endswith(".alpha")]:
            stem, alpha = name.removesuffix(".alpha"), tensors.pop(name)
            up = tensors[f"{stem}.lora_up.weight"]
            tensors[f"{stem}.lora_up.weight"] = up.float() * (float(alpha) / up.shape[1])
        tensors, _ = StableDiffusionXLPipeline.lora_state_dict(tensors, unet_config=unet.config)
    tensors = {name.removeprefix(PEFT).removeprefix("unet."): tensor for name, tensor in tensors.items()}
    return tensors if any(".lora_A" in name for name in tensors) else convert_unet_state_dict_to_peft(tensors)


def paired(path: Path, tensors: Mapping[str, Tensor]) -> dict[str, tuple[Tensor, Tensor]]:
    """Module name to (down, up). Raises EngineError for a half without the other, or a name that is neither."""
    halves: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        matched = HALVES.fullmatch(name)
        if matched is None:
            raise broken(path, f"not a LoRA of an SDXL UNet: it has a tensor {name}")
        halves.setdefault(matched["module"], {})[matched["half"]] = tensor
    for module, found in halves.items():
        if len(found) != 2:
            raise broken(path, f"one of the two matrices for {module} is missing")
    return {module: (found["A"], found["B"]) for module, found in halves.items()}


def as_matrices(target: nn.Module | None, down: Tensor, up: Tensor) -> tuple[Tensor, Tensor]:
    """`up` as a matrix, and for a Linear `down`, too: some trainers save both as kernels of 1 x 1."""
    if isinstance(target, nn.Linear) and down.ndim == 4 and down.shape[2:] == (1, 1):
        down = down.flatten(1)
    elif isinstance(target, nn.Conv2d) and down.ndim == 2:
        down = down[:, :, None, None]
    return down, up.flatten(1) if up.ndim == 4 and up.shape[2:] == (1, 1) else up


def check_shapes(path: Path, name: str, target: nn.Module | None, down: Tensor, up: Tensor) -> None:
    """Raises EngineError unless `up @ down` can be added to the module's weight."""
    if target is None:
        raise broken(path, f"made for another model: this one has no {name} to adapt")
    weight = target.weight
    shape = tuple(weight.shape) if isinstance(weight, Tensor) else ()
    if up.ndim != 2 or not up.shape[1] or (up.shape[0], *down.shape[1:]) != shape or up.shape[1] != down.shape[0]:
        raise broken(
            path,
            f"made for another model: {name} is {shape} here, and its matrices are {tuple(down.shape)} "
            f"and {tuple(up.shape)}",
        )


def check_values(path: Path, parts: Iterable[LowRank], dtype: torch.dtype) -> None:
    """Raises EngineError for values that are no numbers: their sum is none. A card is waited for once, not at each matrix."""
    sums = torch.stack([matrix.sum(dtype=torch.float32) for part in parts for matrix in (part.down, part.up)])
    if not torch.isfinite(sums).all():
        raise broken(path, f"it has values that are no numbers, or too large for {str(dtype).removeprefix('torch.')}")


@dataclass(frozen=True)
class Alphas:
    """By what each pair is scaled: alpha / rank, or alpha / sqrt(rank) of a rank-stabilised LoRA (arXiv 2312.03732).

    usual: None where a file says nothing, then alpha is the rank. by_name: of single modules, by the end of their name.
    """

    usual: float | None = None
    by_name: tuple[tuple[str, float], ...] = ()
    is_rank_stabilised: bool = False

    @classmethod
    def of_file(cls, path: Path, header: Mapping[str, str], names: list[str]) -> Alphas:
        """From the header, where diffusers puts them, or the adapter_config.json that peft puts beside the file."""
        config_file = path.with_name("adapter_config.json")
        if header.get(METADATA_KEY):
            saved = json.loads(header[METADATA_KEY])
            config = {name.removeprefix("unet."): value for name, value in saved.items() if name.startswith("unet.")}
        elif names[0].startswith(PEFT) and config_file.is_file():
            config = json.loads(config_file.read_text(encoding="utf-8"))
        else:
            return cls()
        if config.get("use_dora"):
            raise broken(path, "DoRA, which is not supported")
        usual = config.get("lora_alpha")
        by_name = {str(name).lstrip("^"): float(alpha) for name, alpha in (config.get("alpha_pattern") or {}).items()}
        return cls(
            None if usual is None else float(usual), tuple(by_name.items()), bool(config.get("use_rslora", False))
        )

    def scale_of(self, module: str, rank: int) -> float:
        own = [alpha for name, alpha in self.by_name if module == name or module.endswith(f".{name}")]
        alpha = own[0] if own else self.usual
        if alpha is None:
            return 1.0
        return alpha / (math.sqrt(rank) if self.is_rank_stabilised else rank)


def summary(weights: AdapterWeights) -> str:
    """For the log: how many modules of which kinds."""
    kinds = Counter(name.rsplit(".", 1)[-1] for name in weights.parts)
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(4))
