"""E-mail addresses as other people may see them."""

from __future__ import annotations


def mask_email(address: str | None) -> str:
    """`kim.minji+x@naver.com` → `ki****@na*******`: stable, and without the length of the local part.

    At most two characters of each side stay, fewer when the side is short, so that a one-letter name is not given away.
    The domain is masked to a fixed width. No address gives an empty text; so does what is not an address.
    """
    local, at, domain = (address or "").strip().rpartition("@")
    if not at or not local or not domain:
        return ""
    return f"{_head(local)}****@{_head(domain)}*******"


def _head(part: str) -> str:
    return part[: min(2, len(part) - 1)]
