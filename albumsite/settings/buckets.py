"""Static files, the two buckets, and what may be uploaded."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from albumsite.environment import address, choice, env
from albumsite.media import private_files
from albumsite.processes import local_servers
from albumsite.settings.site import BASE_DIR, BEHIND_HTTPS, VAR_DIR

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

FILE_UPLOAD_HANDLERS = [
    "albumsite.media.uploads.NoUploads"
]  # views with a form for files say so: albumsite/media/uploads.py
