"""E-mail addresses and numbers as other people may see them."""

from __future__ import annotations

import re
import unicodedata

LOCAL_STARS, DOMAIN_STARS = "*" * 4, "*" * 7
"""Fixed widths: the number of stars says nothing about the number of letters."""

_ADDRESS = re.compile(
    r"""(?P<local>"[^"\n]{1,64}"|[\w.+\-!#$&'*^`{|}~]{1,64})"""
    r"""(?:@|%40)"""
    r"""(?P<domain>\[[^\]\s]{1,64}\]|\w[\w\-]{0,62}(?:\.[\w\-]{1,63})+)"""
)
"""What looks like an address inside a longer text, also percent-encoded as in the address of a page."""


def mask_email(address: str | None) -> str:
    """`kim.minji+x@naver.com` → `ki****@na*******`, the same for the same address however it is typed.

    At most two characters of each side stay, and fewer when the side is short, so that neither is ever shown whole.
    No address gives an empty text; so does what is not an address.
    """
    local, at, domain = _canonical(address or "").rpartition("@")
    if not at or not local or not domain:
        return ""
    mask = f"{_head(_name(local))}{LOCAL_STARS}@{_head(domain.partition('.')[0])}{DOMAIN_STARS}"
    if local in mask or domain in mask:  # one-letter names can turn up on the other side
        return f"{LOCAL_STARS}@{DOMAIN_STARS}"
    return mask


def mask_addresses(text: str) -> str:
    """The text with every address in it masked; for log lines and whatever else others might read."""
    return _ADDRESS.sub(lambda found: mask_email(f"{found['local']}@{found['domain']}"), text)


# --- what people write about themselves and others ---------------------------------------------------------------

_AT = r"\s*(?:@|%40|골뱅이|[(\[{<]\s*(?:at|골뱅이|엣|앳)\s*[)\]}>])\s*"
_DOT = r"\s*(?:\.|[(\[{<]\s*(?:dot|점|닷)\s*[)\]}>]|점|닷)\s*"
_SPELT_ADDRESS = re.compile(
    rf"(?P<local>[A-Za-z0-9][\w.+\-]*|[\w.+\-]{{2,}}?){_AT}"
    rf"(?P<domain>(?:[\w\-]+?{_DOT}(?:com|net|org|kr|co|io|me|컴|넷|케이알|씨오|[A-Za-z]{{2,}})(?:{_DOT}(?:kr|케이알))?"
    r"|네이버|지메일|다음(?!\s*(?:주|달|해|번|곡|노래|앨범))|한메일|네이트|카카오|핫메일|아웃룩))",
    re.IGNORECASE,
)
"""Addresses as people write them so that no machine finds them: minji골뱅이naver.com, minji (at) naver (dot) com."""

_DIGITS = re.compile(r"\+?\(?\d(?:[\s().\-\u2010-\u2015/·]{0,3}\d){8,}")
_SPOKEN_DIGITS = re.compile(r"[공영]\s*일\s*[공영](?:[\s\-]*[공영일이삼사오육칠팔구]){7,8}")
_DATE = re.compile(r"(?:19|20)\d\d\s?[./\-]\s?\d{1,2}\s?[./\-]\s?\d{1,2}")
_YEAR = re.compile(r"(?:19|20)\d\d")


def mask_personal(text: str) -> str:
    """The text with addresses, telephone, registration, card and account numbers masked; years, dates and counting stay.

    Full-width letters and signs, invisible characters between them and the Korean word for @ hide nothing.
    """
    shadow, places = _plain(text)
    masked = list(text)
    for found in _SPELT_ADDRESS.finditer(shadow):
        _star(masked, places[found.start() : found.end()], spared=found["local"][:1])
    for found in _ADDRESS.finditer(shadow):
        _star(masked, places[found.start() : found.end()], spared=found["local"][:1])
    numbers = [found for found in _DIGITS.finditer(shadow) if not _is_innocent(found[0])]
    for found in (*numbers, *_SPOKEN_DIGITS.finditer(shadow)):
        _star(masked, [places[found.start() + at] for at, char in enumerate(found[0]) if char.isalnum()])
    return "".join(masked)


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in its ordinary letters, without what is invisible, and where in the text each of them stood."""
    kept = [(at, unicodedata.normalize("NFKC", char)) for at, char in enumerate(text)]
    shown = [(at, form) for at, form in kept if len(form) == 1 and unicodedata.category(form) != "Cf"]
    return "".join(form for _at, form in shown), [at for at, _form in shown]


def _star(letters: list[str], places: list[int], spared: str = "") -> None:
    """spared: the first letter, which says to its owner which address it was."""
    for at in places[len(spared) :]:
        if not letters[at].isspace():
            letters[at] = "*"


def _is_innocent(number: str) -> bool:
    """Dates, years and small numbers in a row."""
    groups = re.findall(r"\d+", _DATE.sub(" ", number))
    if not groups or all(_YEAR.fullmatch(group) for group in groups):
        return True
    if sum(map(len, groups)) < 9:
        return True
    return all(len(group) <= 2 for group in groups) and not number.startswith(("+", "0", "(0"))


def _canonical(address: str) -> str:
    """One form for one address: NFC, lower case, nothing invisible, nothing that cannot be stored or sent."""
    text = unicodedata.normalize("NFC", address.strip()).lower()
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def _name(local: str) -> str:
    """Without quotes and without a +tag: `"kim"` and `kim+shop` are both kim, and must not give kim away."""
    return local.strip('"').partition("+")[0]


def _head(part: str) -> str:
    return part[: max(0, min(2, len(part) - 1))]
