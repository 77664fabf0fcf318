"""Accounts, signing in, mail."""

from __future__ import annotations

from albumsite.environment import address, choice, env, flag, number
from albumsite.processes import local_servers
from albumsite.settings.site import BEHIND_HTTPS, SITE_NAME

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
