"""Posting a report to Slack, by a bot with its pictures or by an incoming webhook as text.

slack_sdk would send again by itself when a connection breaks, and the channel would show the report twice; that is switched
off. A bot's files are in nobody's sight until `files.completeUploadExternal` shares them, so whatever breaks before that call
can be sent again. After it, and for a webhook from the start, only an answer tells; no answer and a server error do not.

Sources: docs.slack.dev, "Sending messages using incoming webhooks", "Working with files", "Rate limits".
"""

from __future__ import annotations

import logging
import socket
import ssl
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

from django.conf import settings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient, WebhookResponse

from covers.reports.delivery.posting import Message, PostingError, PostLater, PostRefused, PostUncertain
from covers.reports.phrases import Phrases

HEADER_MOST, SECTION_MOST, DETAIL_MOST = 150, 3000, 200
"""Letters in a header and in a section of a message, by Slack's rules; and of an answer that is kept."""

HALF_DONE = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Errors after which, as Slack says, "some aspect of the operation" may have succeeded."""

NOT_JSON = "Received a response in a non-JSON format"
"""What slack_sdk calls an answer that is not Slack's: a proxy's page."""

NEVER_CONNECTED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)

wire_log = logging.getLogger("covers.reports.delivery.slack.wire")
wire_log.setLevel(logging.CRITICAL)  # slack_sdk logs the webhook's address, which is a secret, and whole messages


def post(message: Message) -> str:
    """Answers what Slack said. Raises PostLater, PostRefused, PostUncertain."""
    if settings.SLACK_BOT_TOKEN:
        return _post_by_bot(message)
    return _post_by_webhook(message)


# --- by webhook ---------------------------------------------------------------------------------------------------


def _post_by_webhook(message: Message) -> str:
    client = WebhookClient(
        settings.SLACK_WEBHOOK_URL, timeout=settings.SLACK_TIMEOUT_SECONDS, logger=wire_log, retry_handlers=[]
    )
    try:
        answer = client.send(text=escaped(f"{message.title}\n{message.text}"), blocks=blocks(message))
    except URLError as error:
        raise _of_url_error(error, may_show=True) from error
    except (OSError, HTTPException, ValueError) as error:
        raise PostUncertain(type(error).__name__) from error
    return _read_webhook(answer)


def _read_webhook(answer: WebhookResponse) -> str:
    detail = f"{answer.status_code} {_short(answer.body)}"
    if answer.status_code == 429:
        raise PostLater(detail, _retry_after(answer.headers))
    if answer.status_code >= 500:
        raise PostUncertain(detail)
    if answer.status_code != 200 or answer.body.strip() != "ok":
        raise PostRefused(detail)
    return "ok"


def blocks(message: Message) -> list[dict[str, Any]]:
    """The message as Slack lays it out: title, text, and a link to the page with the pictures."""
    say = Phrases(message.language)
    link = f"<{message.url}|{say('open')}>\n{escaped(say('pictures-there'))}"
    return [
        {"type": "header", "text": {"type": "plain_text", "text": message.title[:HEADER_MOST]}},
        {"type": "section", "text": {"type": "mrkdwn", "text": _cut(escaped(message.text), SECTION_MOST)}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": link}]},
    ]


# --- by bot -------------------------------------------------------------------------------------------------------


class UploadClient(WebClient):
    """Knows whether it has asked Slack to show the files."""

    has_asked_to_show = False

    def files_completeUploadExternal(self, **values: Any) -> Any:
        self.has_asked_to_show = True
        return super().files_completeUploadExternal(**values)


def _post_by_bot(message: Message) -> str:
    client = UploadClient(
        token=settings.SLACK_BOT_TOKEN,
        base_url=settings.SLACK_API_URL,
        timeout=settings.SLACK_TIMEOUT_SECONDS,
        logger=wire_log,
        retry_handlers=[],
    )
    say = Phrases(message.language)
    comment = f"*{escaped(message.title)}*\n{escaped(message.text)}\n<{message.url}|{say('open')}>"
    try:
        client.files_upload_v2(file_uploads=uploads(message), channel=settings.SLACK_CHANNEL, initial_comment=comment)
    except SlackApiError as error:
        raise _of_api_error(error, client.has_asked_to_show) from error
    except HTTPError as error:  # of an upload, which goes past the Web API
        raise _of_upload_error(error) from error
    except URLError as error:
        raise _of_url_error(error, client.has_asked_to_show) from error
    except (OSError, HTTPException, ValueError, SlackClientError) as error:
        kind = PostUncertain if client.has_asked_to_show else PostLater
        raise kind(type(error).__name__) from error
    return "ok"


def uploads(message: Message) -> list[dict[str, Any]]:
    say = Phrases(message.language)
    files = [
        {
            "content": message.chart,
            "filename": f"chart-{message.week}.png",
            "title": say("chart"),
            "alt_txt": say("chart-alt"),
        }
    ]
    if message.sheet:
        title = say("sheet")
        files.append(
            {"content": message.sheet, "filename": f"covers-{message.week}.jpg", "title": title, "alt_txt": title}
        )
    return files


def _of_api_error(error: SlackApiError, has_asked_to_show: bool) -> PostingError:
    status, headers = int(error.response.status_code), error.response.headers
    reason = error.response.get("error", "") if isinstance(error.response.data, dict) else ""
    detail = f"{status} {_short(str(reason))}"
    if status == 429 or reason == "ratelimited":
        return PostLater(detail, _retry_after(headers))
    if status >= 500 or reason in HALF_DONE or str(reason).startswith(NOT_JSON):
        return PostUncertain(detail) if has_asked_to_show else PostLater(detail)
    return PostRefused(detail)


def _of_upload_error(error: HTTPError) -> PostingError:
    detail = f"{error.code} {_short(str(error.reason))}"
    if error.code == 429:
        return PostLater(detail, _retry_after(error.headers))
    return PostLater(detail) if error.code >= 500 else PostRefused(detail)


# --- both ---------------------------------------------------------------------------------------------------------


def _of_url_error(error: URLError, may_show: bool) -> PostingError:
    """urllib wraps what breaks while it connects and while it writes; only the former is sure to have sent nothing."""
    detail = type(error.reason).__name__ if isinstance(error.reason, Exception) else _short(str(error.reason))
    if isinstance(error.reason, NEVER_CONNECTED) or not may_show:
        return PostLater(detail)
    return PostUncertain(detail)


def _retry_after(headers: Any) -> float | None:
    """Seconds. Slack writes them as a whole number."""
    values = {str(name).lower(): value for name, value in headers.items()}
    try:
        return max(0.0, float(values["retry-after"]))
    except (KeyError, TypeError, ValueError):
        return None


def escaped(text: str) -> str:
    """The three letters that mean something in Slack's own markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, most: int) -> str:
    """Whole lines, as many as there is room for."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    return f"{kept.rpartition(chr(10))[0] or kept}…"


def _short(text: str) -> str:
    return " ".join(text.split())[:DETAIL_MOST]
