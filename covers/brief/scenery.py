"""What a lit scene can be made of: places, hours, seasons, weathers, people, and the things that tell it.

Keys only. `covers.engine.poster.scenes` draws them, `covers.writing` finds them in a song.
"""

from __future__ import annotations

HOURS: tuple[str, ...] = ("dawn", "morning", "noon", "afternoon", "dusk", "evening", "night", "small_hours")
SEASONS: tuple[str, ...] = ("spring", "summer", "autumn", "winter")
WEATHERS: tuple[str, ...] = ("clear", "cloudy", "rain", "snow", "fog", "storm", "wind")
PEOPLE: tuple[str, ...] = (
    "one",
    "sitting",
    "walking",
    "pair",
    "child",
    "parent_child",
    "elder",
    "dancer",
    "band",
    "crowd",
)

NOBODY, NOTHING = "nobody", "nothing"
"""What a person has switched off: nobody is there, and no thing that a scene would have by itself. No song says so."""
CROWDED: tuple[str, ...] = ("festival", "crossing")
"""Scenes that are made of people."""

ALWAYS_THERE: dict[str, tuple[str, ...]] = {
    "lighthouse": ("lighthouse",), "ferry_harbour": ("boat_leaving", "ship"), "flats_evening": ("lit_window",), "playground": ("swing",),
    "turntable": ("record_player", "vinyl"), "lone_tree": ("tree",), "disco_floor": ("disco_ball",), "night_blossom": ("petals",),
    "wet_street": ("streetlight",), "dusk_motorway": ("car",), "temple_snow": ("footprint",),
}  # fmt: skip
"""Things that a scene is made of: they are there whoever asks, and in no spot of their own."""

PLACES: dict[str, tuple[str, ...]] = {
    "waterside": ("moon_sea", "ferry_harbour", "pier", "lighthouse", "storm_sea", "river_reeds", "under_water"),
    "city_night": (
        "wet_street", "rooftop", "sign_alley", "crossing", "underpass", "night_store", "petrol_station", "flats_evening",
        "playground", "market_street",
    ),
    "indoors": (
        "rain_window", "window_room", "kitchen", "noon_bed", "desk_lamp", "bookshelf", "greenhouse", "turntable",
    ),
    "open_land": (
        "fog_ridges", "lone_tree", "autumn_path", "desert_road", "night_blossom", "temple_snow", "hanok_rain",
        "burning_bridge",
    ),
    "great_skies": ("tall_clouds", "aurora_lake", "tent_stars", "planet_rim"),
    "journeys": ("snow_platform", "dusk_motorway", "bus_last_row", "subway_window", "airport_glass"),
    "stages": ("festival", "disco_floor", "theatre_curtain"),
}  # fmt: skip
"""Scenes, by the style under which a person finds them."""

SCENES: tuple[str, ...] = tuple(scene for scenes in PLACES.values() for scene in scenes)

MATERIALS: tuple[str, ...] = (
    "chrome", "glow_orb", "lens_glass", "marbled", "smoke_light", "ink_water", "folded_paper", "draped_cloth", "foil",
    "thermal_flower", "halftone_solid", "pressed_clay",
)  # fmt: skip
STILL_LIFE = "still_life"
"""The style whose picture is one thing alone, in a light that is set for it."""
PRINTED_PLACE = "printed_place"
"""The style whose picture is a song's place as a print."""
PRESSES: tuple[str, ...] = ("duotone", "halftone", "engraving", "screenprint", "riso", "cyanotype", "xerox")
"""How a place can be printed; of TREATMENTS."""
UNPRINTED = frozenset({"rain_window", "noon_bed"})
"""Places that nobody recognises in print: blurred lights, stripes of light."""
QUIET_MATERIALS: tuple[str, ...] = ("marbled", "folded_paper", "glow_orb", "draped_cloth", "smoke_light", "ink_water")
"""Materials that need no motif: the ground of a picture of letters."""

LETTERINGS: tuple[str, ...] = (
    "type_stretched", "type_melted", "type_huge", "type_cutout", "type_field", "type_light", "type_carved", "type_curve",
)  # fmt: skip
"""Styles whose picture is the title itself."""
LETTERING_WIDTHS: dict[str, float] = {
    "type_stretched": 10.0, "type_melted": 10.0, "type_huge": 10.0, "type_cutout": 10.0, "type_field": 14.0, "type_light": 12.0,
    "type_carved": 11.0, "type_curve": 14.0,
}  # fmt: skip
"""Up to how many widths of a Hangul syllable a title may have to be drawn in such a style."""

TREATMENTS: tuple[str, ...] = (
    "plain", "film", "tinted", "night_push", "cyanotype", "xerox", "painted", "torn", "framed",
    "duotone", "halftone", "engraving", "screenprint", "riso", "collage", "bands", "contact",
)  # fmt: skip
"""What `poster` makes of a picture that somebody brought; "plain" shows it as it is, with type."""

OWN_THINGS: tuple[str, ...] = (
    "lit_window", "coat_chair", "two_cups", "boat_leaving", "phone_box", "street_bench", "vase", "record_player",
    "traffic_light", "signpost", "kettle", "pot", "teddy", "rocking_horse", "parasol", "surfboard", "lifebuoy", "carousel",
    "fireworks", "firefly", "seagull", "snowman", "potted_plant", "telescope", "spaceship", "astronaut", "sewing_machine",
    "scarf", "shopping_bag", "vending_machine", "laundry_line", "fishing_rod", "milk_bottle", "petals", "drum_kit",
)  # fmt: skip
THING_MOTIFS: tuple[str, ...] = (
    "umbrella", "bicycle", "dog", "cat", "lantern", "moth", "tent", "piano", "suitcase", "guitar", "electric_guitar",
    "streetlight", "letter", "rose", "flower", "sunflower", "candle", "telephone", "radio", "cassette", "vinyl", "bed",
    "mirror", "clock", "kite", "balloon", "swing", "train", "bus", "car", "truck", "motorcycle", "ship", "sailboat",
    "paper_boat", "paper_plane", "airplane", "lighthouse", "ladder", "door", "stairs", "key", "wine", "bottle", "soju",
    "cigarette", "book", "glasses", "shoe", "sneaker", "high_heel", "hat", "flag", "camera", "microphone", "drum", "violin",
    "cello", "trumpet", "saxophone", "headphones", "speaker", "mailbox", "rice_bowl", "apple", "lemon", "cake", "coffee",
    "crow", "bird", "whale", "fish", "butterfly", "deer", "horse", "swan", "wolf", "fox", "elephant", "tiger", "bear",
    "rabbit", "tree", "cross", "bell", "rope", "anchor", "ferris_wheel", "chair", "television", "photo", "crown", "ring",
    "fire", "footprint", "ball", "dice", "card", "chess", "doll", "toy", "trophy", "wheel", "robot", "rocket", "satellite",
    "disco_ball", "mushroom", "dress", "gift", "bread",
)  # fmt: skip
"""Motifs that are things of a size, and so can stand in a scene."""

THINGS: tuple[str, ...] = (*OWN_THINGS, *THING_MOTIFS)

NEVER_ALONE = frozenset({"firefly", "fireworks", "petals", "footprint", "fishing_rod", "street_bench", "lit_window"})
"""Things that tell a scene and are nothing by themselves."""

SURFACES: tuple[str, ...] = ("none", "grain", "paper")
"""What a picture is printed on, where its maker wants another surface than the style's own."""
