"""What browsers are told: cookies, https, what a page may load."""

from __future__ import annotations

from albumsite.processes import local_servers
from albumsite.settings.buckets import S3_BUCKET, S3_ENDPOINT_URL, S3_PUBLIC_URL
from albumsite.settings.people import _SIGN_IN_ORIGINS, SOCIALACCOUNT_PROVIDERS
from albumsite.settings.site import BEHIND_HTTPS

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
