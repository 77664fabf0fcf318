"""What a song is about, where, when, in which weather, who is there: read by its words and by its meaning together.

The words (mentions.py) know what a title names; the meaning (meaning.py) knows what twenty plain lines come to. Each scene gets
points from both; what the title names by itself, a place or a thing, stays the subject whatever the lyrics add.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from covers.brief_contract import Song
from covers.scenery import SCENES
from covers.writing.learnt import Learnt
from covers.writing.meaning import NEAR_NOTHING, Meaning, Near
from covers.writing.mentions import LYRICS, REASON_MOST, TITLE, Mention, Text, mentions_in, text_of
from covers.writing.notions import Notion, notions, scene_facts, senses

SHARES = (1.0, 0.65, 0.45, 0.3, 0.2)
"""What the scenes of a notion get of its weight, by their rank."""
LYRICS_MOST = 9.0
"""What all the lyrics together may weigh; one thing in the title weighs 6, a place 9."""
MEANING_SHARE, LEARNT_SHARE = 0.5, 2.0
TITLE_ALONE = 0.5
"""Points for a standard deviation of nearness in meaning, and of what the example songs have taught; what is left of them for a song
without lyrics."""
NAMED = 1.5
"""From this weight on a notion of the title is something to draw by itself."""
AT_HOME = 1.5
"""Points for a scene in which the thing of the title can stand."""
TOLD_PLACES = 1.5
"""What the whole song must say for a place, in standard deviations, where the thing of its title is not at home."""
WHOLE_PLACE, AWAY = 3.0, 1.0
"""From which weight on a notion is a place itself, which no lyrics move; what a place loses that only the lyrics speak of."""
OF_ANOTHER = 1.0
"""What a scene loses that only another word of the title speaks for: of "The Lions' Night" the lions are the subject."""
CUE_FITS, CUE_BREAKS = 0.3, -0.6
MEANT = 2.0
"""What a notion weighs that the title names by its meaning alone; by a word it weighs 3."""
SURE_ENOUGH = 2.0
"""Points of the best scene below which a song shows nothing: its letters or a material are drawn."""

GENRE_NOTIONS = {"ccm": "cross"}
GENRE, GENRE_WEIGHT = "genre", 1.5


@dataclass(frozen=True)
class Understanding:
    """subject: what the pictures are of, or None where nothing is known. scenes: with their points, best first. reasons: scene →
    the mention that speaks loudest for it. told: scene → what the song as a whole says for it, in standard deviations, or empty.
    hour, season, weather, people: as the song says, or empty."""

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
    told: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_pictured(self) -> bool:
        return bool(self.scenes) and (self.subject is not None or self.scenes[0][1] >= SURE_ENOUGH)


def understand(song: Song, meaning: Meaning | None, learnt: Learnt | None = None) -> Understanding:
    """Deterministic; never raises for any text. meaning: None reads by words alone. learnt: None for a word that is no song."""
    text = text_of(song)
    near = (
        meaning.near(text.title, [line for line, _ in text.lines])
        if meaning is not None and text.title
        else NEAR_NOTHING
    )
    mentions = _with_what_is_meant(mentions_in(text), text, near)
    mentions = _balanced([*mentions, *_of_genre(mentions, song.genre)])
    subject = _named(mentions)
    cues = {cue: _cue(mentions, cue) for cue in ("hour", "season", "weather", "people")}
    likely = learnt.scenes(near, song.genre) if learnt is not None else {}
    told = {scene: (near.scenes[scene] + likelihood) / 2 for scene, likelihood in likely.items()}
    points = _points(mentions, near, likely, subject, cues)
    if subject is not None:
        _keep_to(points, subject.notion, mentions, told)
    scenes = tuple(sorted(points.items(), key=lambda item: (-item[1], SCENES.index(item[0]))))
    reasons = _reasons(mentions)
    if subject is None and scenes:
        subject = _spoken_of(mentions, scenes[0][0])
    return Understanding(text, tuple(mentions), near, subject, scenes, **cues, reasons=reasons, told=told)


def _with_what_is_meant(mentions: list[Mention], text: Text, near: Near) -> list[Mention]:
    """A title that names nothing by itself may mean something that its words are near to: "Overclocked" is about computers."""
    if not near.meant or any(one.source == TITLE and one.notion.weight >= NAMED for one in mentions):
        return mentions
    for word, known in senses().items():  # what its neighbours have ruled out is not let in again
        if word in text.title.lower() and near.meant in {one.notion for one in known}:
            return mentions
    notion = notions()[near.meant]
    return [Mention(notion, TITLE, text.title[:REASON_MOST], MEANT * notion.weight), *mentions]


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
    return [
        Mention(one.notion, one.source, one.line, weight * (scale if one.source == LYRICS else 1.0), one.is_denied)
        for one, weight in found
    ]


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


def _points(
    mentions: Sequence[Mention],
    near: Near,
    likely: Mapping[str, float],
    subject: Mention | None,
    cues: Mapping[str, str],
) -> dict[str, float]:
    points: dict[str, float] = dict.fromkeys(SCENES, 0.0)
    for one in mentions:
        for rank, scene in enumerate(one.notion.scenes):
            points[scene] += one.weight * SHARES[min(rank, 4)]
    share = TITLE_ALONE + (1 - TITLE_ALONE) * near.sureness
    for scene, nearness in near.scenes.items():
        points[scene] += MEANING_SHARE * max(nearness, -1.0) * share
    for scene, likelihood in likely.items():
        points[scene] += LEARNT_SHARE * max(likelihood, -1.0) * share
    facts = scene_facts()
    for scene, fact in facts.items():
        for cue, known in (("hour", fact.hours), ("season", fact.seasons), ("weather", fact.weathers)):
            if cues[cue] and known:
                points[scene] += CUE_FITS if cues[cue] in known else CUE_BREAKS
    return points


def _keep_to(points: dict[str, float], notion: Notion, mentions: Sequence[Mention], told: Mapping[str, float]) -> None:
    """Only scenes that the title speaks for, where its thing can stand, or where, of a thing, the lyrics and the whole song place it."""
    allowed = {
        scene for one in mentions if one.source == TITLE and one.notion.weight >= NAMED for scene in one.notion.scenes
    }
    thing = notion.things[0] if notion.things else ""
    placed = {
        scene for one in mentions if one.source == LYRICS and not one.is_denied for scene in one.notion.scenes[:2]
    }
    for scene in list(points):
        fits = bool(thing) and thing in scene_facts()[scene].things
        is_told = notion.weight < WHOLE_PLACE and scene in placed and told.get(scene, 0.0) >= TOLD_PLACES
        if scene not in allowed and not fits and is_told:
            points[scene] -= AWAY
        elif scene not in allowed and not fits:
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
