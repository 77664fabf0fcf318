"""The operator's registry page: put a model in, see what is wrong with it, choose which one draws."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django_rq import get_queue

from covers import registry, tasks
from covers.models import CoverRequest, ModelCheck, ModelVersion
from tests.covers.small_models import write_checkpoint
from tests.factories import make_adapter, make_model_version, make_request, make_smoke_test

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/covers/modelversion/"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def filled_in(**changes: object) -> dict[str, object]:
    values = {"key": "summer", "kind": "checkpoint", "source_text": "someone/some-sdxl", "revision": COMMIT,
              "licence": "openrail++", "commercial": "", "adapter_scale": "1.0"}  # fmt: skip
    return values | changes


def press(client: Client, version: ModelVersion, button: str, **changes: object) -> str:
    """The change page's form with what it shows, and one of its buttons."""
    values: dict[str, object] = {"licence": version.licence, "adapter_scale": version.adapter_scale, button: "x"}
    values |= {"allows_commercial_use": "on"} if version.allows_commercial_use else {}
    return client.post(f"{LIST}{version.pk}/change/", values | changes, follow=True).content.decode()


def test_a_model_is_added_and_a_worker_verifies_it(operator, tmp_path):
    folder = write_checkpoint(tmp_path / "model")
    answer = operator.post(f"{LIST}add/", filled_in(source_text=str(folder), revision=""), follow=True)
    assert "A worker verifies it now" in answer.content.decode()
    version = ModelVersion.objects.get()
    assert (version.key, version.source_kind, version.source) == ("summer", "folder", str(folder))
    assert (version.state, version.allows_commercial_use) == ("new", True)
    assert [job.args for job in get_queue("finish").jobs] == [[str(ModelCheck.objects.get().pk)]]
    tasks.verify_model(str(ModelCheck.objects.get().pk))
    assert "Verified" in operator.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"revision": "main"}, "can change under us"),
        ({"key": "poster"}, "is the name of an engine"),
        ({"source_text": "what is this"}, "no file or folder"),
        ({"licence": "Home-made", "commercial": ""}, "allows commercial use"),
        ({"kind": "adapter"}, "owner/name/file.safetensors"),
        ({"adapter_scale": "9"}, "less than or equal to 4"),
        ({"native_side": "513"}, "multiple of 8"),
        ({"sha256": "beef"}, "64 letters and digits"),
        ({"licence": ""}, "This field is required"),
    ],
)
def test_a_model_that_could_not_work_is_refused_with_a_reason_and_nothing_is_kept(operator, changes, says):
    answer = operator.post(f"{LIST}add/", filled_in(**changes))
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not ModelVersion.objects.exists()


def test_a_folder_that_only_the_workers_have_is_taken(operator, tmp_path):
    operator.post(f"{LIST}add/", filled_in(source_text="/models/summer", revision=""))
    assert ModelVersion.objects.get().source == "/models/summer"
    tasks.verify_model(str(ModelCheck.objects.get().pk))
    assert "not installed on this site yet" in operator.get(LIST).content.decode()


def test_one_button_changes_what_draws_and_another_stops_it(operator):
    old, new = make_model_version("old", state="active"), make_model_version("new")
    assert "New requests are drawn with “new” from now on." in press(operator, new, "_activate")
    assert str(registry.default_choice().label) == "new"
    old.refresh_from_db()
    assert old.state == "verified"
    press(operator, new, "_deactivate")
    assert registry.default_choice().key == "poster"
    press(operator, new, "_retire")
    new.refresh_from_db()
    assert new.state == "retired"


def test_a_refusal_is_told_and_changes_nothing(operator):
    version = make_model_version("nc", licence="cc-by-nc-4.0", allows_commercial_use=False)
    assert "does not allow commercial use" in press(operator, version, "_activate")
    assert registry.default_choice().key == "poster"


def test_an_adapter_is_activated_with_the_same_button(operator):
    make_model_version("base", state="active")
    style = make_adapter("style", is_tried=False)
    make_smoke_test(style, options={"over": "base"})
    press(operator, style, "_activate")
    style.refresh_from_db()
    assert style.state == "active"


def test_saving_words_and_weight_leaves_state_and_files_alone(operator):
    version = make_adapter("style", state="active")
    press(operator, version, "_save", trigger_words="inkwash", adapter_scale="0.8", sha256="0" * 64, state="new")
    version.refresh_from_db()
    assert (version.trigger_words, version.adapter_scale) == ("inkwash", 0.8)
    assert (version.state, version.sha256) == ("active", "ab" * 32)


def test_actions_of_the_list_verify_and_retire(operator):
    versions = [make_model_version("one"), make_model_version("two")]
    chosen = {"_selected_action": [str(version.pk) for version in versions]}
    operator.post(LIST, {"action": "verify", **chosen})
    assert ModelCheck.objects.count() == 2
    operator.post(LIST, {"action": "retire", **chosen})
    assert set(ModelVersion.objects.values_list("state", flat=True)) == {"retired"}


def test_a_mistake_can_be_deleted_and_what_has_drawn_cannot(operator):
    mistake, used = make_model_version("mistake", state="new"), make_model_version("used")
    make_request(engine="sdxl", model_version=used)
    assert operator.post(f"{LIST}{mistake.pk}/delete/", {"post": "yes"}).status_code == 302
    assert operator.post(f"{LIST}{used.pk}/delete/", {"post": "yes"}).status_code == 403
    assert list(ModelVersion.objects.all()) == [used]
    assert CoverRequest.objects.get().model_version == used


def test_the_page_shows_files_hash_and_licence(operator):
    version = make_model_version(
        "shown", licence_url="https://example.com/licence", files=[{"name": "a", "size_bytes": 1, "sha256": "cd" * 32}]
    )
    text = operator.get(f"{LIST}{version.pk}/change/").content.decode()
    for said in ("ab" * 32, "cd" * 32, COMMIT, "someone/some-sdxl"):
        assert said in text
    assert 'href="https://example.com/licence"' in operator.get(LIST).content.decode()


def test_the_list_asks_the_database_the_same_for_one_model_and_for_many(
    operator, django_assert_max_num_queries, tmp_path: Path
):
    for number in range(12):
        version = make_model_version(f"model-{number}")
        registry.request_check(version=version)
    with django_assert_max_num_queries(12):
        assert operator.get(LIST).status_code == 200


def test_the_action_of_the_list_asks_for_a_picture_before_a_model_draws(operator):
    version = make_model_version("summer", is_tried=False)
    answer = operator.post(LIST, {"action": "activate", "_selected_action": [version.pk]}, follow=True)
    assert registry.being_tried(version) in answer.content.decode().replace("&#x27;", "'")
    version.refresh_from_db()
    assert (version.state, version.smoke_tests.count()) == ("verified", 1)


def test_what_cannot_be_used_is_told_for_each_model_of_the_selection(operator):
    broken, good = make_model_version("broken", state="broken", reason="cut off"), make_model_version("good")
    operator.post(LIST, {"action": "activate", "_selected_action": [broken.pk, good.pk]}, follow=True)
    good.refresh_from_db()
    broken.refresh_from_db()
    assert (broken.state, good.state) == ("broken", "active")
