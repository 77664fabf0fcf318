"""A visitor who opens the studio in English, and a cover of theirs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.person import Person
from covers.models import Cover
from tests.covers.studio_pages import drawn_cover, in_english


@pytest.fixture
def browser(browser_of: Any, visitor: Person) -> Client:
    return in_english(browser_of(visitor))


@pytest.fixture
def cover(visitor: Person) -> Cover:
    return drawn_cover(visitor)
