"""What a cover engine takes and gives. Plain values in, plain values out: no database, settings or storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from covers.brief.brief_contract import Brief
from covers.lettering.title_contract import TypePlan


@dataclass(frozen=True)
class Adapter:
    """A low-rank adapter (LoRA) of the UNet, laid over the model for one picture only.

    path: a .safetensors file on this machine, as diffusers or peft save it. scale: its weight, 1.0 as it was trained.
    """

    path: str
    scale: float = 1.0


@dataclass(frozen=True)
class BaseModel:
    """The checkpoint that an adapter is made for: as `SdxlEngine` takes it.

    model: hub id, folder or single file. revision: commit of a hub id, or a name for the files' version.
    """

    model: str
    revision: str | None = None
    config: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Portrait:
    """A photo of the person whom the cover shows, or what `poster` kept of one.

    picture: JPEG bytes, upright, sRGB, up to 2048 pixels a side. left, top, width, height: the face box in its pixels.
    layers: the file that `poster` made of the photo, in place of `picture`; the box is still the photo's. name: of the photo, for
    whoever must know which ones a picture was drawn from.
    """

    picture: bytes = field(repr=False)  # never in a log
    left: float
    top: float
    width: float
    height: float
    layers: bytes = field(default=b"", repr=False)
    name: str = ""


@dataclass(frozen=True)
class OwnPicture:
    """A photo or drawing that the musician brought: what a cover is made of.

    picture: JPEG bytes, upright, sRGB, up to 4096 pixels a side. crop: middle and size of the square that may be shown, as shares of
    the picture's width, of its height, and of its shorter side; None: the engine finds what matters. treatment: one of
    `covers.brief.scenery.TREATMENTS`, or empty: the engine gives each picture of a request another one. faces: boxes of the faces in it,
    (left, top, width, height) in shares of its width and height; no type stands on them. None known is no harm.
    """

    picture: bytes = field(repr=False)  # never in a log
    crop: tuple[float, float, float] | None = None
    treatment: str = ""
    faces: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True)
class DrawSpec:
    """One picture to draw.

    position: 0-based place among the `count` pictures of its request. seed: of this picture, 0 <= seed < 2**63.
    set_seed: of the whole request: an engine that makes the pictures of one request differ on purpose plans the set
    from it, so that one position can be drawn again alone. width, height: pixels, multiples of 8.
    prompt, negative_prompt, num_inference_steps, guidance_scale, scheduler: as diffusers spells them; an engine
    without a use for one ignores it. with_lettering: whether type will be set on the picture, so room must be kept.
    subject: who is to be shown, as an adapter of a face knows them ("sks woman"); `prompt` says it already, an engine that
    words its prompts itself must say it. title, artist: what that type will say; for its room only, an engine draws no text.
    request_id: whose picture it is, handed back on each Step and Drawn: one call may draw for several requests.

    For diffusion engines only: guidance_rescale: 0 to 1 (Lin et al. 2023, arXiv 2305.08891). guidance_end: share of the
    steps that are guided, counted from the first; 1.0 guides all. clip_skip: layers of the text encoders to leave out,
    as diffusers counts them. feature_reuse: "off", "balanced" or "fast": draw some steps with deep features of the
    step before; only "off" is exact. adapters: laid over the model for this picture, all at once.
    image: an encoded picture to start from (image-to-image), with mask (white is drawn anew) to paint in.
    strength: 0 to 1, how much of `image` may change. mask_feather: with a mask, share of the shorter side over which, inside the
    mask, the new picture fades into `image`; outside not a pixel changes. None: all as the VAE gives it, as in diffusers.

    For `poster` only: portraits: photos to draw from; with any the cover is a portrait, one photo a picture (or several
    in one), in turn. They go into the picture and nowhere else. own_picture: what this cover is made of; its concept is left aside.
    surface: "" as the style has it, or one of `covers.brief.scenery.SURFACES` in its place. surface_strength: 0 to 1.
    """

    brief: Brief
    position: int
    count: int
    seed: int
    set_seed: int
    width: int = 1024
    height: int = 1024
    prompt: str = ""
    negative_prompt: str = ""
    num_inference_steps: int = 30
    guidance_scale: float = 6.0
    scheduler: str = "euler"
    with_lettering: bool = True
    title: str = ""
    artist: str = ""
    request_id: str = ""
    guidance_rescale: float = 0.0
    guidance_end: float = 1.0
    clip_skip: int | None = None
    feature_reuse: str = "off"
    adapters: tuple[Adapter, ...] = ()
    image: bytes | None = None
    mask: bytes | None = None
    strength: float = 0.75
    mask_feather: float | None = None
    portraits: tuple[Portrait, ...] = ()
    own_picture: OwnPicture | None = None
    subject: str = ""
    surface: str = ""
    surface_strength: float = 0.5


@dataclass(frozen=True)
class Drawn:
    """One finished picture, without lettering.

    position, request_id: of the DrawSpec it answers. rgb: width * height * 3 bytes, rows from the top, sRGB. type_plan: where and
    how the engine would set the title; None lets the lettering look at the picture itself.
    parameters: what was really used (style, palette, scheduler, base_model, base_model_revision, dtype …), JSON values.
    """

    position: int
    rgb: bytes
    width: int
    height: int
    type_plan: TypePlan | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    request_id: str = ""


@dataclass(frozen=True)
class Step:
    """Progress of a draw call: `step` of `total` steps of one picture. preview: a small WebP, or none."""

    position: int
    step: int
    total: int
    preview: bytes | None = None
    request_id: str = ""


StepCallback = Callable[[Step], bool]
"""Told of each step; answers whether to go on with the request of that step.

On False the engine yields no more pictures of that request, and stops within one step when no other is left.
"""


class CoverEngine(Protocol):
    """Draws pictures. Built once per process and kept; each draw leaves no trace in the next.

    `draw` yields each picture as soon as it is ready. The same spec gives the same pixels, whatever else is in the call. Raises
    `albumsite.errors.EngineError` with a message id that a person can act on.
    """

    name: str

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]: ...
