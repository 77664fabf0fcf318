"""Who may open what: every address of the site, for every role, with every method.

A new address without a line here fails. A cell is the status; one number stands for all roles. The roles, in order:
visitor, member (who owns the things), other member, staff without permissions, moderator of covers, superuser.
"""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.person import Person
from covers.models import (
    Cover,
    CoverRequest,
    Review,
)
from tests.addresses import address_of
from tests.factories import make_finished_request, make_review
from tests.roles import ROLES, World, browser, make_world

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "DELETE")

OWNER = "404 200 404 404 404 404"
FACE_OWNER = "302 200 404 404 404 404"  # visitors have no faces, and are sent to sign in
MEMBERS = "302 200 200 200 200 200"  # visitors are sent to sign in
NO_METHOD = "302 405 405 405 405 405"
VISITORS = "200 302 302 302 302 302"  # members are sent on
STAFF = "302 302 302 200 200 200"  # others are sent to sign in
STAFF_NOT = "302 302 302 405 405 405"
MODERATORS = "302 302 302 403 200 200"
NOT_THERE = "302 302 302 302 200 200"  # for staff who have not opened the request there is no such row
MODERATORS_SENT = "302 302 302 403 302 302"
SUPERUSERS = "302 302 302 403 403 200"
NOBODY = "302 302 302 403 403 403"
LEGACY = "302 301 301 301 301 301"

ACCESS: dict[str, tuple[str, str, str]] = {
    # name: GET, POST, DELETE
    "covers:home": ("200", "405", "405"),
    "covers:create": ("200", "422", "405"),
    "covers:add_picture": ("405", "422", "405"),
    "covers:picture_colours": ("405", "422", "405"),
    "covers:picture": (OWNER, "405", "405"),
    "covers:delete_picture": ("405", "404 302 404 404 404 404", "405"),
    "covers:request": (OWNER, "405", "405"),
    "covers:request_status": (OWNER, "405", "405"),
    "covers:cancel": ("405", "404 409 404 404 404 404", "405"),
    "covers:retry": ("405", "404 409 404 404 404 404", "405"),
    "covers:without": ("405", "404 409 404 404 404 404", "405"),  # there is no idea that could be switched off
    "covers:redraw": ("405", "404 302 404 404 404 404", "405"),
    "covers:cover": (OWNER, "405", "405"),
    "covers:more": (OWNER, "404 422 404 404 404 404", "405"),  # nothing is ticked
    "covers:favourite": ("405", "404 409 404 404 404 404", "405"),  # there is one cover only
    "covers:consent": (NO_METHOD, "302 409 409 409 409 409", NO_METHOD),  # to no text of the site's
    "covers:withdraw_consent": (NO_METHOD, "302", NO_METHOD),
    "covers:review": ("405", "404 422 404 404 404 404", "405"),
    "covers:report": (OWNER, "404 422 404 404 404 404", "405"),
    "covers:publish": (OWNER, "404 302 404 404 404 404", "405"),
    "covers:unpublish": ("405", "404", "405"),
    "covers:image": (OWNER, "405", "405"),
    "covers:download_status": (OWNER, "405", "405"),
    "covers:download": (OWNER, "405", "405"),
    "covers:studio": (OWNER, "404 422 404 404 404 404", "405"),
    "covers:studio_look": ("405", "404 422 404 404 404 404", "405"),
    "covers:studio_status": (OWNER, "405", "405"),
    "covers:studio_face": (OWNER, "405", "405"),
    "covers:draw_anew": ("404", "404", "405"),  # of a cover that no diffusion model drew
    "covers:ready_part": ("404", "405", "405"),
    "covers:cancel_version": ("405", "404 409 404 404 404 404", "405"),  # it is made already
    "covers:draw_version_again": ("405", "404", "405"),
    "covers:compare": ("404", "405", "405"),  # there is one version only
    "covers:show_version": ("405", "404 302 404 404 404 404", "405"),
    "covers:delete_version": ("405", "404 409 404 404 404 404", "405"),  # it is the one that is shown
    "covers:version_image": (OWNER, "405", "405"),
    "covers:music_releases": ("200", "405", "405"),
    "covers:new_music_release": ("200", "422", "405"),
    "covers:add_to_release": (OWNER, "404 422 404 404 404 404", "405"),
    "covers:music_release": (OWNER, "405", "405"),
    "covers:music_release_status": (OWNER, "405", "405"),
    "covers:add_release_songs": ("405", "404 302 404 404 404 404", "405"),
    "covers:add_release_covers": ("405", "404 302 404 404 404 404", "405"),
    "covers:draw_music_release": ("405", "404 302 404 404 404 404", "405"),
    "covers:stop_music_release": ("405", "404 302 404 404 404 404", "405"),
    "covers:rename_music_release": ("405", "404 422 404 404 404 404", "405"),
    "covers:delete_music_release": (OWNER, "404 302 404 404 404 404", "405"),
    "covers:change_release_song": ("405", "404 302 404 404 404 404", "405"),
    "covers:learning": ("200", "405", "405"),
    "covers:learning_picture": ("404", "405", "405"),  # of a model that nobody has promoted
    "faces:index": (MEMBERS, NO_METHOD, NO_METHOD),
    "faces:create": (MEMBERS, "302 422 422 422 422 422", NO_METHOD),
    "faces:face": (FACE_OWNER, NO_METHOD, NO_METHOD),
    "faces:status": (FACE_OWNER, NO_METHOD, NO_METHOD),
    "faces:add_photos": (NO_METHOD, FACE_OWNER, NO_METHOD),
    "faces:photo": (FACE_OWNER, NO_METHOD, NO_METHOD),
    "faces:delete_photo": (NO_METHOD, "302 302 404 404 404 404", NO_METHOD),
    "faces:start": (NO_METHOD, "302 409 404 404 404 404", NO_METHOD),  # one photo is too few
    "faces:agree": (NO_METHOD, "302 302 404 404 404 404", NO_METHOD),
    "faces:cancel": (NO_METHOD, "302 409 404 404 404 404", NO_METHOD),
    "faces:sample": (FACE_OWNER, NO_METHOD, NO_METHOD),
    "faces:delete": (FACE_OWNER, "302 302 404 404 404 404", NO_METHOD),
    "covers:my_page": (MEMBERS, "302 422 422 422 422 422", "405"),
    "account_login": (VISITORS, VISITORS, "405 302 302 302 302 302"),
    "account_logout": (MEMBERS, "302", "405"),
    "account_inactive": ("200", "405", "405"),
    "account_signup": (VISITORS, VISITORS, "405 302 302 302 302 302"),
    "account_reauthenticate": (MEMBERS, MEMBERS, NO_METHOD),
    "account_email": (MEMBERS, "302", NO_METHOD),
    "account_email_verification_sent": ("200", "405", "405"),
    "account_change_password": (MEMBERS, MEMBERS, NO_METHOD),
    "account_set_password": ("302", "302", "302"),  # these members have one, and are sent to change it
    "account_reset_password": ("200", "200", "405"),
    "account_confirm_login_code": ("302", "302", "302"),
    "account_confirm_email": ("200", "404", "405"),
    "account_reset_password_from_key_done": ("200", "405", "405"),
    "account_reset_password_from_key": ("200", "200", "200"),  # all the same page: this link is not good any more
    "account_reset_password_done": ("200", "405", "405"),
    "mfa_index": (MEMBERS, NO_METHOD, NO_METHOD),
    "mfa_authenticate": ("302", "302", "302"),  # in the middle of a sign-in only
    "mfa_reauthenticate": ("302", "302", "302"),  # none of these members has a second factor
    "mfa_activate_totp": ("302", "302", "302"),  # these sessions are asked for the password first
    "mfa_deactivate_totp": ("302 404 404 404 404 404",) * 3,  # none of these members has switched it on
    "mfa_view_recovery_codes": ("302 404 404 404 404 404", NO_METHOD, NO_METHOD),
    "mfa_generate_recovery_codes": ("302", "302", "302"),
    "mfa_download_recovery_codes": ("302 404 404 404 404 404",) * 3,
    "accounts:send_letter": (NO_METHOD, "302", NO_METHOD),
    "socialaccount_login_cancelled": ("200", "405", "405"),
    "socialaccount_login_error": ("302 401 401 401 401 401", NO_METHOD, NO_METHOD),
    "socialaccount_signup": ("302", "302", "302"),
    "socialaccount_connections": (MEMBERS, MEMBERS, NO_METHOD),
    "accounts/social/login/cancelled/": (LEGACY, LEGACY, LEGACY),
    "accounts/social/login/error/": (LEGACY, LEGACY, LEGACY),
    "accounts/social/signup/": (LEGACY, LEGACY, LEGACY),
    "accounts/social/connections/": (LEGACY, LEGACY, LEGACY),
    "google_login": ("404", "404", "404"),  # not configured here; tests/accounts/test_kakao.py has them configured
    "google_callback": ("404", "404", "404"),
    "google_login_by_token": ("404", "404", "404"),
    "kakao_login": ("404", "404", "404"),
    "kakao_callback": ("404", "404", "404"),
    "set_language": ("302", "302", "302"),
    "privacy": ("200", "405", "405"),
    "favicon": ("301", "405", "405"),
    "public_file": ("404", "405", "405"),
    "admin:index": (STAFF, STAFF, STAFF),
    "admin:login": ("302 403 403 302 302 302", "302 403 403 200 200 200", "302 403 403 405 405 405"),
    "admin:logout": (STAFF_NOT, "302", STAFF_NOT),
    "admin:password_change": (STAFF, STAFF, STAFF_NOT),
    "admin:password_change_done": (STAFF, STAFF_NOT, STAFF_NOT),
    "admin:autocomplete": (NOBODY, STAFF_NOT, STAFF_NOT),
    "admin:jsi18n": (STAFF, STAFF_NOT, STAFF_NOT),
    "admin:view_on_site": ("302", "302", "302"),  # to the cover's own page, which then asks for itself
    "admin:app_list": ("302 302 302 404 200 200",) * 3,
    "admin/(?P<url>.*)$": ("302 302 302 404 404 404",) * 3,
    "admin:covers_cover_image": (MODERATORS, STAFF_NOT, STAFF_NOT),
    "admin:covers_withheldpicture_image": ("302 302 302 403 404 404", STAFF_NOT, STAFF_NOT),  # a face is on this one
    "admin:covers_coverrequest_look": (STAFF_NOT, MODERATORS_SENT, STAFF_NOT),
    "admin:covers_dataset_manifest": (SUPERUSERS, STAFF_NOT, STAFF_NOT),
    "admin:covers_album_image": ("302 302 302 403 403 404", STAFF_NOT, STAFF_NOT),  # this one has an address only
    "admin:covers_weeklyreport_picture": (SUPERUSERS, STAFF_NOT, STAFF_NOT),
    "admin:covers_retraining_image": (
        "302 302 302 403 403 404",
        STAFF_NOT,
        STAFF_NOT,
    ),  # this one has drawn nothing yet
    "admin:covers_evaluation_image": ("302 302 302 403 403 404", STAFF_NOT, STAFF_NOT),  # this one has no pictures yet
}


def _admin_lines(
    model: str, seen: str, *, add: str, change_post: str, delete: str, history: str = ""
) -> dict[str, tuple[str, str, str]]:
    """The six addresses of a model. The admin answers any method it does not know like a GET, and changes nothing."""
    name, route = f"admin:{model}", f"admin/{model.replace('_', '/')}/<path:object_id>/"
    return {
        f"{name}_changelist": (seen,) * 3,
        f"{name}_history": (history or seen,) * 3,
        f"{name}_change": (seen, change_post, seen),
        f"{name}_add": (add,) * 3,
        f"{name}_delete": (delete,) * 3,
        route: ("302",) * 3,  # an old form of the change page's address
    }


ACCESS |= _admin_lines("auth_group", SUPERUSERS, add=SUPERUSERS, change_post=SUPERUSERS, delete=SUPERUSERS)
ACCESS |= _admin_lines("accounts_user", SUPERUSERS, add=NOBODY, change_post="302 302 302 403 403 302", delete=NOBODY)
ACCESS |= _admin_lines("accounts_loginlog", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines("covers_coverrequest", MODERATORS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines(
    "covers_cover", MODERATORS, add=NOBODY, change_post="302 302 302 403 302 302", delete=NOBODY, history=NOT_THERE
)
ACCESS |= _admin_lines(
    "covers_review", MODERATORS, add=NOBODY, change_post="302 302 302 403 302 302", delete=MODERATORS, history=NOT_THERE
)
ACCESS |= _admin_lines(
    "covers_contentreport", MODERATORS, add=NOBODY, change_post="302 302 302 403 302 302", delete=NOBODY
)
ACCESS |= _admin_lines("covers_stafflook", MODERATORS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines("covers_coverversion", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines("covers_musicrelease", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines("covers_releasefile", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines(
    "covers_modelversion",
    SUPERUSERS,
    add=SUPERUSERS,
    change_post=SUPERUSERS,
    delete=NOBODY,  # it is in use
)
for _name in ("face", "trainingrun", "consent", "erasure"):
    ACCESS |= _admin_lines(f"personalize_{_name}", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines("covers_album", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=SUPERUSERS)
ACCESS |= _admin_lines("covers_albumimport", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines("covers_promotion", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines("covers_evaluation", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines("covers_retraining", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines("covers_promptarm", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
for _name in ("weeklyreport", "reportdelivery"):
    ACCESS |= _admin_lines(f"covers_{_name}", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
for _name in ("dataset", "datasetitem", "trainingconsent"):
    ACCESS |= _admin_lines(f"covers_{_name}", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines("covers_withdrawal", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines("covers_refusal", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)
ACCESS |= _admin_lines(
    "covers_withheldpicture", MODERATORS, add=NOBODY, change_post="302 302 302 403 302 302", delete=NOBODY
)
ACCESS |= _admin_lines("covers_workerhealth", SUPERUSERS, add=NOBODY, change_post=NOBODY, delete=NOBODY)


def patterns(resolver: Any = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Name (or route, where there is none) and route of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield (space + entry.name if entry.name else route), route


@pytest.fixture
def world() -> World:
    return make_world()


def status_of(client: Client, method: str, address: str) -> str:
    """Of one request, whose changes are undone."""
    fresh = Client(raise_request_exception=False)
    fresh.handler = client.handler  # has its middleware already
    for name, cookie in client.cookies.items():
        fresh.cookies[name] = cookie.value
    before = transaction.savepoint()
    response = fresh.post(address) if method == "POST" else fresh.generic(method, address)
    transaction.savepoint_rollback(before)
    return str(response.status_code)


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    assert {name for name, _route in patterns()} == set(ACCESS)


ADMIN_ROWS = re.compile(
    r"admin[:/](auth|accounts|covers|personalize)[_/](?!cover[_/]).+(_changelist|_history|_change|_add|_delete|>/)$"
)
"""Addresses of the admin's rows, but covers. It answers a DELETE as it does a GET, by the same lines whatever the row is."""


@pytest.mark.parametrize("deletes", ["of covers", pytest.param("of other rows", marks=pytest.mark.slow)])
def test_every_role_gets_what_the_table_says(world: World, deletes: str) -> None:
    """A DELETE in the admin for covers at once, for all other rows with the slow tests; all else at once."""
    browsers = {role: browser(world, role) for role in ROLES}
    wrong = []
    for name, route in patterns():
        address = address_of(world, route)
        for method, cell in zip(METHODS, ACCESS.get(name, ("?",) * 3), strict=True):
            if (method == "DELETE" and bool(ADMIN_ROWS.match(name))) != (deletes == "of other rows"):
                continue
            expected = cell.split() * (1 if " " in cell else len(ROLES))
            for role, status in zip(ROLES, expected, strict=True):
                if (got := status_of(browsers[role], method, address)) != status:
                    wrong.append(f"{method} {name} as {role}: {got}, not {status}")
    assert wrong == []


POST_ONLY = ("covers:favourite", "covers:cancel", "covers:retry", "covers:review", "covers:unpublish")


@pytest.mark.parametrize("name", POST_ONLY)
@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_what_changes_something_takes_a_post_only(client: Client, name: str, method: str) -> None:
    assert getattr(client, method)(reverse(name, args=[uuid.uuid4()])).status_code == 405


def test_nothing_of_another_member_opens_or_changes(world: World) -> None:
    """Six things of one member, through every address that takes one, by other members and a stranger in turn."""
    owner = Person(user=world.users["member"])
    rows = [make_finished_request(owner) for _ in range(6)]
    for row in rows:
        make_review(row.covers.get(), owner)
    before = _state()
    routes = [
        route for _name, route in patterns() if "<uuid:pk>" in route and not route.startswith(("admin/", "faces/"))
    ]
    opened = []
    strangers = itertools.cycle([(role, browser(world, role)) for role in ("other", "visitor", "staff")])
    for row, (role, client) in zip(rows, strangers, strict=False):
        for route in routes:
            pk = row.pk if route.startswith("requests/") else row.covers.get().pk
            address = "/" + route.replace("<uuid:pk>", str(pk))
            address = address.replace("<str:name>", "320.webp").replace("<str:kind>", "release.jpg")
            got = client.get(address).status_code, client.post(address, dict(REVIEW)).status_code
            if got not in ((404, 405), (405, 404), (404, 404)):
                opened.append((role, address, got))
    assert opened == []
    assert _state() == before


REVIEW = {"half_stars": "2", "comment": "mine now"}


def _state() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (CoverRequest, Cover, Review)]


def test_a_key_opens_its_own_request_only(world: World) -> None:
    owner = Person(user=world.users["member"])
    first, second = make_finished_request(owner), make_finished_request(owner)
    client = browser(world, "other")
    assert client.get(f"{second.get_absolute_url()}?key={first.key}").status_code == 404
    assert client.get(first.get_secret_url()).status_code == 200
    assert client.get(second.get_absolute_url()).status_code == 404
    assert client.get(second.covers.get().get_absolute_url()).status_code == 404


def test_knowing_the_address_of_a_members_request_is_not_owning_it(world: World) -> None:
    client = browser(world, "other")
    client.get(world.cover_request.get_secret_url())
    for name in ("covers:cancel", "covers:retry"):
        assert client.post(reverse(name, args=[world.cover_request.pk])).status_code == 404
    for name in ("covers:publish", "covers:unpublish"):
        assert client.post(reverse(name, args=[world.cover.pk])).status_code == 404


def test_a_hidden_cover_opens_for_its_maker_only(world: World) -> None:
    Cover.objects.filter(pk=world.cover.pk).update(visibility="hidden")
    other = browser(world, "other")
    other.get(world.cover_request.get_secret_url())
    for name in ("320.webp", "640.avif"):
        assert other.get(reverse("covers:image", args=[world.cover.pk, name])).status_code == 404
    assert other.get(world.cover.get_absolute_url()).status_code == 404
    assert browser(world, "member").get(world.cover.get_absolute_url()).status_code == 200


def test_the_image_address_gives_out_page_sizes_only(world: World) -> None:
    for role, space in (("member", "covers:image"), ("superuser", "admin:covers_cover_image")):
        folder = reverse(space, args=[world.cover.pk, "x"])[:-1]
        for name in ("master.png", "art.png", "release.jpg", "320.webp.png"):
            assert browser(world, role).get(folder + name).status_code == 404


def test_an_account_that_was_closed_is_signed_out_at_once(world: World) -> None:
    client = browser(world, "superuser")
    assert client.get("/admin/").status_code == 200
    world.users["superuser"].is_active = False
    world.users["superuser"].save()
    assert client.get("/admin/").status_code == 302
    assert client.get("/me/").status_code == 302
