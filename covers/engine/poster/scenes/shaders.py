"""Fragment shaders in Skia's language (SkSL), run on the CPU. Coordinates are those of the page: 0..1 over its central square."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import skia

from covers.engine.poster.scenes import noise

PRELUDE = """
uniform shader N; uniform shader M;
float4 noise(float2 p) { return float4(N.eval(p * 1024.)); }
float soft(float2 p) { return float(N.eval(p * 1024.).r); }
float ridged(float2 p) { return float(N.eval(p * 1024.).g); }
float fine(float2 p) { return float(N.eval(p * 1024.).b); }
float swell(float2 p) { return float(M.eval(p * 1024.).r); }
float crease(float2 p) { return float(M.eval(p * 1024.).g); }
float2 swirl(float2 p, float amount) { return p + (float2(M.eval(p * 1024.).rb) - .5) * amount; }
float hash(float2 p) { p = fract(p * float2(123.34, 456.21)); p += dot(p, p + 45.32); return fract(p.x * p.y); }
float bump(float x, float center, float width) { float d = (x - center) / width; return exp(-d * d); }
half4 opaque(float3 c) { return half4(half3(clamp(c, 0., 1.)), 1.); }
half4 light(float3 c, float a) { a = clamp(a, 0., 1.); return half4(half3(clamp(c, 0., 1.) * a), half(a)); }
"""
"""In every shader: `soft`, `ridged`, `fine` are noise in 0..1 whose tile is one page wide, `swell` and `crease` such without any
fine part; `opaque` ends a ground, `light` (colour
and how much of it) a veil. Three rules of the CPU backend: loops with constant bounds, no `smoothstep(a, a, x)`, no array that
is indexed by a variable."""

Uniform = float | Sequence[float] | str
"""A number, a vector of numbers, or a colour "#rrggbb" (a float3)."""


@cache
def effect(source: str) -> skia.RuntimeEffect:
    """Compiled once a process. Raises RuntimeError with the compiler's words."""
    return skia.RuntimeEffect.MakeForShader(PRELUDE + source)


def rgb(color: str) -> tuple[float, float, float]:
    return int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255


def shader(source: str, uniforms: Mapping[str, Uniform], children: Mapping[str, skia.Shader]) -> skia.Shader:
    """source: everything after the PRELUDE, from the uniforms to `half4 main(float2 u)`."""
    builder = skia.RuntimeShaderBuilder(effect(source))
    rough, even = noise.shaders()
    builder.setChild("N", rough)
    builder.setChild("M", even)
    for name, child in children.items():
        builder.setChild(name, child)
    for name, value in uniforms.items():
        numbers = rgb(value) if isinstance(value, str) else value
        builder.setUniform(name, float(numbers) if isinstance(numbers, int | float) else [float(n) for n in numbers])
    return builder.makeShader()
