"""What the site is: its name and address, apps, middleware, templates, languages."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from albumsite.environment import env, flag, hosts, origins, secret, secrets, site_url, time_zone
from albumsite.processes import local_servers

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = local_servers.VAR_DIR

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

LANGUAGE_CODE = "en"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = time_zone("TIME_ZONE", "Asia/Seoul")
