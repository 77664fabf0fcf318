"""bandit: what is lost against always drawing the best style, with the site's bandit and with uniform choice.

    python -m bench.bandit [--rounds 20] [--others 2] [--reviews 5000]

Each round is a made-up site with a seed of its own. A request is for a song of one of four genres in a mood of that genre;
`covers.bandit.policy` chooses four different styles for it, from the real tables of taste and what suits the mood; one of the
four, drawn at random, is rated. How well a style is liked in a genre is drawn evenly between 2.1 and 4.3 stars, without
regard to the tables, so these help nobody; a rating scatters around it by 0.9 stars and is rounded to half stars. Uniform
choice draws blindly from the same styles on the same site. Regret is the reward that the best single style of
that genre and mood would have had, less the mean of the four: four different ones can never reach it, and a tenth of the
pictures is blind on purpose. Ratings are counted anew every 200 reviews, the last 5,000 of them (the site's 26 weeks).
"""

from __future__ import annotations

import random
import statistics
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from bench import harness
from covers.bandit import policy
from covers.bandit.policy import Tally
from covers.brief.brief_contract import PRINTS
from covers.engine.poster.plan import style_weights
from covers.writing.moods import GENRE_MOODS
from covers.writing.prompts import PHRASINGS

TARGET = 2.0
GENRES = ("ballad", "indie", "hiphop", "trot")
EXPLORATION = 0.1
RECOUNT_EVERY = 200
ENTROPY_LEAST, SHARE_LEAST = 0.85, 0.05
"""No collapse when all arms are liked alike: entropy over that of uniform choice, and the least arm's pictures over those it
has under uniform choice, both in the second half of the reviews."""


@dataclass(frozen=True)
class Case:
    """A made-up site. liked: rewards between which the means of the arms lie. at_once: pictures of a request.

    takes: which picture of a request is rated. window: reviews that a recount keeps. flips: halfway what was liked best
    is liked least, and so on down.
    """

    liked: tuple[float, float] = (0.35, 0.85)
    scatter: float = 0.2
    at_once: int = 4
    genres: tuple[str, ...] = GENRES
    takes: str = "any"
    window: int = 5000
    flips: bool = False
    phrasings: bool = False


@dataclass
class Lost:
    """What one run lost against the best arm, and against the best set of as many arms; and what it drew when it knew most.

    halves: against the best arm, in each half of the run. drawn: (genre, arm) → pictures of the second half.
    """

    best: float = 0.0
    best_set: float = 0.0
    halves: list[float] = field(default_factory=lambda: [0.0, 0.0])
    drawn: Counter[tuple[str, str]] = field(default_factory=Counter)


CASES: Mapping[str, Case] = {
    "sets of four, one rated": Case(),
    "one picture a request": Case(at_once=1),
    "the best of four is rated": Case(takes="best"),
    "liked between 2.75 and 3.9 stars": Case(liked=(0.5, 0.75)),
    "ratings scatter by 1.35 stars": Case(scatter=0.3),
    "eight genres": Case(genres=(*GENRES, "dance", "rnb", "rock", "folk")),
    "phrasings": Case(phrasings=True),
    "tastes flip halfway, all is kept": Case(flips=True),
    "tastes flip halfway, 1,500 are kept": Case(flips=True, window=1500),
}
ALIKE = Case(liked=(0.6, 0.6))


class Site:
    """One made-up site: who likes what, and what was counted of the reviews so far."""

    def __init__(self, case: Case, seed: int) -> None:
        self.case = case
        self.asked, self.rated, self.chosen = (random.Random(f"{name}:{seed}") for name in ("asked", "rated", "chosen"))
        self.arms: Sequence[str] = tuple(PHRASINGS) if case.phrasings else PRINTS
        self.liked = {(g, arm): self.rated.uniform(*case.liked) for g in case.genres for arm in self.arms}
        self.tallies: dict[str, dict[str, Tally]] = {genre: {} for genre in case.genres}
        self.kept: deque[tuple[str, str, float]] = deque(maxlen=case.window)

    def run(self, reviews: int, exploration: float) -> Lost:
        lost = Lost()
        for number in range(reviews):
            if self.case.flips and number == reviews // 2:
                self.liked = {place: sum(self.case.liked) - mean for place, mean in self.liked.items()}
            self._request(lost, exploration, half=2 * number // reviews)
            if number % RECOUNT_EVERY == RECOUNT_EVERY - 1:
                self._recount()
        return lost

    def _request(self, lost: Lost, exploration: float, half: int) -> None:
        genre = self.asked.choice(self.case.genres)
        mood = self.asked.choice([mood for mood, _share in GENRE_MOODS[genre]])
        taste = dict.fromkeys(self.arms, 1.0) if self.case.phrasings else style_weights(mood, genre)
        blind = policy.explore(self.case.at_once, exploration, self.chosen)
        arms = policy.choose(taste, self.tallies[genre], blind, self.chosen)
        self._note(lost, genre, arms, sorted((self.liked[genre, arm] for arm in taste), reverse=True), half)
        self._rate(genre, arms)

    def _note(self, lost: Lost, genre: str, arms: Sequence[str], best: Sequence[float], half: int) -> None:
        got = statistics.fmean(self.liked[genre, arm] for arm in arms)
        lost.best += best[0] - got
        lost.best_set += statistics.fmean(best[: len(arms)]) - got
        lost.halves[half] += best[0] - got
        if half:
            lost.drawn.update((genre, arm) for arm in arms)

    def _rate(self, genre: str, arms: Sequence[str]) -> None:
        rewards = {arm: self._reward(self.liked[genre, arm]) for arm in arms}
        arm = max(rewards, key=rewards.__getitem__) if self.case.takes == "best" else self.rated.choice(list(arms))
        self._count(genre, arm, rewards[arm])
        self.kept.append((genre, arm, rewards[arm]))

    def _reward(self, mean: float) -> float:
        """Of a rating in half stars, as the site has them."""
        felt = min(1.0, max(0.0, self.rated.gauss(mean, self.case.scatter)))
        return policy.reward_of(round(policy.half_stars_of(felt)))

    def _count(self, genre: str, arm: str, reward: float) -> None:
        known = self.tallies[genre].get(arm, Tally())
        self.tallies[genre][arm] = Tally(known.reviews + 1, known.reward_sum + reward)

    def _recount(self) -> None:
        self.tallies = {genre: {} for genre in self.case.genres}
        for genre, arm, reward in self.kept:
            self._count(genre, arm, reward)


def both(case: Case, seed: int, reviews: int) -> tuple[Lost, Lost]:
    """The bandit and uniform choice on the same made-up site."""
    return Site(case, seed).run(reviews, EXPLORATION), Site(case, seed).run(reviews, 1.0)


def entropies(ours: Lost, uniform: Lost, genres: Sequence[str]) -> tuple[float, float]:
    """Over all genres the least entropy of the arms drawn, over uniform choice's; and the least arm's share, likewise."""
    kept, shares = [], []
    for genre in genres:
        mine, theirs = ({arm: n for (g, arm), n in lost.drawn.items() if g == genre} for lost in (ours, uniform))
        kept.append(entropy(mine.values()) / entropy(theirs.values()))
        scale = sum(theirs.values()) / sum(mine.values())
        shares.append(min(mine.get(arm, 0) * scale / number for arm, number in theirs.items()))
    return min(kept), min(shares)


def entropy(counts: Iterable[int]) -> float:
    numbers = [number for number in counts if number]
    total = sum(numbers)
    return -sum(number / total * log(number / total) for number in numbers)


def measure(case: Case, rounds: int, reviews: int) -> list[tuple[Lost, Lost]]:
    return [both(case, seed, reviews) for seed in range(rounds)]


def ratios(runs: Sequence[tuple[Lost, Lost]], of: Callable[[Lost], float]) -> list[float]:
    return [of(uniform) / of(ours) for ours, uniform in runs]


def line(name: str, runs: Sequence[tuple[Lost, Lost]]) -> str:
    regrets = [statistics.median(lost.best for lost in side) for side in zip(*runs, strict=True)]
    arm, best_set = ratios(runs, lambda lost: lost.best), ratios(runs, lambda lost: lost.best_set)
    late = statistics.median(ratios(runs, lambda lost: lost.halves[1]))
    against = f"{statistics.median(arm):.2f} | {min(arm):.2f} | {late:.2f} | {statistics.median(best_set):.2f}"
    return f"| {name} | {regrets[0]:.0f} | {regrets[1]:.0f} | {against} |"


def alike(rounds: int, reviews: int) -> None:
    """All arms liked alike: stops with an error if the choice collapsed."""
    found = [entropies(ours, uniform, GENRES) for ours, uniform in measure(ALIKE, rounds, reviews)]
    least, share = (min(values) for values in zip(*found, strict=True))
    print(
        f"\nall liked alike: least entropy {least:.3f} of uniform choice's (bound {ENTROPY_LEAST}), the least drawn arm of "
        f"any genre and seed has {share:.2f} of its pictures under uniform choice (bound {SHARE_LEAST})"
    )
    if least < ENTROPY_LEAST or share < SHARE_LEAST:
        raise SystemExit("the choice collapsed though all arms were liked alike")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.arguments(str(__doc__), rounds=20)
    parser.add_argument("--reviews", type=int, default=5000)
    parser.add_argument(
        "--others", type=int, default=2, help="rounds of the cases after the first, which the result is"
    )
    options = parser.parse_args(arguments)
    print("| case | regret, bandit | uniform | ratio | worst seed | second half | against the best set |")
    print("|---|---|---|---|---|---|---|")
    result: list[float] = []
    for name, case in CASES.items():
        runs = measure(case, options.rounds if not result else options.others, options.reviews)
        result = result or ratios(runs, lambda lost: lost.best)
        print(line(name, runs), flush=True)
    alike(options.rounds, options.reviews)
    harness.print_result("bandit", result, target=TARGET)


if __name__ == "__main__":
    main()
