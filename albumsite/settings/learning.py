"""The loop that learns, its report, and what all of it costs."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from albumsite.environment import address, amount, choice, cron, env, flag, items, number, share

LEARN_BASE_MODEL = env.str("LEARN_BASE_MODEL", "")  # key of the model that is retrained every week
LEARN_HALF_STARS_MIN = number("LEARN_HALF_STARS_MIN", 6, 1, 10)  # a cover's mean rating from which it is learnt from
LEARN_IMAGES_MIN = number("LEARN_IMAGES_MIN", 40, 1, 1_000_000)  # with fewer a week is skipped
LEARN_IMAGES_MAX = number("LEARN_IMAGES_MAX", 20_000, 1, 10_000_000)
LEARN_REPLAY_SHARE = share("LEARN_REPLAY_SHARE", 0.5)  # of earlier weeks' pictures in a set
LEARN_ALBUM_SHARE = share("LEARN_ALBUM_SHARE", 0.25)  # of imported albums in a set
LEARN_PREFERENCE_STEPS = number("LEARN_PREFERENCE_STEPS", 0, 0, 1_000_000)  # on pairs, after the fine-tune; 0: none
LEARN_STEP_TIMEOUT_SECONDS = number("LEARN_STEP_TIMEOUT_SECONDS", 1800, 1, 86_400)
FINE_TUNER = env.str("FINE_TUNER", "lora")  # of covers/training, or the dotted path of a class
EVALUATION_CLIP = env.str("EVALUATION_CLIP", "")  # folders of judges on the learn worker's machine; docs/evaluation.md
EVALUATION_PICKSCORE = env.str("EVALUATION_PICKSCORE", "")
EVALUATION_NSFW = env.str("EVALUATION_NSFW", "")
EVALUATION_FACE_DETECTOR = env.str(
    "EVALUATION_FACE_DETECTOR", "personalize.faces.find_faces"
)  # dotted name; empty: none
TRIAL_PERCENT = number("TRIAL_PERCENT", 20, 1, 99)  # of people, when a candidate is tried
TRIAL_REVIEWS_MIN = number("TRIAL_REVIEWS_MIN", 30, 2, 1_000_000)  # on each side before live ratings may decide
RETRAIN_CRON = cron("RETRAIN_CRON", "0 3 * * 1")  # in TIME_ZONE; empty: never by itself
REPORT_CRON = cron("REPORT_CRON", "0 9 * * 1")
PROMPT_BANDIT = flag("PROMPT_BANDIT", True)
PROMPT_BANDIT_EXPLORATION = share("PROMPT_BANDIT_EXPLORATION", 0.1)
PROMPT_BANDIT_WEEKS = number("PROMPT_BANDIT_WEEKS", 26, 1, 520)  # older reviews are forgotten by recount_arms
REPORT_LANGUAGE = choice("REPORT_LANGUAGE", "ko", ("ko", "en"))
REPORT_MAIL_TO = items("REPORT_MAIL_TO", default=[])
SLACK_WEBHOOK_URL = address("SLACK_WEBHOOK_URL", "")
SLACK_BOT_TOKEN = env.str("SLACK_BOT_TOKEN", "")
SLACK_CHANNEL = env.str("SLACK_CHANNEL", "")  # of the bot
SLACK_API_URL = address("SLACK_API_URL", "https://slack.com/api/")  # a proxy, or a test's own server
SLACK_TIMEOUT_SECONDS = number("SLACK_TIMEOUT_SECONDS", 10, 1, 120)
if SLACK_BOT_TOKEN and not SLACK_CHANNEL:
    raise ImproperlyConfigured(
        "SLACK_CHANNEL must name the bot's channel by its id, like C0123456789, with SLACK_BOT_TOKEN"
    )
GPU_COST_PER_HOUR = amount("GPU_COST_PER_HOUR", 0.0)  # for the report; in COST_CURRENCY
COST_PER_PICTURE = amount("COST_PER_PICTURE", 0.0)  # what the gate reckons a request to cost; in COST_CURRENCY
COST_PER_BRIEF = amount("COST_PER_BRIEF", 0.0)  # of a language model
DAILY_COST_MAX = amount("DAILY_COST_MAX", 0.0)  # no more is begun on a day; 0: no bound
DAILY_GIB_MAX = number("DAILY_GIB_MAX", 100, 0, 1_000_000)  # what a day's requests may store at most; 0: no bound
COST_CURRENCY = env.str("COST_CURRENCY", "USD")
