"""The studio as a browser sees it: its page, its fields, its buttons, and the worker behind it."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import numpy as np
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.person import Person
from albumsite.media import storage
from covers import tasks
from covers.models import Cover, CoverVersion
from covers.object_keys import master_key
from tests.covers.kept_covers import KeptCover
from tests.factories import make_request
from tests.working import worked

KEPT: dict[str, KeptCover] = {}
"""By what is asked for: each is drawn once."""


def drawn_cover(owner: Person, **changes: Any) -> Cover:
    """Drawn by the engine, with its layers."""
    values = {
        "title": "Paper Route",
        "artist": "The Marlow Kids",
        "count": 1,
        "seed": 5,
        "width": 256,
        "height": 256,
    } | changes
    if kept := KEPT.get(repr(values)):
        return kept.put_back(owner)
    row = make_request(owner, **values)
    tasks.write_brief(str(row.pk))
    tasks.draw_covers(str(row.pk))
    if "picture" not in changes:  # of somebody, and gone with this test
        KEPT[repr(values)] = KeptCover.of(row)
    return Cover.objects.get(request=row)


def in_english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def page_of(browser: Client, cover: Cover, **query: Any) -> str:
    return browser.get(reverse("covers:studio", args=[cover.pk]), query).content.decode()


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the form as it stands, without the button."""
    form = page[page.index('id="studio-form"') : page.index('id="versions"')]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        values = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        is_tick = values.get("type") in ("checkbox", "radio")
        if "name" in values and (not is_tick or " checked" in tag):
            sent[values["name"]] = unescape(values.get("value", "on" if is_tick else ""))
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        sent[name] = unescape(text)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        sent[name] = unescape(chosen[1]) if chosen else ""
    return sent


def send(browser: Client, cover: Cover, do: str = "save", *, opened: str = "", **changes: Any) -> Any:
    """Change fields of the page and press a button; a name with "__" stands for one with "-". None takes a field away."""
    sent = fields_of(opened or page_of(browser, cover))
    for name, value in changes.items():
        sent.pop(name.replace("__", "-"), None)
        if value is not None:
            sent[name.replace("__", "-")] = str(value)
    return browser.post(reverse("covers:studio", args=[cover.pk]), sent | {"do": do})


def make(cover: Cover) -> CoverVersion:
    """Let the worker make the newest version."""
    version = worked(tasks.set_version, cover.versions.order_by("-number")[0])
    cover.refresh_from_db()
    return version


def pixels_at(key: str) -> Any:
    return np.asarray(Image.open(io.BytesIO(storage.read(storage.private(), key))).convert("RGB")).astype(int)


def master(cover: Cover | CoverVersion) -> Any:
    return pixels_at(master_key(cover.storage_prefix))


def box_of(layout: Any, role: str, side: int) -> tuple[slice, slice]:
    x, y, width, height = layout[role]["box"]
    return (
        slice(max(0, int(y * side) - 2), int((y + height) * side) + 3),
        slice(max(0, int(x * side) - 2), int((x + width) * side) + 3),
    )  # fmt: skip


def look(browser: Client, cover: Cover, do: str = "", **changes: Any) -> Any:
    sent = fields_of(page_of(browser, cover)) | {name.replace("__", "-"): str(value) for name, value in changes.items()}
    return browser.post(reverse("covers:studio_look", args=[cover.pk]), sent | ({"do": do} if do else {}))
