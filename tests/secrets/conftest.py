"""A site whose SECRET_KEY is changed, as docs/operations.md tells it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

OLD, NEW = (
    "the key of the first year, which stays nobody's business",
    "the key of the second year, which is nobody's business too",
)


class Site:
    """Its SECRET_KEY is the old one at first."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.has(OLD)

    def has(self, key: str, *fallbacks: str) -> None:
        self.settings.SECRET_KEY, self.settings.SECRET_KEY_FALLBACKS = key, list(fallbacks)

    def renew(self, *options: str) -> str:
        said = io.StringIO()
        call_command("renew_secrets", *options, stdout=said)
        return said.getvalue()

    def changes(self) -> None:
        """To the new key, with the old one as its fallback."""
        self.has(NEW, OLD)

    def lets_go(self) -> None:
        """All of the page's steps: the old key is nowhere any more."""
        self.changes()
        self.renew()
        self.has(NEW)


@pytest.fixture
def site(settings: Any) -> Site:
    return Site(settings)


@pytest.fixture(params=["beside", "gone"])
def later(request: pytest.FixtureRequest, site: Site) -> Callable[[], None]:
    """The change: to the old key beside the new one, and to the end, when it is gone."""
    return site.changes if request.param == "beside" else site.lets_go


def link_in_letter() -> str:
    """The path that the last letter leads to."""
    link = re.search(r"http://[^/\s]+(/\S+)", mail.outbox[-1].body)
    assert link is not None, mail.outbox[-1].body
    return link[1]


def is_in(client: Client) -> bool:
    return client.get(reverse("covers:my_page")).status_code == 200
