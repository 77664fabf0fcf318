"""Every sentence of the report in both languages. A report keeps the language that it was written in, whoever looks at it."""

from __future__ import annotations

from string import Formatter

PHRASES: dict[str, tuple[str, str]] = {
    # key: English, Korean; {number:one|many} is the word that fits the number
    "title": ("{site}, week {number} of {year}", "{site} {year}년 {number}주 차 리포트"),
    "window": ("{first} to {last}, time zone {zone}", "{first} ~ {last}, {zone} 기준"),
    "was": (" (week before: {value}{change})", " (지난주 {value}{change})"),
    "quiet": (
        "A quiet week: nobody asked for covers, rated one or downloaded one.",
        "조용한 한 주였어요. 커버 요청도, 별점도, 다운로드도 없었어요.",
    ),
    "subject": ("Weekly report {week}", "{week} 주간 리포트"),
    "open": ("Open the report in the admin", "관리자 페이지에서 리포트 보기"),
    "pictures-there": (
        "Chart and contact sheet are on that page: this webhook can carry text only.",
        "차트와 커버 모음은 그 페이지에 있어요. 이 웹훅으로는 글만 보낼 수 있어요.",
    ),
    "chart": ("Chart of the week", "이번 주 차트"),
    "sheet": ("Best and worst rated covers of the week", "이번 주 별점이 가장 높은 커버와 가장 낮은 커버"),
    "chart-alt": (
        "Ratings, requests by day, waits and ratings by model; the numbers are in the tables of the report.",
        "별점 분포, 요일별 요청, 대기 시간, 모델별 별점을 그린 차트예요. 숫자는 리포트의 표에 있어요.",
    ),
    # the text
    "line-requests": ("Requests: {asked}{was}. Covers made: {made}{made_was}.", "요청 {asked}건{was}, 만든 커버 {made}장{made_was}."),
    "line-people": (
        "People who asked: {people}{was}: {members} {members:member|members} ({members_new} new), {visitors} "
        "{visitors:visitor|visitors} ({visitors_new} new).",
        "요청한 사람 {people}명{was}: 회원 {members}명(처음 {members_new}명), 방문자 {visitors}명(처음 {visitors_new}명).",
    ),
    "line-ratings": (
        "Ratings: {mean} ★ on average{was}, {interval}. Reviews: {reviews} by {raters} {raters:person|people}.",
        "별점 평균 {mean}점{was}, {interval}. 후기 {reviews}개, 남긴 사람 {raters}명.",
    ),
    "no-ratings": ("Nobody rated a cover.", "별점을 남긴 사람이 없어요."),
    "interval": ("95 % interval {low} to {high}", "95% 구간 {low}~{high}"),
    "no-interval": ("too few people for an interval", "사람이 적어 구간은 계산하지 않았어요"),
    "line-downloads": ("Downloads: {files}{was}.", "다운로드 {files}회{was}."),
    "line-failures": (
        "Failed requests: {failed} ({share}){was}; most often: {reason}",
        "실패한 요청 {failed}건({share}){was}. 가장 잦은 이유: {reason}",
    ),
    "no-failures": ("No request failed.", "실패한 요청은 없어요."),
    "line-waits": (
        "Waiting: half of the requests began within {p50}, 95 % within {p95}{was}.",
        "대기: 절반은 {p50} 안에, 95%는 {p95} 안에 그리기 시작했어요{was}.",
    ),
    "no-waits": ("Nothing was drawn, so there are no waits to tell.", "그린 요청이 없어 대기 시간을 말할 수 없어요."),
    "line-costs": ("Machine time: {hours}; {cost}.", "기계 사용 {hours}, {cost}."),
    "no-price": ("no price set (GPU_COST_PER_HOUR)", "단가가 정해지지 않았어요(GPU_COST_PER_HOUR)"),
    "cost": ("about {amount} {currency} at {price} an hour", "시간당 {price} 기준 약 {amount} {currency}"),
    "line-writing": (
        "Language model: asked for {requests} {requests:brief|briefs}; {took}.",
        "언어 모델: 브리프 {requests}건을 부탁했어요. {took}.",
    ),
    "tokens": ("{count} {count:token|tokens}", "토큰 {count}개"),
    "dollars": ("{amount} USD", "{amount} USD"),
    "no-token-price": (
        "no price set (OPENAI_PRICE_INPUT, OPENAI_PRICE_OUTPUT)",
        "단가가 정해지지 않았어요(OPENAI_PRICE_INPUT, OPENAI_PRICE_OUTPUT)",
    ),
    "line-moderation": (
        "Moderation: {hidden} {hidden:cover|covers} hidden in the week, {restored} restored; {hidden_now} {hidden_now:is|are} hidden now.",
        "검토: 이번 주에 숨긴 커버 {hidden}장, 되돌린 커버 {restored}장, 지금 숨겨진 커버 {hidden_now}장.",
    ),
    "line-faces": (
        "Faces learnt: {done}, failed: {failed}, others: {others}.",
        "얼굴 학습: 완료 {done}건, 실패 {failed}건, 그 밖 {others}건.",
    ),
    "training-none": ("No model was trained on this week.", "이번 주 데이터로 학습한 모델은 없어요."),
    "training-too-little": (
        "The weekly training of {base} was skipped: too little to learn from.",
        "{base}의 주간 학습은 배울 데이터가 적어 건너뛰었어요.",
    ),
    "training-candidate": (
        "The weekly training of {base} made the candidate {version} from {pictures} {pictures:picture|pictures}{loss}.",
        "{base}의 주간 학습에서 새 후보가 나왔어요: {version}. 학습한 그림 {pictures}장{loss}.",
    ),
    "training-failed": ("The weekly training of {base} failed: {reason}", "{base}의 주간 학습이 실패했어요: {reason}"),
    "training-going": (
        "The weekly training of {base} is not over yet ({state}).",
        "{base}의 주간 학습이 아직 끝나지 않았어요({state}).",
    ),
    "loss": (", training loss {before} to {after}", ", 학습 손실 {before} → {after}"),
    "validation-loss": (", validation loss {before} to {after}", ", 검증 손실 {before} → {after}"),
    "evaluation": ("{version} compared with {against}: {verdict}.", "모델 비교({version} ↔ {against}): {verdict}."),
    "base-alone": ("the base model alone", "기본 모델"),
    "change-trial": ("Trial begun: {version}", "시험 시작: {version}"),
    "change-trial-ended": ("Trial ended: {version}", "시험 종료: {version}"),
    "change-promoted": ("Promoted: {version} in place of {before}", "적용: {before} 대신 {version}"),
    "change-rolled-back": ("Rolled back: {version} in place of {before}", "되돌림: {before} 대신 {version}"),
    "by-person": (" (by a person: {reason})", " (사람이 결정: {reason})"),
    "by-rule": (" (by the rule: {reason})", " (규칙이 결정: {reason})"),
    # tables
    "this-week": ("This week", "이번 주"),
    "week-before": ("Week before", "지난주"),
    "requests": ("Requests and covers", "요청과 커버"),
    "asked": ("Requests", "요청"),
    "done": ("Done", "완료"),
    "failed": ("Failed", "실패"),
    "cancelled": ("Cancelled", "취소"),
    "unfinished": ("Not finished yet", "아직 끝나지 않음"),
    "with-face": ("With a face", "얼굴이 들어간 요청"),
    "drafts": ("Drafts for faces", "얼굴 시안"),
    "made": ("Covers made", "만든 커버"),
    "public": ("Of them on the wall", "그중 공개된 커버"),
    "by-openai": ("Briefs by the language model", "언어 모델이 쓴 브리프"),
    "by-rules": ("Briefs by the rules", "규칙이 쓴 브리프"),
    "people": ("People", "사람"),
    "members": ("Members who asked", "요청한 회원"),
    "visitors": ("Visitors who asked", "요청한 방문자"),
    "new": ("{label}, new", "{label}, 처음"),
    "returning": ("{label}, returning", "{label}, 다시"),
    "signed-up": ("New accounts", "새 계정"),
    "ratings": ("Ratings", "별점"),
    "stars": ("{stars} ★", "★ {stars}"),
    "reviews": ("Reviews", "후기"),
    "raters": ("People who rated", "별점을 남긴 사람"),
    "mean": ("Mean", "평균"),
    "interval-name": ("95 % interval of the mean", "평균의 95% 구간"),
    "interval-note": (
        "The interval counts people, not reviews, because ratings of one person resemble each other; "
        "it is given from five people on.",
        "한 사람의 별점은 서로 비슷하므로 구간은 후기가 아니라 사람 수로 계산하고, 다섯 명부터 보여 줘요.",
    ),
    "downloads": ("Downloads", "다운로드"),
    "files": ("Files", "파일"),
    "release-files": ("Of them release files", "그중 유통용 파일"),
    "covers-downloaded": ("Covers", "커버"),
    "failures": ("Failures by reason", "실패 이유"),
    "reason": ("Reason", "이유"),
    "count": ("Requests", "요청"),
    "waits": ("Waits", "대기 시간"),
    "half-within": ("Half within", "절반"),
    "most-within": ("95 % within", "95%"),
    "until-drawn": ("Until drawing begins", "그리기 시작까지"),
    "until-done": ("From asking to the last cover", "요청부터 마지막 커버까지"),
    "costs": ("Machine time and costs", "기계 시간과 비용"),
    "hours": ("{low} h", "{low}시간"),
    "hours-range": ("{low} to {high} h", "{low}~{high}시간"),
    "hours-note": (
        "The first number counts what ran at the same time once, the second each alone; the truth lies between.",
        "앞 숫자는 동시에 돌아간 일을 한 번만, 뒤 숫자는 하나씩 따로 센 값이에요. 실제는 그 사이예요.",
    ),
    "drawing": ("Drawing", "그리기"),
    "learning-faces": ("Learning faces", "얼굴 학습"),
    "training": ("Weekly training", "주간 학습"),
    "comparing": ("Comparing models", "모델 비교"),
    "price": ("Price", "비용"),
    "writing": ("Language model", "언어 모델"),
    "moderation": ("Moderation", "검토"),
    "hidden": ("Covers hidden", "숨긴 커버"),
    "restored": ("Covers restored", "되돌린 커버"),
    "reviews-deleted": ("Reviews deleted", "삭제한 후기"),
    "hidden-now": ("Covers hidden now", "지금 숨겨진 커버"),
    "faces": ("Trainings of faces", "얼굴 학습"),
    "queued": ("Waiting", "대기 중"),
    "running": ("Working", "진행 중"),
    "models": ("What drew", "그린 모델"),
    "model": ("Model", "모델"),
    "trial": ("Trial of {version}", "{version} 시험"),
    "side": ("Side", "쪽"),
    "tried": ("{version} (on trial)", "{version} (시험 중)"),
    "control": ("{version} (for comparison)", "{version} (비교)"),
    "no-models": ("Nothing was drawn or rated.", "그리거나 평가된 커버가 없어요."),
    "learning": ("The loop that learns", "학습"),
    "better": ("better", "더 나음"),
    "equal": ("no clear difference", "뚜렷한 차이 없음"),
    "worse": ("worse", "더 나쁨"),
    "arms": ("Styles and phrasings", "스타일과 표현"),
    "arms-none": ("Nothing has been learnt of styles and phrasings yet.", "스타일과 표현에서 아직 배운 것이 없어요."),
    "arm": ("Arm", "선택지"),
    "genre": ("Genre", "장르"),
    "arm-interval": ("95 % interval", "95% 구간"),
    "share": ("Share of pictures", "그림 비율"),
    "all-genres": ("any", "전체"),
    "best": ("Best rated covers on the wall", "별점이 가장 높은 공개 커버"),
    "worst": ("Worst rated covers on the wall", "별점이 가장 낮은 공개 커버"),
    "cover": ("Cover", "커버"),
    "no-covers": ("No cover on the wall was rated.", "이번 주에 별점을 받은 공개 커버가 없어요."),
    "days": ("Requests by day", "요일별 요청"),
    "weekdays": ("Mon Tue Wed Thu Fri Sat Sun", "월 화 수 목 금 토 일"),
    # units
    "seconds": ("{value} s", "{value}초"),
    "minutes": ("{value} min", "{value}분"),
    "hours-long": ("{value} h", "{value}시간"),
    "percent": ("{value} %", "{value}%"),
    "change": (", {value} %", ", {value}%"),
    "date": ("{day} {month} {year}", "{year}년 {month}월 {day}일"),
    # the chart
    "chart-ratings": ("How covers were rated", "별점 분포"),
    "chart-ratings-note": ("Reviews by half stars", "별 반 개 단위 후기 수"),
    "chart-days-note": ("Requests a day", "하루 요청 수"),
    "chart-waits": ("How long people waited", "얼마나 기다렸나"),
    "chart-waits-note": ("Half within, and 95 % within", "절반이 기다린 시간과 95%가 기다린 시간"),
    "chart-models": ("Rating by model", "모델별 별점"),
    "chart-models-note": ("Mean and 95 % interval", "평균과 95% 구간"),
    "chart-nothing": ("Nothing this week", "이번 주에는 없어요"),
    "people-short": ("People", "사람"),
    "mean-short": ("Mean rating", "평균 별점"),
    "window-short": ("{first} – {last}", "{first} ~ {last}"),
    "date-short": ("{day} {month}", "{month}월 {day}일"),
    "before-short": ("before {value}", "지난주 {value}"),
    "week-name": ("Week {number}, {year}", "{year}년 {number}주 차"),
    "more-models": ("and {count} more", "외 {count}개"),
}  # fmt: skip

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class CountFormatter(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        one, divider, many = format_spec.partition("|")
        return super().format_field(value, format_spec) if not divider else one if str(value) == "1" else many


class Phrases:
    """The phrases of one language, and how it writes numbers, dates and lengths of time."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._place = 1 if language == "ko" else 0

    def __call__(self, key: str, **values: object) -> str:
        return CountFormatter().format(PHRASES[key][self._place], **values)

    def count(self, number: float) -> str:
        return f"{number:,.0f}"

    def stars(self, half_stars: float | None) -> str:
        """With two decimals; a dash for none."""
        return "–" if half_stars is None else f"{half_stars / 2:.2f}"

    def interval(self, low: float | None, high: float | None) -> str:
        return "–" if low is None or high is None else f"{self.stars(low)}–{self.stars(high)}"

    def share(self, part: float, whole: float) -> str:
        return self("percent", value=f"{100 * part / whole:.1f}") if whole else "–"

    def length(self, seconds: float | None) -> str:
        """In the unit that gives a number easy to read; a dash for none."""
        if seconds is None:
            return "–"
        if seconds < 90:
            return self("seconds", value=f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
        if seconds < 90 * 60:
            return self("minutes", value=f"{seconds / 60:.1f}")
        return self("hours-long", value=f"{seconds / 3600:.1f}")

    def date(self, year: int, month: int, day: int) -> str:
        return self("date", year=year, day=day, month=month if self.language == "ko" else MONTHS[month - 1])

    def was(self, now: float | None, before: float | None, written: str) -> str:
        """What it was in the week before, and by how much it changed where that can be said."""
        if before is None:
            return ""
        change = f"{100 * (now - before) / before:+.0f}" if now is not None and before else ""
        return self("was", value=written, change=self("change", value=change) if change else "")
