"""Requests, engines, the picture check, the language model that reads songs."""

from __future__ import annotations

from pathlib import Path

from albumsite.environment import address, amount, choice, env, flag, items, known_amount, number, share
from albumsite.settings.site import VAR_DIR

COVER_ENGINE = choice("COVER_ENGINE", "poster", ("poster", "sdxl", "pocket"))
COVER_ENGINES_OFFERED = items(
    "COVER_ENGINES_OFFERED", default=["poster", "pocket"] if COVER_ENGINE in ("poster", "pocket") else []
)  # beside the one in use; covers/checks.py looks at the names
POCKET_ON_FORM = flag("POCKET_ON_FORM", False)  # whether the public form offers the demonstration checkpoint
COVER_SIZE_PIXELS = number("COVER_SIZE_PIXELS", 1024, 64, 2048)
RELEASE_SIZE_PIXELS = number("RELEASE_SIZE_PIXELS", 3000, 64, 4096)
COVERS_PER_REQUEST_MAX = 8
REQUESTS_PER_DAY = number("REQUESTS_PER_DAY", 100, 1, 1_000_000)
REQUESTS_WAITING_PER_PERSON = number("REQUESTS_WAITING_PER_PERSON", 5, 1, 1000)
NETWORK_REQUESTS_PER_DAY = number("NETWORK_REQUESTS_PER_DAY", 180, 1, 1_000_000)  # of all visitors of a /24 or /48
NETWORK_REQUESTS_WAITING = number("NETWORK_REQUESTS_WAITING", 20, 1, 100_000)
VISITORS_SHARE = share("VISITORS_SHARE", 0.5)  # of the queue and of a day's budgets, for all who have not signed in
REQUESTS_WAITING_MAX = number("REQUESTS_WAITING_MAX", 200, 1, 100_000)
WAIT_MINUTES_MAX = number("WAIT_MINUTES_MAX", 15, 1, 10_000)
SDXL_MODEL = env.str("SDXL_MODEL", "stabilityai/stable-diffusion-xl-base-1.0")
SDXL_REVISION = env.str("SDXL_REVISION", "")
SDXL_CONFIG = env.str("SDXL_CONFIG", "")  # for a single .safetensors file: a folder or hub id with its configuration
SDXL_NUM_INFERENCE_STEPS = number("SDXL_NUM_INFERENCE_STEPS", 30, 1, 150)
SDXL_SCHEDULER = env.str("SDXL_SCHEDULER", "euler")
SDXL_GUIDANCE_SCALE = amount("SDXL_GUIDANCE_SCALE", 6.0)
SDXL_GUIDANCE_END = share("SDXL_GUIDANCE_END", 1.0)
SDXL_GUIDANCE_RESCALE = share("SDXL_GUIDANCE_RESCALE", 0.0)
SDXL_CLIP_SKIP = number("SDXL_CLIP_SKIP", 0, 0, 10)
SDXL_FEATURE_REUSE = choice("SDXL_FEATURE_REUSE", "off", ("off", "balanced", "fast"))
SDXL_FEW_STEP = env.str("SDXL_FEW_STEP", "off")  # a mode of covers/engine/few_step.py; covers/checks.py looks at it
ALLOW_NONCOMMERCIAL_MODELS = flag("ALLOW_NONCOMMERCIAL_MODELS", False)
MODEL_CACHE_DIR = Path(env.str("MODEL_CACHE_DIR", "") or VAR_DIR / "models")
MODEL_CACHE_GIB = number("MODEL_CACHE_GIB", 40, 1, 100_000)
OWN_PICTURE_MEGABYTES_MAX = number("OWN_PICTURE_MEGABYTES_MAX", 25, 1, 100)  # of a picture that somebody brings
PICTURE_CHECK = env.str(
    "PICTURE_CHECK", "opennsfw"
)  # "off", or the dotted name of a module: covers/safety/opennsfw.py says what it is
PICTURE_CHECK_THRESHOLD = share("PICTURE_CHECK_THRESHOLD", 0.5)  # what scores as much or more is not shown
PICTURE_CHECK_SECONDS = number("PICTURE_CHECK_SECONDS", 10, 1, 120)  # of one picture
PICTURE_TRIES = number("PICTURE_TRIES", 3, 1, 10)  # pictures drawn for one place, when the check refuses them
OPENAI_API_KEY = env.str("OPENAI_API_KEY", "")
OPENAI_BASE_URL = address("OPENAI_BASE_URL", "")
OPENAI_MODEL = env.str("OPENAI_MODEL", "gpt-4o-mini")
OPENAI_TIMEOUT_SECONDS = amount("OPENAI_TIMEOUT_SECONDS", 8.0)
OPENAI_PRICE_INPUT = known_amount("OPENAI_PRICE_INPUT")  # dollars for a million tokens; nothing: unknown
OPENAI_PRICE_OUTPUT = known_amount("OPENAI_PRICE_OUTPUT")
