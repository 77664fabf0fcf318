"""What a song is about, where, when, in which weather, who is there: read by its words and by its meaning together.

The words (mentions.py) know what a title names; the meaning (meaning.py) knows what twenty plain lines come to. All witnesses of a
place are weighed by how often they are right (learnt.py). Where words alone are read, each scene gets points of the words, and what the
title names by itself, a place or a thing, stays the subject.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from covers.brief.brief_contract import Song
from covers.brief.scenery import SCENES
from covers.writing.learnt import Learnt
from covers.writing.meaning import NEAR_NOTHING, Meaning, Near
from covers.writing.mentions import DENIED, LYRICS, REASON_MOST, TITLE, Mention, Text, mentions_in, text_of
from covers.writing.notions import Notion, notions, scene_facts, senses
from covers.writing.witnesses import NAMED, PLACE, SHARES

LYRICS_MOST = 9.0
"""What all the lyrics together may weigh; one thing in the title weighs 6, a place 9."""
AT_HOME = 1.5
"""Points for a scene in which the thing of the title can stand."""
OF_ANOTHER = 1.0
"""What a scene loses that only another word of the title speaks for: of "The Lions' Night" the lions are the subject."""
CUE_FITS, CUE_BREAKS = 0.3, -0.6
THING = 2.0
"""What a notion weighs from which on it is a thing of its own."""
MEANT = 2.0
"""What a notion weighs that the title names by its meaning alone; by a word it weighs 3."""
SURE_ENOUGH = 2.0
"""Points of the best scene below which a song shows nothing: its letters or a material are drawn."""
LIKELY_ENOUGH = 0.35
"""The same, where the witnesses are weighed and it is a likelihood."""

TOLD_ONLY = frozenset({"burning_bridge"})
OF_KOREA_ONLY = frozenset({"hanok_rain", "temple_snow"})
UNTOLD = 0.1
"""What is left of the likelihood of such a place."""
SNOW_UNTOLD = 0.6
"""The same of a place in snow where no word speaks of snow or winter."""
WITHOUT_ITS_THING = 0.35
"""The same of a place that has no room for what the title names."""
WITHOUT_WHAT_IS_SUNG = 0.15
"""The same where the lyrics speak of it as well."""
NAMED_LIKELY = 0.75
"""How likely the thing is at least that a title plainly names: it is to be seen."""
THING_TELLS = 0.7
"""What the likelihood of a thing adds to a place in which it can stand."""
HANGUL = re.compile("[가-힣]")
OF_KOREA = re.compile(
    r"\b(?:hanok|temples?|monks?|pagoda|palace|shrine|buddh\w*|korean?|seoul|busan|jeju|gyeongju)\b", re.I
)

GENRE_NOTIONS = {"ccm": "cross"}
GENRE, GENRE_WEIGHT = "genre", 1.5


@dataclass(frozen=True)
class Noticed:
    """What stands in a song, before it is weighed. subject: what its title names, or None. cues: "hour", "season", "weather" and
    "people" → as the song says, or empty."""

    text: Text
    mentions: tuple[Mention, ...]
    near: Near
    subject: Mention | None
    cues: Mapping[str, str]


@dataclass(frozen=True)
class Understanding:
    """subject: what the pictures are of, or None where nothing is known. scenes: with their points, best first. reasons: scene →
    the mention that speaks loudest for it. likely: each thing and motif with its likelihood, best first, or empty where words alone
    were read; then scenes have likelihoods for points. hour, season, weather, people: as the song says, or empty."""

    text: Text
    mentions: tuple[Mention, ...]
    near: Near
    subject: Mention | None
    scenes: tuple[tuple[str, float], ...]
    hour: str = ""
    season: str = ""
    weather: str = ""
    people: str = ""
    reasons: Mapping[str, Mention] = field(default_factory=dict)
    likely: tuple[tuple[str, float], ...] = ()

    @property
    def is_pictured(self) -> bool:
        enough = LIKELY_ENOUGH if self.likely else SURE_ENOUGH
        return bool(self.scenes) and (self.subject is not None or self.scenes[0][1] >= enough)


def understand(song: Song, meaning: Meaning | None, learnt: Learnt | None = None) -> Understanding:
    """Deterministic; never raises for any text. meaning: None reads by words alone. learnt: None for a word that is no song."""
    noticed = notice(song, meaning)
    text, mentions, near, subject = noticed.text, noticed.mentions, noticed.near, noticed.subject
    likely: Mapping[str, float] = {}
    if learnt is not None and near.vectors:
        is_sung = subject is not None and any(
            one.source == LYRICS and one.notion == subject.notion and not one.is_denied for one in mentions
        )
        points = _at_home_here(
            learnt.places(mentions, near, song.genre, subject, noticed.cues),
            mentions,
            song,
            _without_room_for(subject),
            WITHOUT_WHAT_IS_SUNG if is_sung else WITHOUT_ITS_THING,
        )
        if not (is_sung and plainly_named(subject)):
            subject = at_home(subject, mentions, points)
        likely = dict(learnt.things(mentions, near, song.genre, subject, points))
        for key in plainly_named(subject):
            likely[key] = max(likely[key], NAMED_LIKELY)
        for key in said_missing(mentions):
            likely[key] *= DENIED
        points = _with_its_thing(points, likely)
    else:
        points = _points(mentions, noticed.cues)
        if subject is not None:
            _keep_to(points, subject.notion, mentions)
        subject = subject or _spoken_of(mentions, max(SCENES, key=lambda scene: points[scene]))
    return Understanding(
        text,
        mentions,
        near,
        subject,
        tuple(sorted(points.items(), key=lambda item: (-item[1], SCENES.index(item[0])))),
        **noticed.cues,
        reasons=_reasons(mentions),
        likely=tuple(sorted(likely.items(), key=lambda item: -item[1])),
    )


def notice(song: Song, meaning: Meaning | None) -> Noticed:
    text = text_of(song)
    near = (
        meaning.near(text.title, [line for line, _ in text.lines])
        if meaning is not None and text.title
        else NEAR_NOTHING
    )
    mentions = _with_what_is_meant(mentions_in(text), text, near)
    mentions = _balanced([*mentions, *_of_genre(mentions, song.genre)])
    cues = {cue: _cue(mentions, cue) for cue in ("hour", "season", "weather", "people")}
    return Noticed(text, tuple(mentions), near, _named(mentions), cues)


def _at_home_here(
    points: Mapping[str, float], mentions: Sequence[Mention], song: Song, bare: Collection[str], bare_share: float
) -> dict[str, float]:
    """Without what only likeness would bring: flames that no word speaks of, and houses of Korea for a song that is in no word Korean."""
    told = {scene for one in mentions if not one.is_denied for scene in one.notion.scenes}
    words = f"{song.title}\n{song.artist}\n{song.album}\n{song.lyrics}"
    is_of_korea = HANGUL.search(words) or OF_KOREA.search(words)
    off = {scene for scene in TOLD_ONLY if scene not in told} | (set() if is_of_korea else OF_KOREA_ONLY)
    is_white = any(
        "winter" in one.notion.season or "snow" in one.notion.weather for one in mentions if not one.is_denied
    )
    white = set() if is_white else {scene for scene, fact in scene_facts().items() if fact.weathers == ("snow",)}
    return {
        scene: value
        * (UNTOLD if scene in off else 1.0)
        * (SNOW_UNTOLD if scene in white else 1.0)
        * (bare_share if scene in bare else 1.0)
        for scene, value in points.items()
    }


def _with_its_thing(points: Mapping[str, float], likely: Mapping[str, float]) -> dict[str, float]:
    """How likely each place is right, or the thing that stands in it: the two are told by the same words, so not by chance alone."""
    found = {}
    for scene, share in points.items():
        best = max((likely[thing] for thing in scene_facts()[scene].things), default=0.0)
        found[scene] = share + THING_TELLS * (1 - share) * best
    return found


def plainly_named(subject: Mention | None) -> tuple[str, ...]:
    """The thing and the motif that the title is of, where its word has one sense only: a dog is to be seen, a pear is perhaps no ship."""
    if subject is None or subject.source != TITLE or not subject.is_plain or subject.notion.weight < THING:
        return ()
    return (*subject.notion.things[:1], *subject.notion.motifs[:1])


def said_missing(mentions: Sequence[Mention]) -> set[str]:
    """Things and motifs that the lyrics say are not there, and no other line that they are: "walking without an umbrella"."""
    told = {one.notion.key for one in mentions if not one.is_denied}
    missing = [one.notion for one in mentions if one.source == LYRICS and one.is_denied and one.notion.key not in told]
    return {key for notion in missing for key in (*notion.things[:1], *notion.motifs[:1])}


def _without_room_for(subject: Mention | None) -> set[str]:
    """Places that cannot show what the title plainly names: it has no room in them, nor are they where it is by its nature, as a
    platform is for a train that stands in no picture as a thing."""
    plain = {*plainly_named(subject)}
    home = {scene for scene, fact in scene_facts().items() if plain & {*fact.things}}
    if subject is not None and plain and subject.notion.weight >= PLACE:
        home |= {*subject.notion.scenes}
    return {*SCENES} - home if home else set()


def at_home(subject: Mention | None, mentions: Sequence[Mention], places: Mapping[str, float]) -> Mention | None:
    """What the title names, where that belongs to the likeliest place: else what the song speaks of there, if anything. A pear
    that was taken for a ship is at home in no kitchen."""
    scene = max(SCENES, key=lambda name: places[name])
    if subject is not None and (
        scene in subject.notion.scenes or {*subject.notion.things[:1]} & {*scene_facts()[scene].things}
    ):
        return subject
    return _spoken_of(mentions, scene) or subject


def _with_what_is_meant(mentions: list[Mention], text: Text, near: Near) -> list[Mention]:
    """A title that names nothing by itself may mean something that its words are near to: "Overclocked" is about computers."""
    if not near.meant or any(one.source == TITLE and one.notion.weight >= NAMED for one in mentions):
        return mentions
    for word, known in senses().items():  # what its neighbours have ruled out is not let in again
        if word in text.title.lower() and near.meant in {one.notion for one in known}:
            return mentions
    notion = notions()[near.meant]
    return [Mention(notion, TITLE, text.title[:REASON_MOST], MEANT * notion.weight, is_plain=False), *mentions]


def _of_genre(mentions: Sequence[Mention], genre: str) -> list[Mention]:
    """What a song of this genre is about where its title names nothing."""
    key = GENRE_NOTIONS.get(genre, "")
    if not key or any(one.source == TITLE and one.notion.weight >= NAMED for one in mentions):
        return []
    return [Mention(notions()[key], GENRE, "", GENRE_WEIGHT * notions()[key].weight)]


def _balanced(mentions: list[Mention]) -> list[Mention]:
    """Fifty lines together weigh no more than LYRICS_MOST; one notion that comes again and again counts less each time."""
    seen: Counter[str] = Counter()
    found = []
    for one in mentions:
        factor = 1.0
        if one.source == LYRICS:
            seen[one.notion.key] += 1
            factor = 1.0 / seen[one.notion.key]
        found.append((one, one.weight * factor))
    total = sum(weight for one, weight in found if one.source == LYRICS)
    scale = min(1.0, LYRICS_MOST / total) if total else 1.0
    return [replace(one, weight=weight * (scale if one.source == LYRICS else 1.0)) for one, weight in found]


def _named(mentions: Sequence[Mention]) -> Mention | None:
    """What the title names: the heaviest; of equals a thing before a place, which is where it stands, and then the last."""
    named = [one for one in mentions if one.source == TITLE and one.notion.weight >= NAMED and not one.is_denied]
    if not named:
        return None
    return max(enumerate(named), key=lambda item: (bool(item[1].notion.things), item[1].weight, item[0]))[1]


def _spoken_of(mentions: Sequence[Mention], scene: str) -> Mention | None:
    """What the lyrics (or an idea in the title) speak of that belongs to this scene: the subject of a title that names nothing."""
    told = [
        (one.weight * SHARES[min(one.notion.scenes.index(scene), 4)], one)
        for one in mentions
        if scene in one.notion.scenes
        and not one.is_denied
        and one.notion.weight >= 1  # "today" is in the line and not its subject
    ]
    return max(told, key=lambda item: item[0])[1] if told else None


def _cue(mentions: Iterable[Mention], cue: str) -> str:
    """The hour, season, weather or people that is spoken of most. Things only hint at it, what says it is listed for it."""
    found: Counter[str] = Counter()
    for one in mentions:
        value = getattr(one.notion, cue)
        if value and not one.is_denied:
            found[value] += one.weight  # type: ignore[assignment]
    return max(found, key=lambda value: found[value]) if found else ""


def _points(mentions: Sequence[Mention], cues: Mapping[str, str]) -> dict[str, float]:
    points: dict[str, float] = dict.fromkeys(SCENES, 0.0)
    for one in mentions:
        for rank, scene in enumerate(one.notion.scenes):
            points[scene] += one.weight * SHARES[min(rank, 4)]
    for scene, fact in scene_facts().items():
        for cue, known in (("hour", fact.hours), ("season", fact.seasons), ("weather", fact.weathers)):
            if cues[cue] and known:
                points[scene] += CUE_FITS if cues[cue] in known else CUE_BREAKS
    return points


def _keep_to(points: dict[str, float], notion: Notion, mentions: Sequence[Mention]) -> None:
    """Only scenes that the title speaks for, or where its thing can stand."""
    allowed = {
        scene for one in mentions if one.source == TITLE and one.notion.weight >= NAMED for scene in one.notion.scenes
    }
    thing = notion.things[0] if notion.things else ""
    for scene in list(points):
        fits = bool(thing) and thing in scene_facts()[scene].things
        if scene not in allowed and not fits:
            points[scene] -= 100
        elif fits:
            points[scene] += AT_HOME
        elif scene not in notion.scenes:
            points[scene] -= OF_ANOTHER


def _reasons(mentions: Sequence[Mention]) -> dict[str, Mention]:
    best: dict[str, tuple[float, Mention]] = {}
    for one in mentions:
        if one.is_denied:
            continue
        for rank, scene in enumerate(one.notion.scenes):
            weight = one.weight * SHARES[min(rank, 4)]
            if scene not in best or weight > best[scene][0]:
                best[scene] = (weight, one)
    return {scene: one for scene, (_weight, one) in best.items()}
