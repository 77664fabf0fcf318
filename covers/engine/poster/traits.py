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

UPRIGHT: frozenset[str] = frozenset((
    "cross", "church", "temple", "castle", "house", "city", "tower", "bridge", "lighthouse", "streetlight", "stairs",
    "door", "window", "mountain", "volcano", "hill", "forest", "field", "horizon", "lake", "shore", "sea",
    "waterfall", "island", "desert", "cliff", "cave", "fog", "rain", "aurora", "wave", "figure", "couple", "child",
    "mother", "candle", "ferris_wheel", "mountain_cabin", "sailboat", "ship", "paper_boat", "stone", "wall", "tree",
    "pine", "palm", "bare_tree", "grass", "angel", "halo", "rainbow", "train", "subway", "bus", "truck", "swing",
    "cage", "crossroads", "shadow", "tent", "rice_bowl", "cup", "coffee",
    "table", "deer", "horse", "piano",
))  # fmt: skip
"""What looks fallen, or wrong, when it is turned even a little."""

SCENERY: frozenset[str] = frozenset((
    "sea", "shore", "river", "horizon", "field", "lake", "fog", "aurora", "rain", "wind", "grass", "desert",
    "road", "wall", "smoke", "hill", "cave", "cliff", "shadow",
))  # fmt: skip
"""Places and weather: better beside a subject than as one."""
