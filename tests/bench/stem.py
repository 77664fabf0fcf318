"""The process that benchmarks are forked from: torch, diffusers and peft take five seconds to import, and nearly all need them;
the noise that posters are painted with takes two more.

Each line of its input asks for one benchmark; it runs as `python -m bench.NAME` would, in a process of its own that nothing of
the site was imported into before that reads a setting. A line with its exit code answers.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from typing import Any

import peft  # noqa: F401
import torch
from diffusers import StableDiffusionXLPipeline  # noqa: F401
from transformers import CLIPTextModel, CLIPTokenizer  # noqa: F401

from covers.engine.poster import textures
from covers.engine.poster.scenes import noise


def settle(asked: dict[str, Any]) -> None:
    """The child's files, environment and command line."""
    for number, path, flags in ((0, asked["input"], os.O_RDONLY), (1, asked["output"], os.O_WRONLY | os.O_CREAT)):
        file = os.open(path, flags, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.dup2(1, 2)
    os.environ.update(asked["environment"])
    sys.argv = [asked["name"], *asked["arguments"]]
    torch.set_num_threads(1)


def make_noise() -> None:
    """What every picture of `poster` takes from memory once it is there."""
    noise.shaders()
    for kind in ("grain", "paper", "cloud", "speckle", "fibre", "brush"):
        textures.lattice(kind)


def main() -> None:
    make_noise()
    for line in iter(sys.stdin.readline, ""):
        asked = json.loads(line)
        child = os.fork()
        if not child:
            settle(asked)
            return runpy.run_module(f"bench.{asked['name']}", run_name="__main__", alter_sys=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return None


if __name__ == "__main__":
    main()
