"""What a motif can do in a picture."""

from __future__ import annotations

STANDING: frozenset[str] = frozenset((
    "cactus", "tree", "pine", "palm", "bare_tree", "flower", "rose", "tulip", "sunflower", "dandelion", "grass",
    "seed", "mushroom", "bird", "crow", "owl", "crane", "swan", "rooster", "cat", "dog", "wolf", "fox", "bear",
    "tiger", "lion", "horse", "deer", "rabbit", "elephant", "dragon", "frog", "turtle", "skeleton", "figure",
    "couple", "child", "mother", "dancer", "runner", "house", "window", "door", "stairs", "bridge", "tower", "church",
    "temple", "castle", "streetlight", "crossroads", "train", "subway", "bus", "car", "truck", "motorcycle",
    "bicycle", "lighthouse", "suitcase", "tent", "ferris_wheel", "telephone", "mailbox", "television", "radio",
    "candle", "lamp", "lantern", "chair", "bed", "table", "cup", "coffee", "wine", "beer", "bottle", "soju", "cake",
    "dress", "shoe", "high_heel", "sneaker", "hat", "trophy", "chess", "toy", "doll", "swing", "ladder", "cage",
    "stone", "mountain_cabin", "guitar", "piano", "drum", "violin", "cello", "harp", "vinyl", "speaker", "gayageum",
    "robot", "computer", "signal", "mountain", "volcano", "forest", "city", "island", "waterfall", "cross", "flag",
    "rice_bowl", "hourglass", "crown", "gift", "angel", "crystal", "bell", "rocket", "wall",
))  # fmt: skip
"""Motifs that stand on the ground; all others hang, float, fly or lie."""

AFLOAT: frozenset[str] = frozenset((
    "ship", "sailboat", "paper_boat", "whale", "dolphin", "shark", "swan", "fish", "turtle", "island", "lighthouse",
    "bridge", "anchor",
))  # fmt: skip
"""Motifs that belong on or in water."""

LINEAR: frozenset[str] = frozenset((
    "constellation", "spiral", "maze", "infinity", "net", "bubble", "signal", "wind", "snowflake", "swing", "bicycle",
    "ferris_wheel", "dandelion", "rain", "fog", "aurora", "sea", "shore", "chain", "rainbow", "bare_tree", "grass",
    "wall", "horizon", "lake", "river", "smoke", "field", "skeleton", "music_note", "cherry", "eclipse", "stairs",
    "spider",
))  # fmt: skip
"""Drawings made of lines and separate pieces: their silhouette is the drawing itself, gaps stay open."""
