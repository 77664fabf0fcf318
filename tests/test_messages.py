"""Both languages are complete, and a translation never loses a value or a link."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from covers.errors import failure_text

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w+}|<a href=")


def test_every_text_is_translated_and_compiled():
    """When this fails: python manage.py update_messages, translate what is empty in locale/ko, run it once more."""
    try:
        call_command("update_messages", check=True)
    except CommandError as problem:
        pytest.fail(str(problem))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_translation_keeps_each_placeholder(language):
    path = settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    for message in catalog:
        if not message.id:
            continue
        wanted = message.id if isinstance(message.id, str) else message.id[1]
        given = message.string if isinstance(message.string, str) else message.string[-1]
        assert sorted(PLACEHOLDER.findall(given)) == sorted(PLACEHOLDER.findall(wanted)), message.id


def test_a_failure_is_told_in_korean():
    with translation.override("ko"):
        assert (
            failure_text("engine:hung")
            == "그리기가 더 나아가지 않아서 끝냈어요. 노래는 그대로 있으니 다시 시도해 주세요."
        )


def test_words_of_our_packages_come_in_our_tone():
    with translation.override("ko"):
        assert translation.gettext("This field is required.") == "꼭 필요한 칸이에요."
