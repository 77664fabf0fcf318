"""Which metrics this machine can measure, and which it cannot and why. Nothing is estimated in place of what is absent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from covers.training.metrics.colours import ColourFeatures
from covers.training.metrics.distances import REFERENCE_LEAST, Diversity, KernelDistance, Scale, stacked
from covers.training.metrics.face_rate import FaceRate, FindFaces
from covers.training.metrics.metric_contract import Absent, Facts, Features, Metric, Rated
from covers.training.metrics.reward import REVIEWS_LEAST, Reward

CLIP = Facts(
    "clip",
    "CLIP score: cosine of picture and prompt × 100",
    "points",
    "MIT",
    "openai/clip-vit-large-patch14",
    margin=1.0,
)
PICKSCORE = Facts(
    "pickscore", "PickScore v1, a CLIP-H that learnt from people's choices", "points", "not stated on its card",
    "yuvalkirstain/PickScore_v1", margin=0.5,
)  # fmt: skip
NSFW = Facts(
    "nsfw", "chance of the label nsfw", "share", "Apache-2.0", "Falconsai/nsfw_image_detection", is_higher_better=False,
    margin=0.02,
)  # fmt: skip
NEED_OTHER_CODE = (
    Absent("imagereward", "ImageReward v1.0", "needs-package", "image-reward", "Apache-2.0"),
    Absent("hps", "HPS v2.1", "needs-package", "hpsv2", "Apache-2.0"),
)
"""Preference scores that cannot be read with the libraries of this site."""
POCKET_ONLY = ("agreement", "colours", "motif")


@dataclass(frozen=True)
class Sources:
    """Where the judges come from. engine: that draws. clip, pickscore, nsfw: folders on this machine, empty for none.

    find_faces: a detector, with its name; None where there is none.
    """

    engine: str
    clip: str = ""
    pickscore: str = ""
    nsfw: str = ""
    find_faces: FindFaces | None = None
    faces_by: str = ""


@dataclass
class Chosen:
    """metrics: in the order they are shown. reward: the one of them that learns from reviews, if there is one."""

    metrics: list[Metric] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)
    reward: Reward | None = None


def choose(sources: Sources, rated: Sequence[Rated], liked: Sequence[Rated], everything: Sequence[Rated]) -> Chosen:
    """rated: reviews to learn the reward from. liked: well-rated held-out pictures, the reference of the distance between sets.

    everything: pictures of any kind that say how much features differ at all: the scale of diversity.
    """
    chosen = Chosen()
    for_taste, for_distance = _features(sources.engine, chosen)
    if len(rated) >= REVIEWS_LEAST:
        chosen.reward = Reward(for_taste, rated)
        chosen.metrics.insert(0, chosen.reward)
    else:
        chosen.absent.append(_too_few("preference", "reviews", len(rated), REVIEWS_LEAST))
    if len(everything) >= REFERENCE_LEAST:
        chosen.metrics.append(Diversity(for_distance, Scale(stacked(for_distance, [one.rgb for one in everything]))))
    else:
        chosen.absent.append(_too_few("diversity", "pictures", len(everything), REFERENCE_LEAST))
    if len(liked) >= REFERENCE_LEAST:
        chosen.metrics.append(KernelDistance(for_distance, [one.rgb for one in liked]))
    else:
        chosen.absent.append(_too_few("distance", "well-rated held-out covers", len(liked), REFERENCE_LEAST))
    _add_networks(sources, chosen)
    _add_faces(sources, chosen)
    chosen.absent += NEED_OTHER_CODE
    return chosen


def _features(engine: str, chosen: Chosen) -> tuple[Features, Features]:
    """What taste is learnt on and what distances are measured in; puts the pocket model's own judges among the metrics."""
    if engine != "pocket":
        chosen.absent += [Absent(key, key, "only-pocket") for key in POCKET_ONLY]
        plain = ColourFeatures()
        return plain, plain
    from covers.training.metrics.pocket_judge import BodyFeatures, NamedFeatures, PocketJudge, prompt_agreement_metrics

    judge = PocketJudge()
    chosen.metrics += prompt_agreement_metrics(judge)
    return NamedFeatures(judge), BodyFeatures(judge)


def _too_few(key: str, what: str, count: int, least: int) -> Absent:
    return Absent(key, what, "too-few", f"{count} / {least}")


def _add_faces(sources: Sources, chosen: Chosen) -> None:
    if sources.engine == "pocket":
        chosen.absent.append(Absent("faces", "face rate", "no-people"))
    elif sources.find_faces is None:
        chosen.absent.append(Absent("faces", "face rate", "no-detector", "EVALUATION_FACE_DETECTOR"))
    else:
        chosen.metrics.append(FaceRate(sources.find_faces, sources.faces_by))


def _add_networks(sources: Sources, chosen: Chosen) -> None:
    from covers.training.metrics.network_metrics import ClipAgreement, NsfwRate, has_weights

    for facts, folder, build, setting in (
        (CLIP, sources.clip, ClipAgreement, "EVALUATION_CLIP"),
        (PICKSCORE, sources.pickscore, ClipAgreement, "EVALUATION_PICKSCORE"),
        (NSFW, sources.nsfw, NsfwRate, "EVALUATION_NSFW"),
    ):
        if folder and has_weights(folder):
            chosen.metrics.append(build(folder, facts))
        else:
            reason = "weights-missing" if folder else "no-weights"
            chosen.absent.append(Absent(facts.key, facts.name, reason, setting, facts.licence))
