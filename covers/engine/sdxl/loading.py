"""From a hub id, a folder or a single file to a pipeline that is ready to draw."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import StableDiffusionXLPipeline
from diffusers.hooks import apply_group_offloading
from diffusers.utils import logging as diffusers_logging
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled
from safetensors import safe_open
from transformers import CLIPTextModel, CLIPTextModelWithProjection, PreTrainedModel
from transformers.utils import logging as transformers_logging

from albumsite.errors import EngineError
from covers.engine.sdxl.device_memory import memory_of
from covers.engine.sdxl.engine_errors import loading_errors, one_line
from covers.engine.sdxl.inference_memory import VAE_TILE_PIXELS, InferencePlan, default_dtype, plan_inference
from covers.engine.sdxl.lora_layers import install_lora_layers
from covers.engine.sdxl.model_info import info_of_checkpoint, read_config
from covers.engine.sdxl.single_file import load_single_file
from covers.engine.weights.checkpoint_formats import check_config, check_dtypes, check_parts

logger = logging.getLogger(__name__)
for library in (diffusers_logging, transformers_logging):
    library.set_verbosity_error()  # their warnings repeat prompts, which belong in no log
    library.disable_progress_bar()

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
SINGLE_FILE_CONFIG = "stabilityai/stable-diffusion-xl-base-1.0"
FINGERPRINT_BYTES = 1 << 20


@dataclass(frozen=True)
class CheckpointSource:
    """Where the weights lie: a folder in diffusers layout or one .safetensors file, and which version they are."""

    path: Path
    revision: str

    @property
    def is_single_file(self) -> bool:
        return self.path.is_file()


def is_offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}


def pick_device(device: str | None) -> torch.device:
    """The device asked for, else the best there is. Raises EngineError when the one asked for is not there."""
    if device is None:
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:  # torch without CUDA asserts
        raise EngineError("engine:no-device", f"{device}: {error}") from error
    return torch.device(device)


def pick_dtype(device: torch.device, dtype: str | torch.dtype | None) -> torch.dtype:
    """The dtype asked for, else the best for the device. Raises EngineError for one that nothing is drawn in."""
    if dtype is None:
        return default_dtype(device.type)
    chosen = getattr(torch, dtype, None) if isinstance(dtype, str) else dtype
    if chosen not in (torch.float32, torch.float16, torch.bfloat16):
        raise EngineError("engine:failed", f"dtype {dtype!r}: float32, float16 and bfloat16 are possible")
    return chosen


def resolve_checkpoint(model: str, revision: str | None, dtype: torch.dtype) -> CheckpointSource:
    """Resolve `model`, downloading it when it is a hub id and the hub may be asked. Raises EngineError."""
    path = Path(model).expanduser()
    if path.is_file():
        if path.suffix != ".safetensors":
            raise EngineError(
                "engine:model-broken",
                f"{model}: only .safetensors files are read; others can run code, or are packed (GGUF)",
            )
        return CheckpointSource(path, revision or fingerprint([path]))
    if path.is_dir():
        return CheckpointSource(path, revision or fingerprint(sorted(path.rglob("*.safetensors"))))
    if not HUB_ID.fullmatch(model):
        raise EngineError("engine:model-missing", f"{model}: no such file or folder, and not a hub id")
    folder = download(model, revision, dtype)
    return CheckpointSource(folder, folder.name if folder.parent.name == "snapshots" else revision or "")


def download(model: str, revision: str | None, dtype: torch.dtype) -> Path:
    """The local folder of a hub id. Half-precision files are taken where they exist and are what will be used."""
    try:
        folder = StableDiffusionXLPipeline.download(
            model,
            revision=revision,
            use_safetensors=True,
            variant="fp16" if dtype == torch.float16 else None,
            local_files_only=is_offline(),
        )
    except (OSError, HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled) as error:
        raise download_error(model, error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise EngineError("engine:model-broken", f"{model}: {one_line(error)}") from error
    return Path(folder)


def download_error(model: str, error: Exception) -> EngineError:
    """No place on the disk, no way to the hub, or nothing of that name there: each has its own thing to do."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
            return EngineError("engine:no-disk", f"{model}: no space left to download it to: {one_line(cause)}")
        cause = cause.__cause__ or cause.__context__
    return EngineError("engine:model-missing", f"{model}: {one_line(error)}")


def check_sha256(source: CheckpointSource, sha256: str | None) -> None:
    """Raises EngineError "engine:model-broken" when the file is another than the one that was asked for.

    sha256: in hexadecimal, of a single file; None or "" asks for nothing. A folder has none: a hub id's revision, a
    commit, says which files it has.
    """
    if not sha256:
        return
    if not source.is_single_file:
        raise EngineError("engine:model-broken", f"{source.path.name}: a sha256 is of one file, and this is a folder")
    with loading_errors(), source.path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != sha256.lower():
        raise EngineError("engine:model-broken", f"{source.path.name}: sha256 differs, {found} instead of {sha256}")


def fingerprint(files: list[Path]) -> str:
    """A stand-in for a revision where there is none: a hash of each file's name, size, start, middle and end.

    Reading all of 7 GB at every start would take longer than loading them; a retrained checkpoint differs everywhere.
    """
    digest = hashlib.sha256()
    for file in files:
        size = file.stat().st_size
        digest.update(f"{file.name} {size}\n".encode())
        with file.open("rb") as stream:
            for offset in sorted({0, max(0, size // 2), max(0, size - FINGERPRINT_BYTES)}):
                stream.seek(offset)
                digest.update(stream.read(FINGERPRINT_BYTES))
    return f"local-{digest.hexdigest()[:16]}"


def check_layout(folder: Path) -> None:
    """Raises EngineError "engine:model-broken" unless `folder` says that it is a whole SDXL pipeline."""
    index_file = folder / "model_index.json"
    if not index_file.is_file():
        raise EngineError("engine:model-broken", f"{folder}: no model_index.json, so not a folder in diffusers layout")
    with loading_errors():
        index = json.loads(index_file.read_text(encoding="utf-8"))
        if refusal := check_parts(index):
            raise ValueError(f"not an SDXL pipeline: {refusal}")
        for part in ("unet", "vae", "text_encoder", "text_encoder_2"):
            if (refusal := check_config(read_config(folder / part))) or (
                refusal := check_dtypes(dtypes_of(folder / part))
            ):
                raise ValueError(f"{part}: {refusal}")


def dtypes_of(subfolder: Path) -> set[str]:
    """Of the weights of a part, from the headers of its files."""
    dtypes = set()
    for file in subfolder.glob("*.safetensors"):
        with safe_open(file, framework="pt", device="cpu") as tensors:
            dtypes |= {tensors.get_slice(name).get_dtype() for name in tensors.keys()}  # noqa: SIM118 - it is no dict
    return dtypes


def variant_of(subfolder: Path) -> str | None:
    """The variant "fp16" when the folder of a part holds its weights only so, as downloads for a card do."""
    names = [file.name for file in subfolder.glob("*.safetensors")]
    return "fp16" if names and all(".fp16" in name for name in names) else None


def load_text_encoder(subfolder: Path, encoder_class: type[PreTrainedModel], dtype: torch.dtype) -> PreTrainedModel:
    """A text encoder with all its weights. Raises ValueError where transformers would fill gaps with random numbers."""
    encoder, loading_info = encoder_class.from_pretrained(
        subfolder,
        dtype=dtype,
        variant=variant_of(subfolder),
        use_safetensors=True,
        local_files_only=True,
        output_loading_info=True,
    )
    if loading_info["missing_keys"]:
        raise ValueError(f"{subfolder.name} lacks {len(loading_info['missing_keys'])} of its weights")
    return encoder


def load_pipeline(
    source: CheckpointSource, device: torch.device, dtype: torch.dtype, config: str | None = None
) -> StableDiffusionXLPipeline:
    """Read the weights and put them on `device`, ready for inference. Raises EngineError.

    config: for a single file, which carries weights only: a folder in diffusers layout, or a hub id, with the
    configuration and the tokenizers. Without it, a model_index.json beside the file, else SDXL's own hub id.
    """
    config_folder = single_file_config(source.path, config) if source.is_single_file else source.path
    if not source.is_single_file:
        check_layout(source.path)
    plan = plan_pipeline(source.path, config_folder, device, dtype)
    if source.is_single_file:
        with loading_errors():
            pipeline = load_single_file(source.path, config_folder, dtype)
    else:
        with loading_errors():
            pipeline = StableDiffusionXLPipeline.from_pretrained(
                str(source.path),
                dtype=dtype,
                variant=variant_of(source.path / "unet"),
                text_encoder=load_text_encoder(source.path / "text_encoder", CLIPTextModel, dtype),
                text_encoder_2=load_text_encoder(source.path / "text_encoder_2", CLIPTextModelWithProjection, dtype),
                use_safetensors=True,
                local_files_only=True,
                add_watermarker=False,
            )
    check_architecture(pipeline)
    with loading_errors():
        return prepare_pipeline(pipeline, device, plan)


def single_file_config(file: Path, config: str | None) -> Path:
    """The folder of configuration and tokenizers for a single file. Raises EngineError "engine:model-missing"."""
    for folder in (Path(config).expanduser() if config else None, file.parent):
        if folder is not None and (folder / "model_index.json").is_file():
            return folder
    wanted = config or SINGLE_FILE_CONFIG
    try:
        if not HUB_ID.fullmatch(wanted):
            raise OSError(f"{wanted} has no model_index.json")
        patterns = ["*.json", "*.txt", "*/*.json", "*/*.txt"]
        return Path(snapshot_download(wanted, allow_patterns=patterns, local_files_only=is_offline()))
    except (OSError, HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled) as error:
        raise EngineError(
            "engine:model-missing",
            f"{file.name} is a single file, which has no tokenizers or configuration in it, and {wanted} could not be "
            f"read for them ({error}). Set `config` to a folder in diffusers layout, or be online once.",
        ) from error


def check_architecture(pipeline: StableDiffusionXLPipeline) -> None:
    """Raises EngineError when parts that loaded do not belong together: they would fail, or draw noise, much later."""
    unet, width = pipeline.unet.config, 0
    for encoder, tokenizer in (
        (pipeline.text_encoder, pipeline.tokenizer),
        (pipeline.text_encoder_2, pipeline.tokenizer_2),
    ):
        width += encoder.config.hidden_size
        if len(tokenizer) < encoder.config.vocab_size:  # without its files, transformers makes an empty one
            raise EngineError(
                "engine:model-broken", "a tokenizer's vocabulary is missing or smaller than its encoder's"
            )
    latents = pipeline.vae.config.latent_channels
    possible_in_channels = (latents, 2 * latents + 1)  # the second for inpainting: with a mask and the masked image
    if (
        unet.addition_embed_type != "text_time"
        or unet.cross_attention_dim != width
        or unet.in_channels not in possible_in_channels
    ):
        raise EngineError(
            "engine:model-broken",
            f"not an SDXL UNet: addition_embed_type={unet.addition_embed_type}, in_channels={unet.in_channels} for "
            f"latents of {latents}, cross_attention_dim={unet.cross_attention_dim} for text encoders of {width}",
        )
    if unet.out_channels != latents:
        raise EngineError("engine:model-broken", f"not an SDXL UNet: out_channels={unet.out_channels} for {latents}")


def plan_pipeline(path: Path, config_folder: Path, device: torch.device, dtype: torch.dtype) -> InferencePlan:
    """How to draw a picture of the checkpoint's own size on `device`, from headers: before gigabytes are read for nothing.

    Raises EngineError "engine:out-of-memory" with what is needed and what is there; "engine:model-broken".
    """
    with loading_errors():
        info = info_of_checkpoint(path, config_folder)
        side = int(read_config(config_folder / "unet").get("sample_size") or 128) * info.vae_scale_factor
    plan = plan_inference(info, memory_of(device), side, side, dtype=dtype)
    logger.info(
        "engine planned device=%s dtype=%s vae=%s offload=%s tiling=%s pictures=%d peak_bytes=%d",
        device, plan.dtype, plan.vae_dtype, plan.offload, plan.with_vae_tiling, plan.batch_size, plan.peak_bytes,
    )  # fmt: skip
    return plan


def prepare_pipeline(
    pipeline: StableDiffusionXLPipeline, device: torch.device, plan: InferencePlan
) -> StableDiffusionXLPipeline:
    """Put it on the device as planned."""
    pipeline.set_progress_bar_config(disable=True)
    for encoder in (pipeline.text_encoder, pipeline.text_encoder_2):
        install_lora_layers(encoder)  # before anything that moves layers remembers what they do
    vae = pipeline.vae
    if vae.dtype != plan.vae_dtype:
        vae.to(plan.vae_dtype)
    # Its own tiles are as large as its pictures: for SDXL at 1024 px, no tiles at all when memory is short.
    vae.tile_sample_min_size = min(vae.tile_sample_min_size, VAE_TILE_PIXELS)
    vae.tile_latent_min_size = min(
        vae.tile_latent_min_size, VAE_TILE_PIXELS // 2 ** (len(vae.config.block_out_channels) - 1)
    )
    if plan.with_vae_tiling:
        vae.enable_tiling()
    if device.type == "cuda":
        pipeline.unet.to(memory_format=torch.channels_last)
        vae.to(memory_format=torch.channels_last)
    return place_on_device(pipeline, device, plan.offload)


def place_on_device(
    pipeline: StableDiffusionXLPipeline, device: torch.device, offload: str
) -> StableDiffusionXLPipeline:
    """All on the device; or each part when its turn comes; or, of the UNet, each block, and of the others each layer."""
    if offload == "none":
        return pipeline.to(device)
    logger.info("engine offloads to main memory device=%s by=%s", device, offload)
    if offload == "model":
        pipeline.enable_model_cpu_offload(device=device)
        return pipeline
    offloading = {"onload_device": device, "offload_device": torch.device("cpu")}
    apply_group_offloading(pipeline.unet, **offloading, offload_type="block_level", num_blocks_per_group=1)
    for part in (pipeline.text_encoder, pipeline.text_encoder_2, pipeline.vae):
        apply_group_offloading(part, **offloading, offload_type="leaf_level")
    return pipeline
