"""What a song tells, in one short English clause of our own words: "somebody waits on a snowy railway platform at dawn"."""

from __future__ import annotations

import re

from covers.brief.brief_contract import Concept
from covers.brief.vocabulary import pictured
from covers.writing.mentions import Text
from covers.writing.notions import scene_facts
from covers.writing.scene import with_article

PEOPLE = {
    "": "somebody", "one": "somebody", "sitting": "somebody", "walking": "somebody", "pair": "two people", "child": "a child",
    "parent_child": "a parent and a child", "elder": "an old person", "dancer": "a dancer", "band": "a band", "crowd": "a crowd",
}  # fmt: skip
HOURS = {
    "dawn": "at dawn", "morning": "in the morning", "noon": "at noon", "afternoon": "in the afternoon", "dusk": "at dusk",
    "evening": "in the evening", "night": "at night", "small_hours": "in the small hours",
}  # fmt: skip
THINGS = {
    "lit_window": "one lit window", "coat_chair": "a coat over an empty chair", "two_cups": "two cups",
    "boat_leaving": "a boat that leaves",
    "petals": "falling petals", "fireworks": "fireworks", "fire": "a fire", "dice": "a pair of dice",
}  # fmt: skip
"""Things whose key does not read well after "a"."""
SAY_WHEN = ("night", "dusk", "noon", "morning", "evening", "moon", "stars")
"""Places that say the hour by themselves."""
DOINGS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (one, many, re.compile(words))
    for one, many, words in (
        ("leaves", "part", r"\b(?:leav\w+|left|goodbye|farewell)\b|떠나|떠난|이별|헤어|작별"),
        ("waits", "wait", r"\bwait\w*\b|come back|기다|돌아와|돌아올"),
        ("comes home", "come home", r"\b(?:home|homeward)\b|퇴근|집으로|집에 가|고향"),
        ("dances", "dance", r"\bdanc\w+\b|춤"),
        ("sings", "sing", r"\b(?:sing\w*|song)\b|노래"),
        ("drives", "drive", r"\b(?:driv\w+|drove|highway)\b|운전|드라이브"),
        ("runs", "run", r"\b(?:run|running|ran)\b|달려|달리|뛰어"),
        ("walks", "walk", r"\b(?:walk\w*|wander\w*)\b|걷|걸어|걸으|산책"),
        ("cries", "cry", r"\b(?:cry|crying|cried|tears)\b|울어|울고|눈물"),
        ("sleeps", "sleep", r"\b(?:sleep\w*|asleep)\b|잠들|잠이|자장"),
        ("prays", "pray", r"\b(?:pray\w*|lord|hallelujah)\b|기도|주님|찬양"),
        ("remembers", "remember", r"\b(?:remember\w*|memor\w+|used to)\b|추억|기억|그때|그 시절"),
        ("dreams", "dream", r"\bdream\w*\b|꿈"),
        ("plays", "play", r"\b(?:play\w*)\b|놀이|놀자"),
        ("falls in love", "fall in love", r"\b(?:love|kiss\w*)\b|사랑|설레"),
        ("thinks of somebody", "think of each other", r"\bmiss(?:ing)? you\b|그리|보고 ?싶"),
    )
)
"""What is done, by one and by two, and the words for it: of these the one that is sung most, the title three times."""


def happens(concept: Concept, text: Text) -> str:
    """Where nothing can be pictured: empty."""
    if not concept.scene:
        return ""
    who = PEOPLE.get(concept.people, "somebody")
    doing = _doing(text, is_many=concept.people in ("pair", "parent_child"))
    fact = scene_facts()[concept.scene]
    where = fact.where
    when = "" if any(word in where for word in SAY_WHEN) else HOURS.get(concept.hour, "")
    thing = _named(concept.things[0]) if concept.things else ""
    beside = f", with {thing}" if thing and concept.things[0].replace("_", " ") not in where else ""
    return " ".join(filter(None, (who, doing, where, when))) + beside


def _named(thing: str) -> str:
    """With its article: "an umbrella"."""
    return THINGS.get(thing) or with_article(pictured(thing).replace("_", " "))


def _doing(text: Text, *, is_many: bool) -> str:
    sung = " ".join([*([text.title] * 3), *(line for line, _ in text.lines)]).lower()
    counted = [
        (len(words.findall(sung)), -place, many if is_many else one) for place, (one, many, words) in enumerate(DOINGS)
    ]
    most = max(counted)
    if most[0]:
        return most[2]
    return "are" if is_many else "is"
