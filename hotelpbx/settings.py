"""Django's settings. Whatever differs between installations is read from the environment."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from hotelpbx.environment.reading import read_environment

BASE_DIR = Path(__file__).resolve().parent.parent

ENVIRONMENT = read_environment()

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.csrf_trusted_origins
CLOCK_OFFSET = ENVIRONMENT.clock_offset
REPORT_BASE_URL = ENVIRONMENT.report_base_url
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
METRICS_ALLOWED_NETWORKS = ENVIRONMENT.metrics_allowed_networks

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "events",
    "pbx",
    "rooms",
    "wakeups",
    "billing",
    "configuration",
    "frontdesk",
    "api",
]

MIDDLEWARE = [
    "hotelpbx.http.health.HealthMiddleware",
    "hotelpbx.http.misdirected_reports.MisdirectedReportsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hotelpbx.http.caching.NoStoreMiddleware",
    "csp.middleware.CSPMiddleware",
    "hotelpbx.http.input_checks.InputChecksMiddleware",
    "frontdesk.fragments.FragmentMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "frontdesk.accounts.sessions.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "hotelpbx.urls"
WSGI_APPLICATION = "hotelpbx.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "frontdesk.template_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontdesk.context_processors.desk",
            ],
            # {% guard %} is available in every template.
            "builtins": ["frontdesk.templatetags.guard"],
        },
    },
]

DATABASES = {
    "default": {
        **ENVIRONMENT.database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**ENVIRONMENT.database.get("OPTIONS", {}), "connect_timeout": 5},
    },
}

# Sessions are stored in PostgreSQL: the loss of Redis signs nobody out.
# Their lifetimes: frontdesk/accounts/sessions.py.
SESSION_ENGINE = "frontdesk.session_store"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.secure_ssl_redirect
SECURE_SSL_REDIRECT = ENVIRONMENT.secure_ssl_redirect
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_SSL_REDIRECT else None
# For a year, a browser that has used TLS uses nothing else.
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_SSL_REDIRECT else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
MESSAGE_STORAGE = "frontdesk.guard.posts.Messages"
LOGIN_URL = "frontdesk:sign_in"
LOGIN_REDIRECT_URL = "frontdesk:home"
LOGOUT_REDIRECT_URL = "frontdesk:sign_in"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
# Served from their source directories: an installation needs no build step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

REDIS_URL = ENVIRONMENT.redis_url
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://", 1)
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
).replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# None: a worker waits for the broker without limit.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5}
# Tasks only trigger work that is stored in the database, so a message that is lost, duplicated or
# late does no harm.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "sweep-commands": {
        "task": "pbx.tasks.sweep_commands",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "sweep-reports": {
        "task": "pbx.tasks.sweep_reports",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "keep-sessions": {
        "task": "pbx.tasks.keep_sessions",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    "watch-wake-up-calls": {
        "task": "wakeups.tasks.watch",
        "schedule": 3.0,
        "options": {"expires": 3.0},
    },
    "plan-wake-up-calls": {
        "task": "wakeups.tasks.plan",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    "number-events": {
        "task": "events.tasks.number_events",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    "run-jobs": {
        "task": "rooms.tasks.run_jobs",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "resync-due": {
        "task": "rooms.tasks.resync_due",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "resync-nightly": {
        "task": "rooms.tasks.resync_nightly",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "settle-doubtful": {
        "task": "billing.tasks.settle_doubtful_calls",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "rate-unrated": {
        "task": "billing.tasks.rate_unrated_calls",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "fetch-nightly-records": {
        "task": "rooms.tasks.fetch_nightly_records",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "prune": {
        "task": "rooms.tasks.prune",
        "schedule": 600.0,
        "options": {"expires": 600.0},
    },
    "worker-heartbeat": {
        "task": "pbx.tasks.note_the_worker_lives",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
}

# Report kind -> its handlers, in this order; checked at startup (pbx/reports/registry.py).
PBX_REPORT_HANDLERS = {
    "NewCdr": ["wakeups.outcome.report_handlers.record", "billing.report_handlers.call_record"],
    "Tranfer": ["billing.report_handlers.transfer"],
    # Keys pressed in a wake-up call are decided first: they may look like a feature code.
    "DTMF": [
        "wakeups.outcome.report_handlers.record_keys",
        "rooms.feature_codes.registry.dispatch",
    ],
    "ExtensionStatus": [
        "wakeups.outcome.report_handlers.record_desk_state",
        "rooms.report_handlers.extension_status",
    ],
    "RING": ["wakeups.outcome.report_handlers.record", "billing.report_handlers.emergency_ring"],
    "ANSWER": ["wakeups.outcome.report_handlers.record_and_finish"],
    "ANSWERED": [
        "wakeups.outcome.report_handlers.record",
        "billing.report_handlers.emergency_ring",
    ],
    "BYE": ["wakeups.outcome.report_handlers.record_and_finish"],
    "CallFailed": ["wakeups.outcome.report_handlers.record_and_finish"],
    "PlayPromptEnd": ["wakeups.outcome.report_handlers.record_and_finish"],
    "BootUp": ["rooms.report_handlers.boot_up"],
    "ConfigChange": ["rooms.report_handlers.config_change"],
}
# Feature codes: name -> handler. The number is Property's "<name>_code" (rooms/feature_codes/).
FEATURE_CODES = {
    "housekeeping": "rooms.feature_codes.housekeeping.apply",
    "minibar": "billing.minibar_code.apply",
}
# Providers of items that need a person, and of their actions (rooms/operations/attention.py).
ATTENTION_PROVIDERS = [
    "rooms.attention_sources.ParkedReports",
    "rooms.attention_sources.FailedCommands",
    "rooms.attention_sources.EmergencyCalls",
    "billing.attention_sources.UnclaimedCalls",
    "billing.attention_sources.UnratedCalls",
    "billing.attention_sources.UnclaimedMinibar",
    "billing.attention_sources.RepeatedEntries",
    "wakeups.attention_sources.WakeUpAlerts",
]
# Jobs for many stays at once (rooms/operations/jobs.py): kind -> class.
JOB_KINDS = {"wake_up_calls": "wakeups.booking.bulk.WakeUpCalls"}
# What is compared with the PBX and repaired (rooms/resync/).
RESYNC_PARTS = ["rooms.resync.phones.Phones", "wakeups.alarms.resync.Alarms"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.HasScope"],
    "DEFAULT_PARSER_CLASSES": ["api.requests.bodies.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "api.openapi.schema.Schema",
    "EXCEPTION_HANDLER": "api.errors.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "hotelpbx",
    "DESCRIPTION": "Rooms, stays, wake-up calls, charges and calls of a hotel and its PBX.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    # Choices whose generated names would clash.
    "ENUM_NAME_OVERRIDES": {
        "PhoneStateEnum": ["applied", "pending", "failed"],
        "HealthStateEnum": ["ok", "degraded", "down"],
        "AttemptKindEnum": "wakeups.models.Attempt.Kind",
        "WakeUpStatusEnum": "wakeups.models.WakeUpCall.Status",
        "AttentionActionEnum": "api.resources.attention.ACTIONS",
        "ChargeTypeEnum": "billing.models.Charge.Type",
        "PaymentMethodEnum": "billing.models.Payment.Method",
    },
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        # Both remove the secrets of report addresses (hotelpbx/log_redaction.py).
        "console": {
            "()": "hotelpbx.log_redaction.RedactingConsoleFormatter",
            "format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        },
        "json": {
            "()": "hotelpbx.log_redaction.RedactingJsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": ENVIRONMENT.log_format},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Django's own handlers would write each line a second time, without redaction.
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # The PBX token is in the query string (T18), which urllib3 would log at DEBUG.
        "urllib3": {"level": "WARNING"},
        # It logs each glyph that a PDF embeds.
        "fontTools": {"level": "WARNING"},
        # Sweeps run every few seconds; results are in the database, failures are logged as errors.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}
