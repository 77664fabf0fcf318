"""What the picture check costs: seconds a picture, beside drawing one, and the highest score that it gives our own posters.

python -m bench.picture_check [--pictures 24]
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from dataclasses import replace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "albumsite.settings")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pictures", type=int, default=24)
    pictures = parser.parse_args().pictures
    django.setup()
    from covers.brief.brief_contract import Song
    from covers.engine import load_engine
    from covers.engine.engine_contract import DrawSpec
    from covers.engine.poster.styles import STYLES
    from covers.safety import picture_check
    from covers.writing import write_brief

    engine, brief = load_engine("poster"), write_brief(Song(title="Fighting", artist="KJY"), writer=None)
    began = time.perf_counter()
    picture_check.works()
    print(f"start of the helper and first look: {time.perf_counter() - began:.2f} s")
    drawing, looking, scores = [], [], []
    for number in range(pictures):
        styled = replace(brief, style=list(STYLES)[number % len(STYLES)])
        spec = DrawSpec(styled, number % 4, 4, seed=number, set_seed=number)
        began = time.perf_counter()
        drawn = next(iter(engine.draw([spec], lambda _step: True)))
        drawing.append(time.perf_counter() - began)
        began = time.perf_counter()
        looked = picture_check.look_at_drawn(drawn.rgb, drawn.width, drawn.height)
        looking.append(time.perf_counter() - began)
        scores.append(looked.score if looked.score is not None else 1.0)
    picture_check.close()
    look, draw = statistics.median(looking), statistics.median(drawing)
    print(f"a look: {look:.3f} s, a poster: {draw:.3f} s, highest score of {len(scores)}: {max(scores):.3f}")
    print(f"picture_check ratio={draw / look:.1f} target=1")


if __name__ == "__main__":
    main()
