"""Which icon of which set draws which motif. f: Fluent Emoji High Contrast, p: Phosphor fill, m: Material Design
Icons, h: Health Icons. Keys that are not here are drawn in code (`forms_nature`, `forms_life`, `forms_things`)."""

from __future__ import annotations

SOURCES: dict[str, str] = {
    # sky and weather
    "star": "p:star", "planet": "p:planet", "cloud": "f:cloud", "umbrella": "p:umbrella",
    "lightning": "p:lightning", "wind": "p:wind", "volcano": "f:volcano", "cactus": "f:cactus",
    # plants
    "tree": "f:deciduous-tree", "palm": "f:palm-tree", "leaf": "p:leaf",
    "maple_leaf": "f:maple-leaf", "flower": "p:flower", "rose": "f:rose", "tulip": "f:tulip", "sunflower": "f:sunflower",
    "cherry_blossom": "f:cherry-blossom", "lotus": "p:flower-lotus", "seed": "f:seedling", "mushroom": "f:mushroom",
    "fruit": "f:peach", "apple": "f:red-apple", "cherry": "f:cherries", "lemon": "f:lemon", "grape": "f:grapes",
    "strawberry": "f:strawberry", "watermelon": "f:watermelon",
    # animals
    "bird": "f:bird", "crow": "f:blackbird", "dove": "m:bird", "owl": "m:owl", "swan": "f:swan", "rooster": "f:rooster",
    "butterfly": "f:butterfly", "bee": "f:honeybee", "fish": "m:fish", "dolphin": "m:dolphin",
    "shark": "m:shark", "jellyfish": "f:jellyfish", "octopus": "f:octopus", "shell": "f:spiral-shell", "cat": "f:black-cat",
    "dog": "f:dog", "wolf": "f:wolf", "fox": "f:fox", "bear": "f:bear", "tiger": "f:tiger-face", "lion": "f:lion",
    "horse": "f:horse", "deer": "f:deer", "rabbit": "m:rabbit", "elephant": "f:elephant", "snake": "m:snake",
    "dragon": "f:dragon", "spider": "m:spider", "frog": "f:frog", "turtle": "f:turtle",
    # people and body
    "hand": "f:hand-with-fingers-splayed", "hands_joined": "f:handshake", "fist": "p:hand-fist", "lips": "f:mouth",
    "heart": "p:heart", "broken_heart": "p:heart-break", "mask": "p:mask-sad", "skull": "p:skull",
    "skeleton": "h:skeleton", "footprint": "f:footprints", "dancer": "m:dance-ballroom",
    "runner": "p:person-simple-run", "angel": "f:baby-angel", "ghost": "p:ghost", "ear": "f:ear",
    # city and travel
    "house": "f:house", "tower": "f:tokyo-tower", "church": "f:church", "temple": "m:temple-buddhist", "castle": "f:castle",
    "train": "f:locomotive", "subway": "p:subway", "bus": "p:bus", "car": "m:car-side", "truck": "p:truck",
    "motorcycle": "p:motorcycle", "bicycle": "p:bicycle", "airplane": "f:airplane", "rocket": "f:rocket", "ship": "f:ship",
    "sailboat": "f:sailboat", "paper_plane": "p:paper-plane-tilt", "anchor": "f:anchor", "lighthouse": "p:lighthouse",
    "balloon": "f:balloon", "compass": "p:compass-rose", "map": "f:world-map", "suitcase": "p:suitcase-rolling",
    "ticket": "f:admission-tickets", "tent": "f:tent", "ferris_wheel": "f:ferris-wheel", "telephone": "f:telephone",
    "phone": "f:mobile-phone", "mailbox": "p:mailbox",
    # things
    "letter": "f:love-letter", "envelope": "p:envelope-simple", "book": "f:open-book", "pen": "p:pen-nib",
    "camera": "p:camera", "film": "p:film-reel", "television": "f:television", "radio": "f:radio", "clock": "f:alarm-clock",
    "hourglass": "p:hourglass-medium", "watch": "f:watch", "calendar": "f:tear-off-calendar", "key": "f:old-key",
    "lock": "f:locked", "chain": "f:chains", "mirror": "f:mirror", "candle": "f:candle", "fire": "p:fire", "lamp": "p:lamp",
    "lightbulb": "f:light-bulb", "lantern": "f:red-paper-lantern", "chair": "p:chair", "bed": "p:bed", "cup": "f:teacup-without-handle",
    "coffee": "f:hot-beverage", "wine": "p:wine", "beer": "f:beer-mug", "bottle": "f:bottle-with-popping-cork",
    "bread": "f:bread", "cake": "f:birthday-cake", "candy": "f:candy", "cigarette": "f:cigarette", "ring": "f:ring",
    "diamond": "f:gem-stone", "crown": "f:crown", "coin": "f:coin", "money": "f:money-with-wings", "gift": "f:wrapped-gift",
    "ribbon": "f:ribbon", "dress": "f:dress", "shoe": "f:mans-shoe", "high_heel": "f:high-heeled-shoe",
    "sneaker": "f:running-shoe", "hat": "f:top-hat", "glasses": "f:sunglasses", "glove": "f:boxing-glove",
    "sword": "f:dagger", "gun": "m:pistol", "shield": "p:shield-chevron", "bomb": "f:bomb",
    "flag": "f:triangular-flag", "trophy": "f:trophy", "dice": "f:game-die", "card": "f:joker", "chess": "m:chess-knight",
    "toy": "f:teddy-bear", "doll": "f:nesting-dolls", "kite": "f:kite", "ladder": "f:ladder",
    "feather": "f:feather", "wing": "f:wing", "bone": "f:bone", "crystal": "f:crystal-ball", "mountain_cabin": "m:cabin-a-frame",
    "magnet": "f:magnet",
    # music
    "guitar": "m:guitar-acoustic", "electric_guitar": "f:guitar", "drum": "f:drum", "violin": "f:violin",
    "trumpet": "f:trumpet", "saxophone": "f:saxophone", "flute": "f:flute", "accordion": "f:accordion",
    "microphone": "p:microphone-stage", "cassette": "p:cassette-tape", "headphones": "p:headphones", "speaker": "p:speaker-hifi",
    "music_note": "p:music-notes", "bell": "f:bell", "disco_ball": "p:disco-ball",
    # signs and ideas
    "arrow": "p:arrow-fat-right", "puzzle": "p:puzzle-piece", "atom": "p:atom", "robot": "f:robot",
    "computer": "f:desktop-computer", "satellite": "m:satellite-uplink", "battery": "p:battery-vertical-full", "wheel": "p:tire",
    "gear": "p:gear", "ball": "p:soccer-ball",
}  # fmt: skip
