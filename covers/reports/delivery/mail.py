"""Sending a report as one mail: the text, the tables and the pictures of the admin page."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from email.mime.image import MIMEImage
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from albumsite.mail import server_answers
from covers.reports.delivery.posting import Message, PostingError, PostLater, PostRefused, PostUncertain
from covers.reports.phrases import Phrases


def post(message: Message, sections: list[dict[str, Any]]) -> str:
    """Answers how many addresses took it. Raises Later, PostRefused, PostUncertain."""
    connection = get_connection()
    try:
        connection.open()  # apart from sending: whatever breaks here has sent nothing
    except (smtplib.SMTPException, OSError) as error:
        raise _before_sending(error) from error
    try:
        connection.send_messages([compose(message, sections, connection)])
    except (smtplib.SMTPException, OSError) as error:
        raise _while_sending(error) from error
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):  # a goodbye that fails takes no mail back
            connection.close()
    return f"ok ({len(settings.REPORT_MAIL_TO)})"


def compose(message: Message, sections: list[dict[str, Any]], connection: Any) -> EmailMultiAlternatives:
    """Text and HTML, the pictures inside it."""
    say = Phrases(message.language)
    context = {"message": message, "lines": message.text.splitlines(), "sections": sections, "language": message.language,
               "open": say("open"), "chart_alt": say("chart-alt"), "sheet_alt": say("sheet")}  # fmt: skip
    mail = EmailMultiAlternatives(
        f"[{settings.SITE_NAME}] {say('subject', week=message.week)}",
        render_to_string("emails/weekly_report.txt", context),
        None,
        settings.REPORT_MAIL_TO,
        connection=connection,
    )
    mail.attach_alternative(render_to_string("emails/weekly_report.html", context), "text/html")
    mail.mixed_subtype = "related"  # type: ignore[attr-defined]  # the pictures belong to the HTML, they are no attachments
    mail.attach(_picture(message.chart, "chart", f"chart-{message.week}.png", "png"))
    if message.sheet:
        mail.attach(_picture(message.sheet, "sheet", f"covers-{message.week}.jpg", "jpeg"))
    return mail


def _picture(content: bytes, name: str, filename: str, kind: str) -> MIMEImage:
    picture = MIMEImage(content, kind)
    picture.add_header("Content-ID", f"<{name}>")
    picture.add_header("Content-Disposition", "inline", filename=filename)
    return picture


def _before_sending(error: Exception) -> PostingError:
    """A wrong password stays wrong; the rest may pass."""
    if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code not in server_answers.TEMPORARY:
        return PostRefused(server_answers.said(error))
    return PostLater(server_answers.said(error))


def _while_sending(error: Exception) -> PostingError:
    """An answer is an answer: whoever refuses a mail has not taken it. Silence, and a broken line, leave it open."""
    codes = server_answers.codes(error)
    if codes:
        is_temporary = all(code in server_answers.TEMPORARY for code in codes)
        return PostLater(server_answers.said(error)) if is_temporary else PostRefused(server_answers.said(error))
    never = isinstance(error, (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError))
    return PostLater(server_answers.said(error)) if never else PostUncertain(server_answers.said(error))
