"""The things that a cover can show. Each key has a drawing in the poster engine and words in English and Korean here."""

from __future__ import annotations

MOTIF_KEYS: tuple[str, ...] = (
    # sky and weather
    "sun", "moon", "crescent", "star", "constellation", "comet", "planet", "cloud", "rain", "umbrella", "lightning",
    "snowflake", "rainbow", "wind", "fog", "aurora",
    # land and water
    "mountain", "hill", "volcano", "desert", "cactus", "wave", "sea", "island", "river", "waterfall", "lake", "shore",
    "cliff", "cave", "forest", "field", "horizon",
    # plants
    "tree", "pine", "palm", "bare_tree", "leaf", "maple_leaf", "flower", "rose", "tulip", "sunflower", "cherry_blossom",
    "lotus", "dandelion", "grass", "seed", "mushroom", "fruit", "apple", "cherry", "lemon", "grape", "strawberry",
    "watermelon", "persimmon",
    # animals
    "bird", "crow", "dove", "owl", "swallow", "crane", "swan", "rooster", "butterfly", "moth", "bee", "fish", "whale",
    "dolphin", "shark", "jellyfish", "octopus", "shell", "cat", "dog", "wolf", "fox", "bear", "tiger", "lion", "horse",
    "deer", "rabbit", "elephant", "snake", "dragon", "spider", "frog", "turtle",
    # people and body
    "eye", "hand", "hands_joined", "fist", "lips", "heart", "broken_heart", "face", "mask", "skull", "skeleton", "footprint",
    "figure", "couple", "child", "mother", "dancer", "runner", "angel", "ghost", "hair", "ear",
    # city and travel
    "city", "house", "window", "door", "stairs", "bridge", "tower", "church", "temple", "castle", "streetlight", "neon",
    "road", "crossroads", "train", "subway", "bus", "car", "truck", "motorcycle", "bicycle", "airplane", "rocket", "ship",
    "sailboat", "paper_boat", "paper_plane", "anchor", "lighthouse", "balloon", "compass", "map", "suitcase", "ticket",
    "tent", "ferris_wheel", "telephone", "phone", "mailbox",
    # things
    "letter", "envelope", "book", "pen", "photo", "camera", "film", "television", "radio", "clock", "hourglass", "watch",
    "calendar", "key", "lock", "chain", "mirror", "candle", "match", "fire", "lamp", "lightbulb", "lantern", "chair",
    "bed", "table", "cup", "coffee", "wine", "beer", "bottle", "soju", "bread", "rice_bowl", "cake", "candy", "cigarette", "ring",
    "diamond", "crown", "coin", "money", "gift", "ribbon", "dress", "shoe", "high_heel", "sneaker", "hat", "glasses",
    "glove", "knife", "sword", "gun", "shield", "bomb", "flag", "trophy", "dice", "card", "chess", "toy", "doll", "kite",
    "swing", "ladder", "rope", "net", "cage", "feather", "wing", "bone", "stone", "crystal", "mountain_cabin", "magnet",
    # music
    "guitar", "electric_guitar", "piano", "drum", "violin", "cello", "trumpet", "saxophone", "flute", "harp", "accordion",
    "microphone", "vinyl", "cassette", "headphones", "speaker", "music_note", "bell", "gayageum", "disco_ball",
    # signs and ideas
    "cross", "halo", "infinity", "spiral", "circle", "square", "triangle", "eclipse", "arrow", "target", "maze", "wall",
    "puzzle", "atom", "robot", "computer", "satellite", "signal", "battery", "wheel", "gear", "ball", "bubble", "smoke", "shadow",
)  # fmt: skip
