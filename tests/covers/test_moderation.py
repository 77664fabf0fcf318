"""What staff may see of what is private, and what people report."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.person import Person
from covers.models import ContentReport, Cover, CoverRequest, Dataset, DatasetItem, Review, StaffLook, TrainingConsent
from covers.receivers import make_moderators
from tests.factories import make_cover, make_finished_request, make_member, make_rater, make_review
from tests.roles import make_moderator

pytestmark = pytest.mark.django_db
SECRETS = ("비밀스러운 제목", "숨은 가수", "아무도 못 볼 가사", "a red clock over the sea")


@pytest.fixture
def private() -> Cover:
    row = make_finished_request(
        Person(user=make_member()), title="비밀스러운 제목", artist="숨은 가수", lyrics="아무도 못 볼 가사"
    )
    return row.covers.get()


def of_the_staff(**flags: bool) -> tuple[Client, User]:
    user = User.objects.create_superuser("root@example.com", "x") if flags.get("root") else make_moderator()
    client = Client()
    client.force_login(user)
    return client, user


@pytest.fixture(params=["moderator", "root"])
def staff(request: Any) -> Client:
    return of_the_staff(root=request.param == "root")[0]


def every_page_about(client: Client, cover: Cover) -> str:
    """All that the admin shows of a cover: its lists, with searches, its own pages, the reviews and files."""
    found = []
    for model in ("coverrequest", "cover", "review", "releasefile"):
        for query in ({}, {"q": "비밀스러운"}, {"q": "가사"}, {"o": "1"}, {"q": str(cover.pk)}):
            response = client.get(reverse(f"admin:covers_{model}_changelist"), query, follow=True)
            if response.status_code == 200:  # what was searched for stands in the search field
                found.append(response.content.decode().replace(f'value="{query.get("q", "")}"', ""))
    for name, pk in (("coverrequest", cover.request_id), ("cover", cover.pk)):
        response = client.get(reverse(f"admin:covers_{name}_change", args=[pk]), follow=True)
        found.append(response.content.decode())
    return "\n".join(found)


def picture_of(client: Client, cover: Cover) -> int:
    return client.get(reverse("admin:covers_cover_image", args=[cover.pk, "320.webp"])).status_code


def look(client: Client, row: CoverRequest, reason: str) -> str:
    response = client.post(reverse("admin:covers_coverrequest_look", args=[row.pk]), {"reason": reason}, follow=True)
    return response.content.decode()


def test_nothing_private_shows_to_staff(staff, private):
    make_review(private, Person(user=private.request.owner), comment="아무도 못 볼 가사")
    page = every_page_about(staff, private)
    assert private.request_id.hex[-12:] in page.replace("-", ""), "that there is such a request is no secret"
    for secret in SECRETS:
        assert secret not in page
    assert picture_of(staff, private) == 404


def test_a_reason_opens_it_for_an_hour_and_stays_for_ever(staff, private):
    assert "reason of at least" in look(staff, private.request, "test")
    assert picture_of(staff, private) == 404
    page = look(staff, private.request, "The owner wrote: ticket 4711")
    for secret in SECRETS:
        assert secret in page
    assert picture_of(staff, private) == 200
    row = StaffLook.objects.get()
    assert (row.request_number, row.reason) == (private.request_id, "The owner wrote: ticket 4711")
    with connection.cursor() as cursor:  # an hour later
        cursor.execute("SET session_replication_role = replica")
        StaffLook.objects.update(open_until=timezone.now())
        cursor.execute("SET session_replication_role = origin")
    assert picture_of(staff, private) == 404
    assert SECRETS[2] not in every_page_about(staff, private)


def test_what_one_has_opened_is_closed_to_the_others(private):
    first, _user = of_the_staff()
    second, _user = of_the_staff(root=True)
    look(first, private.request, "The owner wrote to me")
    assert picture_of(first, private) == 200
    assert picture_of(second, private) == 404


@pytest.mark.parametrize(
    "change", [lambda: StaffLook.objects.update(reason="nothing"), lambda: StaffLook.objects.all().delete()]
)
def test_the_log_of_looks_cannot_be_changed(private, change):
    client, _user = of_the_staff(root=True)
    look(client, private.request, "Curiosity, in truth")
    with pytest.raises(DatabaseError), transaction.atomic():
        change()
    assert StaffLook.objects.get().reason == "Curiosity, in truth"
    page = client.get(reverse("admin:covers_stafflook_changelist")).content.decode()
    assert "Curiosity, in truth" in page
    url = reverse("admin:covers_stafflook_change", args=[StaffLook.objects.get().pk])
    assert client.post(url, {"reason": "x"}).status_code == 403
    assert client.post(url.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_draft_is_opened_by_nobody(staff, private):
    CoverRequest.objects.filter(pk=private.request_id).update(is_draft=True)
    mine = Client()
    mine.force_login(private.request.owner)
    assert report(mine, private).status_code == 404
    assert "Drafts are opened by nobody" in look(staff, private.request, "The owner wrote to me")
    assert picture_of(staff, private) == 404
    assert not StaffLook.objects.exists()


def test_a_neighbour_of_a_public_cover_stays_private(staff):
    row = make_finished_request(Person(user=make_member()), count=2, lyrics="아무도 못 볼 가사")
    hung, kept = row.covers.order_by("position")
    Cover.objects.filter(pk=hung.pk).update(visibility="public", wish="public")
    assert (picture_of(staff, hung), picture_of(staff, kept)) == (200, 404)
    assert "아무도 못 볼 가사" not in every_page_about(staff, hung)


def test_pictures_of_training_sets_follow_the_same_rule(staff, private):
    TrainingConsent.objects.create(owner=private.request.owner, version="1", text_sha256="ab" * 32, language="en")
    week = Dataset.objects.create(week="2026-W40", base_key="pocket", manifest_key="x", manifest_sha256="0" * 64)
    DatasetItem.objects.create(
        dataset=week, cover=private, source_pk=private.pk, owner=private.request.owner, role="train",
        caption="아무도 못 볼 가사", sha256="0" * 64,
    )  # fmt: skip
    response = staff.get(reverse("admin:covers_datasetitem_changelist"))
    if response.status_code == 200:  # a moderator sees no sets at all
        assert "아무도 못 볼 가사" not in response.content.decode()


# --- reports ------------------------------------------------------------------------------------------------------


def report(client: Client, cover: Cover, **form: str) -> Any:
    return client.post(reverse("covers:report", args=[cover.pk]), {"reason": "person", "note": "", **form}, follow=True)


@pytest.fixture
def hung() -> Cover:
    return make_cover(make_finished_request(Person(user=make_member()), count=2), 2, visibility="public", wish="public")


def test_anybody_reports_a_public_cover_and_a_moderator_hides_it(hung, browser_of, visitor):
    browser = browser_of(visitor)
    assert reverse("covers:report", args=[hung.pk]) in browser.get(hung.get_absolute_url()).content.decode()
    page = report(browser, hung, note="저예요. 010-1234-5678").content.decode()
    assert "Thank you" in page
    row = ContentReport.objects.get()
    assert (row.reason, row.note) == ("person", "저예요. ***-****-****")
    report(browser, hung)
    assert ContentReport.objects.count() == 1, "said once"
    moderator, _user = of_the_staff()
    listed = moderator.get(reverse("admin:covers_contentreport_changelist")).content.decode()
    assert "It shows me or somebody I know" in listed
    told = act(moderator, "hide", row)
    hung.refresh_from_db()
    row.refresh_from_db()
    assert (hung.visibility, row.answer) == ("hidden", "hidden")
    assert "1 report is answered." in told
    assert Client().get(hung.get_absolute_url()).status_code == 404


def act(client: Client, action: str, *rows: ContentReport) -> str:
    """The page after it."""
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(reverse("admin:covers_contentreport_changelist"), data, follow=True).content.decode()


def test_a_review_is_reported_and_hidden_and_the_cover_stays(hung, browser_of, visitor):
    review = make_review(hung, make_rater(), half_stars=1, comment="a vile word")
    browser = browser_of(visitor)
    assert (
        "a vile word"
        in browser.get(reverse("covers:report", args=[hung.pk]), {"review": str(review.pk)}).content.decode()
    )
    report(browser, hung, review=str(review.pk), reason="hateful")
    moderator, _user = of_the_staff()
    act(moderator, "hide", ContentReport.objects.get())
    review.refresh_from_db()
    hung.refresh_from_db()
    assert (review.standing, hung.visibility, hung.rating_count) == ("hidden", "public", 0)
    assert "a vile word" not in Client().get(hung.get_absolute_url()).content.decode()


def test_an_answer_is_about_one_thing_and_leaves_all_others_as_they_are(hung, browser_of, visitor):
    vile, kind = (make_review(hung, make_rater(), comment=word) for word in ("a vile word", "a kind word"))
    report(browser_of(visitor), hung)
    report(browser_of(visitor), hung, review=str(vile.pk), reason="hateful")
    of_the_cover, of_the_review = ContentReport.objects.order_by("pk")
    moderator, _user = of_the_staff()
    act(moderator, "hide", of_the_review)
    kind.refresh_from_db()
    hung.refresh_from_db()
    assert (kind.standing, hung.visibility, hung.is_reported) == ("counts", "public", True), "the cover still waits"
    act(moderator, "keep", of_the_cover)
    assert "0 reports are answered." in act(moderator, "hide", of_the_cover), "it has been"
    hung.refresh_from_db()
    assert (hung.visibility, hung.is_reported) == ("public", False)


def test_what_is_kept_is_no_secret_again_and_may_be_reported_again(private, browser_of):
    """Reported by somebody who holds the request's address: a moderator sees it until it is answered."""
    browser = browser_of(Person(visitor=uuid.uuid4()))
    browser.get(private.request.get_secret_url(), follow=True)
    report(browser, private)
    moderator, _user = of_the_staff()
    assert picture_of(moderator, private) == 200
    act(moderator, "keep", ContentReport.objects.get())
    assert picture_of(moderator, private) == 404
    report(browser, private)
    assert ContentReport.objects.filter(answer="").count() == 1


def test_hiding_by_another_way_answers_the_reports(hung, browser_of, visitor):
    report(browser_of(visitor), hung)
    moderator, _user = of_the_staff()
    data = {"action": "hide", "_selected_action": [str(hung.pk)]}
    moderator.post(reverse("admin:covers_cover_changelist"), data)
    assert ContentReport.objects.get().answer == "hidden"


def test_a_private_cover_cannot_be_reported_by_strangers_nor_somebody_elses_review(private, hung):
    assert report(Client(), private).status_code == 404
    other = make_review(make_cover(visibility="public"), make_rater())
    assert report(Client(), hung, review=str(other.pk)).status_code == 404
    assert report(Client(), hung, review="nonsense").status_code == 404


def test_a_report_without_a_reason_is_explained(hung):
    response = report(Client(), hung, reason="")
    assert response.status_code == 422
    assert "Please say what is wrong with it" in response.content.decode()


def test_reports_are_bounded(hung):
    client = Client()
    covers = [make_cover(visibility="public") for _ in range(21)]
    answers = [report(client, cover).status_code for cover in covers]
    assert answers[:20] == [200] * 20
    assert answers[20] == 429


def test_many_reports_of_one_cover_are_answered_together(hung):
    for number in range(3):
        ContentReport.objects.create(cover=hung, visitor=uuid.UUID(int=number + 1), reason="spam")
    moderator, _user = of_the_staff()
    assert ">3<" in moderator.get(reverse("admin:covers_contentreport_changelist")).content.decode()
    act(moderator, "keep", ContentReport.objects.first())
    assert set(ContentReport.objects.values_list("answer", flat=True)) == {"kept"}


def test_the_ready_made_group_moderates_and_no_more():
    make_moderators()
    group = Group.objects.get(name="Moderators")
    user = make_member(is_staff=True)
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    index = client.get(reverse("admin:index")).content.decode()
    for model in ("cover", "coverrequest", "review", "contentreport", "stafflook"):
        assert reverse(f"admin:covers_{model}_changelist") in index
    for forbidden in ("/admin/accounts/", "modelversion", "django_rq", "/admin/auth/"):
        assert forbidden not in index
    group.permissions.clear()
    make_moderators()
    assert not group.permissions.exists(), "what an operator makes of it stays"


def test_old_looks_may_go():
    row = StaffLook.objects.create(
        staff_number=uuid.uuid4(), staff_name="x", request_number=uuid.uuid4(), reason="long ago",
        open_until=timezone.now(), created_at=timezone.now() - timedelta(days=800),
    )  # fmt: skip
    row.delete()
    assert not StaffLook.objects.exists()


def test_staff_who_only_look_at_reviews_hide_none(hung):
    review = make_review(hung, make_rater())
    looker = make_moderator()
    for permission in looker.user_permissions.filter(codename="change_review"):
        looker.user_permissions.remove(permission)
    client = Client()
    client.force_login(looker)
    data = {"action": "hide", "_selected_action": [str(review.pk)]}
    client.post(reverse("admin:covers_review_changelist"), data)
    assert Review.objects.get(pk=review.pk).standing == "counts"


def stars_of(cover: Cover) -> int:
    cover.refresh_from_db()
    return cover.rating_count


def test_a_moderator_hides_reviews_lets_them_count_again_and_deletes_them(hung):
    client, _moderator = of_the_staff()
    reviews = [make_review(hung, make_rater(), comment=f"word {number}") for number in range(3)]
    address = reverse("admin:covers_review_changelist")

    def choose(action: str, *chosen: Review, **more: str) -> None:
        data = {"action": action, "_selected_action": [str(one.pk) for one in chosen], **more}
        assert client.post(address, data, follow=True).status_code == 200

    counted = stars_of(hung)
    choose("hide", *reviews)
    assert stars_of(hung) == counted - 3
    choose("clear", *reviews[:2])
    assert stars_of(hung) == counted - 1
    choose("delete_selected", *reviews[1:], post="yes")
    assert list(Review.objects.filter(cover=hung).values_list("comment", flat=True)) == ["word 0"]
    client.post(reverse("admin:covers_review_delete", args=[reviews[0].pk]), {"post": "yes"})
    assert not Review.objects.filter(cover=hung).exists()
    assert stars_of(hung) == counted - 3
