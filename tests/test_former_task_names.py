"""A site is upgraded while jobs wait in Redis: they name their task as the release before did."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string
from django_rq import get_queue
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from albumsite.jobs.models import Job
from albumsite.models import Letter
from tests.factories import make_member

FORMER = {
    "albumsite.outbox.send",
    "covers.tasks.draw_covers",
    "covers.tasks.draw_smoke_test",
    "covers.tasks.evaluate_model",
    "covers.tasks.look_at_the_week",
    "covers.tasks.make_release",
    "covers.tasks.retrain",
    "covers.tasks.send_report",
    "covers.tasks.verify_model",
    "covers.tasks.withdraw",
    "covers.tasks.write_brief",
    "personalize.tasks.develop",
    "personalize.tasks.erase",
    "personalize.tasks.train_face",
}
MOVED = {"albumsite.outbox.send": "albumsite.mail.outbox.send"}


def tasks_of_today() -> set[str]:
    jobs = [model for model in apps.get_models() if issubclass(model, Job)]
    return {task for model in jobs for _queue, task in model.STAGES.values()}


def test_every_job_queued_by_a_former_name_finds_the_task_that_works_on_such_rows_today():
    today = {name: import_string(name) for name in tasks_of_today()}
    for former in FORMER - {"covers.tasks.look_at_the_week"}:
        assert import_string(former) is today[MOVED.get(former, former)]


@pytest.mark.letters_wait
@pytest.mark.django_db(transaction=True)
def test_a_letter_that_was_queued_by_its_former_name_is_sent(mailoutbox):
    make_member("minji@example.com")
    Client().post(reverse("account_reset_password"), {"email": "minji@example.com"})
    letter = Letter.objects.get()
    queue = get_queue("mail")
    queue.empty()
    queue.enqueue("albumsite.outbox.send", str(letter.pk))
    SimpleWorker([queue], connection=queue.connection, serializer=JSONSerializer).work(burst=True)
    assert [mail.to for mail in mailoutbox] == [["minji@example.com"]]
    assert not Letter.objects.exists()
