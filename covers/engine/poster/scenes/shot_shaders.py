"""What `Shot` washes over a page: shaders in page units, for sky, the moon's seas, reflections, mist and the last print."""

from __future__ import annotations

SKY = """
uniform float3 c0; uniform float3 c1; uniform float3 c2; uniform float horizon; uniform float cover; uniform float2 shift;
uniform float3 bright; uniform float3 shade; uniform float streak; uniform float2 sun; uniform float3 key; uniform float burn;
half4 main(float2 u) {
  float t = clamp(u.y / horizon, 0., 1.);
  float3 c = t < .55 ? mix(c0, c1, smoothstep(0., .55, t)) : mix(c1, c2, smoothstep(.55, 1., t));
  float near = exp(-length((u - sun) * float2(1., 1.25)) * 3.2) * burn;
  c = mix(c, key, near * .75);
  float z = 1. / (1.12 - t);
  float2 p = float2((u.x - .5) * z * .34, z * (.20 + .25 * streak)) + shift;
  p = swirl(p, .10);
  float d = soft(p) * .62 + soft(p * 2.3 + .4) * .28 + soft(p * 5.1 + .1) * .14;
  float a = smoothstep(1. - cover, 1.28 - cover, d + .10) * (1. - .35 * t);
  float rim = smoothstep(1. - cover, 1.07 - cover, d + .10) - a;
  float3 cloud = mix(shade, bright, clamp(.25 + (d - soft(p + float2(.012, -.02))) * 4. + .5 * t, 0., 1.));
  cloud = mix(cloud, key, near * .8 + rim * .25 * burn);
  return opaque(mix(c, cloud, a * .86));
}"""

SEAS = """
uniform float2 shift;
half4 main(float2 u) { return light(float3(.45, .48, .52), smoothstep(.52, .72, soft(u * 2.6 + shift)) * .38); }"""

MIRROR = """
uniform shader S; uniform float edge; uniform float ripple; uniform float2 shift; uniform float3 deep; uniform float depth;
uniform float stretch; uniform float dry; uniform float sheen; uniform float3 glint; uniform float2 sun;
uniform float2 vee;
float3 above(float2 q, float e) { return float3(S.eval(float2(q.x, clamp(q.y, 0.002, e - .001))).rgb); }
half4 main(float2 u) {
  float e = edge + abs(u.x - vee.x) * vee.y;
  float y = max(u.y - edge, 0.);
  float down = max(u.y - e, 0.);
  float z = 1. / (y + .022);
  float2 p = float2((u.x - .5) * z * .11, z * .16) + shift;
  float w = soft(p) * .6 + soft(p * float2(2.2, 1.7) + .3) * .4 - .5;
  float v = fine(p * float2(.42, .9) + .6) - .5;
  float reach = ripple * (.05 + y * 1.25);
  float2 q = float2(u.x + (w * .5 + v * .4) * reach, e - down * stretch + (w + .6 * v) * reach * 1.4);
  float3 c = above(q, e) * .4 + above(q - float2(v * reach * .3, reach * .8), e) * .3 + above(q + float2(0., reach * .7), e) * .3;
  float near = clamp(y * 2.2, 0., 1.);
  c = mix(c, deep, depth * (.25 + .75 * near));
  float lane = exp(-pow((u.x - sun.x + w * .10) / (.03 + y * .20 + ripple * .12), 2.)) * sun.y;
  float crest = smoothstep(.05 + .10 * near, .26, w * .8 + v * .9);
  c += glint * crest * (sheen * (1. - .6 * near) + lane * (.95 - .35 * near));
  float puddle = dry > 0. ? smoothstep(dry - .08, dry + .10, soft(float2(p.x * .5, p.y * .35) + .2)) : 1.;
  return light(c, puddle * mix(1., mix(1., .45, near), step(.001, dry)));
}"""

FOG = """
uniform float top; uniform float bottom; uniform float3 color; uniform float thick; uniform float2 shift;
half4 main(float2 u) {
  float d = .55 + .9 * (soft(swirl(u * float2(.30, .8) + shift, .12)) - .5) + .5 * (soft(u * float2(.9, 2.1) + shift.yx) - .5);
  float m = smoothstep(top, mix(top, bottom, .45), u.y) * (1. - smoothstep(mix(top, bottom, .7), bottom, u.y));
  return light(color, m * thick * clamp(d, 0., 1.3));
}"""

GRADE = """
uniform shader S; uniform float3 low; uniform float3 mid; uniform float3 high; uniform float share; uniform float vignette;
uniform float2 half_size;
half4 main(float2 u) {
  float3 c = float3(S.eval(u).rgb);
  float l = dot(c, float3(.2126, .7152, .0722));
  float s = sqrt(l);
  float3 t = s < .5 ? mix(low, mid, s * 2.) : mix(mid, high, s * 2. - 1.);
  c = mix(c, t * (.35 + .65 * clamp(s / max(sqrt(dot(t, float3(.2126, .7152, .0722))), .05), 0., 1.6)), share);
  float2 v = (u - .5) / half_size * float2(.5, .47);
  c *= 1. - vignette * pow(length(v) * 1.24, 2.8);
  return opaque(c);
}"""
