"""E-mail addresses as other people may see them."""

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


def _canonical(address: str) -> str:
    """One form for one address: NFC, lower case, nothing invisible, nothing that cannot be stored or sent."""
    text = unicodedata.normalize("NFC", address.strip()).lower()
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def _name(local: str) -> str:
    """Without quotes and without a +tag: `"kim"` and `kim+shop` are both kim, and must not give kim away."""
    return local.strip('"').partition("+")[0]


def _head(part: str) -> str:
    return part[: max(0, min(2, len(part) - 1))]
