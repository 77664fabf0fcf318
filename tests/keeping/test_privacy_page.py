"""The privacy page says the numbers that the sweeper keeps to."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from albumsite import retention

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "ko"])
def test_its_numbers_are_those_of_the_settings(client: Client, settings: Any, language: str) -> None:
    settings.LOGIN_LOG_DAYS, settings.VISITOR_COVER_DAYS = 321, 77
    settings.PRIVACY_CONTACT = "privacy@example.com"
    page = client.get("/privacy/", headers={"accept-language": language}).content.decode()
    assert "privacy@example.com" in page
    for rule in retention.for_people():
        said = page.split(f'data-rule="{rule.name}">')[1].split("<")[0]
        assert str(rule.days) in said.replace(",", ""), rule.name
    assert "321" in page
    assert "77" in page


def test_every_page_leads_to_it(client: Client) -> None:
    assert '"/privacy/"' in client.get("/").content.decode()


@pytest.mark.parametrize("dsn", ["", "https://key@errors.example.com/1"])
def test_reports_of_errors_are_told_of_where_there_are_any(client: Client, settings: Any, dsn: str) -> None:
    settings.SENTRY_DSN = dsn
    assert ("data-reports" in client.get("/privacy/").content.decode()) == bool(dsn)
