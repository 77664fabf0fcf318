"""What the pocket checkpoint shows for a motif that it never learnt: the nearest one in meaning, or else in look."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

NEAREST: Mapping[str, str] = MappingProxyType(
    {
        # of MORE_MOTIFS
        "planet": "satellite ball circle target bubble disco_ball eclipse",
        "wave": "sea shore river lake wind island waterfall",
        "pine": "forest bare_tree",
        "palm": "desert",
        "leaf": "grass seed",
        "rose": "cherry_blossom ribbon",
        "tulip": "lotus dandelion sunflower",
        "apple": "fruit persimmon lemon grape watermelon",
        "cup": "coffee wine beer bottle soju rice_bowl",
        "whale": "dolphin shark",
        "jellyfish": "net",
        "snake": "dragon rope chain",
        "fox": "wolf dog tiger lion",
        "horse": "deer",
        "swan": "crane crow swallow bird",
        "hand": "fist glove hands_joined footprint",
        "ghost": "shadow smoke fog",
        "church": "tower cross lighthouse",
        "temple": "gayageum lantern",
        "castle": "city wall chess",
        "bicycle": "motorcycle wheel gear",
        "envelope": "letter mailbox ticket card paper_plane book",
        "camera": "film photo television",
        "clock": "watch hourglass calendar compass",
        "candle": "match fire lamp lightbulb streetlight cigarette",
        "diamond": "crystal ring stone",
        "dress": "dancer doll",
        "feather": "wing pen",
        "microphone": "speaker radio",
        "vinyl": "cassette headphones",
        "trumpet": "saxophone flute",
        "lightning": "neon battery signal",
        # of FEW_MOTIFS, for all that is left and for checkpoints that know no more
        "sun": "sunflower eclipse desert fire match candle lamp lightbulb lantern horizon rainbow gear wheel halo field",
        "crescent": "moon planet shadow bed streetlight owl circle ball eclipse satellite",
        "star": "constellation comet snowflake lightning aurora neon disco_ball compass trophy shield flag triangle toy "
        "cross crystal diamond atom",
        "cloud": "rain fog wind smoke sea shore river wave bubble ghost field lake",
        "heart": "broken_heart lips hands_joined hand fist ribbon gift candy letter envelope rose apple fruit strawberry "
        "cherry persimmon cake couple fist glove",
        "flower": "tulip lotus cherry_blossom dandelion seed mushroom lemon grape watermelon dress spiral maze target "
        "rice_bowl bread wine cup coffee",
        "tree": "pine palm bare_tree leaf maple_leaf forest grass cactus feather waterfall swing ladder",
        "mountain": "hill volcano island cliff cave stairs road crossroads tent stone wall mountain_cabin desert horizon "
        "bridge arrow",
        "dove": "bird crow swallow crane swan rooster wing angel kite paper_plane",
        "fish": "whale dolphin shark jellyfish octopus shell turtle snake dragon frog net",
        "cat": "dog wolf fox bear tiger lion horse deer rabbit elephant doll",
        "butterfly": "moth bee spider infinity",
        "house": "window door city tower church temple castle bridge chair table mailbox cage phone book calendar lamp",
        "sailboat": "ship paper_boat anchor lighthouse balloon map suitcase ferris_wheel",
        "airplane": "rocket train subway bus car truck motorcycle bicycle ticket signal",
        "key": "lock chain sword knife gun pen match ring coin money cigarette bone rope magnet puzzle card chess dice "
        "battery hourglass clock watch",
        "crown": "hat high_heel shoe sneaker trophy bomb",
        "guitar": "electric_guitar violin cello harp gayageum drum saxophone bottle beer soju",
        "music_note": "piano trumpet flute accordion microphone vinyl cassette headphones speaker radio square",
        "bell": "telephone church lantern",
        "skull": "skeleton mask robot",
        "face": "figure child mother dancer runner hair ear photo mirror computer",
        "umbrella": "rain jellyfish swing",
        "eye": "glasses camera film television mirror circle footprint",
    }
)
"""A motif that is taught, to those that it stands for; the first mention by one that the checkpoint knows counts."""


def stand_in(motif: str, known: Collection[str]) -> str:
    """A motif of `known`, which has all FEW_MOTIFS in it."""
    if motif in known:
        return motif
    return next((near for near, others in NEAREST.items() if near in known and motif in others.split()), "star")
