"""Django's settings, read top to bottom. Machines differ only in `config.env`."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import config.celery  # noqa: F401  shared tasks belong to our Celery app wherever Django is set up
from config.env import env

SECRET_KEY = env.secret_key.get_secret_value()
DEBUG = False
ALLOWED_HOSTS = [f".{env.base_host}"] if env.mode != "test" else ["*"]
ENV = env

# ── Apps ────────────────────────────────────────────────────────────────────────────────────────────────────────────
# `public` holds the registry and content types and nothing else; no model is in both lists, so that a missing
# tenant table can never fall through to `public`.
SHARED_APPS = ["django_tenants", "tenants.municipalities", "django.contrib.contenttypes"]
TENANT_APPS = [
    "core",
    "tenants.people",
    "tenants.console",
    "settlement.ledger",
    "settlement.statements",
    "settlement.payouts",
    "malls.merchants",
    "malls.catalog",
    "malls.customers",
    "malls.notices",
    "malls.orders",
    "malls.payments",
    "malls.fulfillment",
    "malls.storefront",
    "bundles.vouchers",
    "bundles.gates",
    "bundles.plans",
    "bundles.subscriptions",
    "bundles.boxes",
    "bundles.billing",
    "showroom.playlists",
    "showroom.displays",
    "ui",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.embeds",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "taggit",
    "modelcluster",
    "django_filters",
    "django_tasks",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
]
INSTALLED_APPS = ["whitenoise.runserver_nostatic", "django.contrib.staticfiles", *SHARED_APPS, *TENANT_APPS]

TENANT_MODEL = "municipalities.Municipality"
TENANT_DOMAIN_MODEL = "municipalities.Domain"
TENANT_LIMIT_SET_CALLS = True
TENANT_MULTIPROCESSING_MAX_PROCESSES = 2
GET_EXECUTOR_FUNCTION = "tenants.municipalities.migrating.executor_for"
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── Requests ────────────────────────────────────────────────────────────────────────────────────────────────────────
MIDDLEWARE = [
    "config.visitors.VisitorMiddleware",
    "config.health.HealthMiddleware",
    "tenants.municipalities.middleware.MunicipalityMiddleware",
    "malls.storefront.pagecache.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "tenants.people.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.refusals.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "malls.storefront.ownlinks.OwnLinksMiddleware",
]
ROOT_URLCONF = "config.urls"
PORTAL_URLCONF = "config.urls_portal"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "wagtail.contrib.settings.context_processors.settings",
                "tenants.municipalities.context.municipality",
            ],
            "builtins": ["ui.templatetags.ui"],
        },
    }
]

# ── Data ────────────────────────────────────────────────────────────────────────────────────────────────────────────
_database = env.database
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "tenants.backend",
        "NAME": _database.get("dbname", "goeul"),
        "USER": _database.get("user", ""),
        "PASSWORD": _database.get("password", ""),
        "HOST": _database.get("host", ""),
        "PORT": _database.get("port", ""),
        "CONN_MAX_AGE": 0,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 6, "max_lifetime": 600, "timeout": 3}}
        if env.mode != "test"
        else {},
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
ORIGINAL_BACKEND = "django.db.backends.postgresql"

_memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
_valkey = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"{env.redis_url}/1"}
CACHES = {"default": {**(_valkey if env.redis_url else _memory), "KEY_FUNCTION": "tenants.schema.cache_key"}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"

STORAGES = {
    "default": {"BACKEND": "tenants.municipalities.storage.MediaStorage"},
    "private": {"BACKEND": "tenants.municipalities.storage.PrivateStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.mode != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = env.data_dir / "media"
PRIVATE_ROOT = env.data_dir / "private"
MEDIA_URL = "/media/"
STATIC_ROOT = env.data_dir / "static"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = env.mode == "test"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_582_912

# ── Background work ─────────────────────────────────────────────────────────────────────────────────────────────────
CELERY_BROKER_URL = f"{env.redis_url}/0" if env.redis_url else "memory://"
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False  # a lost wake does no harm: work is found by query
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Asia/Seoul"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# ── People ──────────────────────────────────────────────────────────────────────────────────────────────────────────
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
if env.mode == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a slow hash is most of a test's time
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/my/"
LOGOUT_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "tenants.people.guessing.tried_name"
AXES_LOCKOUT_TEMPLATE = "people/locked_out.html"
AXES_ENABLED = env.mode != "test"
OTP_TOTP_ISSUER = "Goeul"
SECOND_FACTOR_REQUIRED = env.is_production

# ── Security ────────────────────────────────────────────────────────────────────────────────────────────────────────
_prefix = "__Host-" if env.https else ""
SESSION_COOKIE_NAME = f"{_prefix}goeul"
CSRF_COOKIE_NAME = f"{_prefix}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = env.is_production
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if env.is_production else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.is_production
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.trusted_proxies else None
X_FRAME_OPTIONS = "SAMEORIGIN"
# Wagtail's admin still writes inline scripts and styles; everything else is ours and needs none.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/cms/",),
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "font-src": ["'self'"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    },
}

# ── Language ────────────────────────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어")]
LOCALE_PATHS = [Path(__file__).parent.parent / "ui" / "locale"]
FORMAT_MODULE_PATH = "ui.formats"
TIME_ZONE = "Asia/Seoul"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# ── Wagtail ─────────────────────────────────────────────────────────────────────────────────────────────────────────
WAGTAIL_SITE_NAME = "고을"
WAGTAILADMIN_USER_LOGIN_FORM = "tenants.people.forms.StaffLoginForm"
WAGTAILADMIN_BASE_URL = env.address(env.base_host).rstrip("/")
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "hwp", "hwpx", "pdf", "pptx", "xlsx", "zip"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}}
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = True
TAGGIT_CASE_INSENSITIVE = True

# ── Mail, logs ──────────────────────────────────────────────────────────────────────────────────────────────────────
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.email_from
EMAIL_BACKEND = {
    "production": "django.core.mail.backends.smtp.EmailBackend",
    "demo": "django.core.mail.backends.filebased.EmailBackend",
    "test": "django.core.mail.backends.locmem.EmailBackend",
}[env.mode]
EMAIL_FILE_PATH = env.data_dir / "mail"
_mail = urlsplit(env.email_url)
EMAIL_HOST = _mail.hostname or "localhost"
EMAIL_PORT = _mail.port or {"smtp+tls": 587, "smtps": 465}.get(_mail.scheme, 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.scheme == "smtp+tls", _mail.scheme == "smtps"
EMAIL_TIMEOUT = 20  # seconds
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"schema": {"()": "tenants.schema.SchemaFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s [%(schema)s] %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["schema"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"fontTools": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # Wagtail previews pages in a frame of the same origin
TEST_RUNNER = "django.test.runner.DiscoverRunner"
