"""What may be done with a picture: what its row says first, then what the operator said for the whole source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from covers.albums.album_contract import RowProblem, RowRefused
from covers.models import AllowedUse
from covers.writing.typed import clean_text

USES = {
    AllowedUse.NONE: "none no 없음 금지",
    AllowedUse.REFERENCE: "reference evaluation 참고 비교",
    AllowedUse.TRAINING: "training train learning 학습 훈련",
}
_USE_OF = {word: use for use, words in USES.items() for word in words.split()}

FORBIDS = re.compile(
    r"(?<![a-z])(nd|nc)(?![a-z])|ccby(sa)?(nd|nc)|noderiv|noncommercial|proprietary|editorial|unknown|notrain"
    r"|no[- ](derivat|commercial|train|ai\b|ml\b)"
    r"|non[- ]commercial|all rights reserved|변경\s*금지|상업적\s*이용\s*금지|비영리|무단|제?\s*[234]\s*유형|type\s*[234]\b",
    re.IGNORECASE,
)
"""Words of licences under which nothing may be made from a picture, or nothing for money: the model is made from it, and
this site may be a business. Creative Commons' ND and NC, KOGL's types 2 to 4 (공공누리), and claims without a licence."""

PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:/[!-\[\]-~]*)?")
"""What nearly every address is like. Taking it apart would take longer than all else that is looked at in a row."""

SOURCE_MAX, LICENCE_MAX, ADDRESS_MAX = 300, 100, 500


class UsageRights(NamedTuple):
    """As stated. allowed_use: an AllowedUse; nothing said is ""."""

    source: str = ""
    licence: str = ""
    licence_url: str = ""
    allowed_use: str = ""


class GrantedRights(NamedTuple):
    """What is stored. lacks_right: learning was asked for, and is not granted."""

    rights: UsageRights
    lacks_right: bool


def rights_of(values: Mapping[str, str], of_source: UsageRights) -> GrantedRights:
    """A row's rights. Raises RowRefused."""
    get = values.get
    own = stated(get("source", ""), get("licence", ""), get("licence_url", ""), get("allowed_use", ""))
    return _granted(own, of_source)


@lru_cache(maxsize=4096)
def _granted(own: UsageRights, of_source: UsageRights) -> GrantedRights:
    """The operator's licence holds for rows that name none: never half of one and half of another.

    Learning is granted where it is stated, source, licence and its text are named, and the licence does not forbid it.
    """
    source = own.source or of_source.source
    names_own = (own.licence and own.licence != of_source.licence) or (
        own.licence_url and own.licence_url != of_source.licence_url
    )
    if names_own:
        rights = own._replace(source=source)
    else:
        rights = UsageRights(source, of_source.licence, of_source.licence_url, own.allowed_use or of_source.allowed_use)
    if rights.allowed_use == AllowedUse.TRAINING and not (source and permits(rights.licence, rights.licence_url)):
        return GrantedRights(rights._replace(allowed_use=AllowedUse.NONE), True)
    return GrantedRights(rights._replace(allowed_use=rights.allowed_use or AllowedUse.NONE), False)


def permits(licence: str, licence_url: str) -> bool:
    return bool(licence and licence_url) and not FORBIDS.search(f"{licence} {licence_url}".replace("_", "-"))


@lru_cache(maxsize=4096)
def stated(source: str, licence: str, licence_url: str, allowed_use: str) -> UsageRights:
    """Words as rights. Raises RowRefused: TOO_LONG, BAD_LICENCE_ADDRESS, BAD_USE."""
    source, licence, licence_url = (clean_text(words) for words in (source, licence, licence_url))
    for name, words, limit in (("source", source, SOURCE_MAX), ("licence", licence, LICENCE_MAX)):
        if len(words) > limit:
            raise RowRefused(RowProblem.TOO_LONG, f"{name}: {len(words)} characters of {limit}")
    if licence_url and not is_web_address(licence_url, ADDRESS_MAX):
        raise RowRefused(RowProblem.BAD_LICENCE_ADDRESS, licence_url)
    return UsageRights(source, licence, licence_url, _use(allowed_use))


def _use(words: str) -> str:
    word = words.strip().lower()
    if word and word not in _USE_OF:
        raise RowRefused(RowProblem.BAD_USE, words)
    return _USE_OF.get(word, "")


def is_web_address(text: str, limit: int) -> bool:
    """http or https, a host, a legal port, nobody's name or password, printable ASCII or letters only."""
    if PLAIN_ADDRESS.fullmatch(text):
        return len(text) <= limit
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    is_clean = len(text) <= limit and text.isprintable() and " " not in text and "\\" not in text
    return is_clean and parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
