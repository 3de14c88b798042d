"""Settings. Four environment variables, each with a default that works; see docs/settings in the README."""

import datetime as dt
import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("ISTIDRAK_HOME", PACKAGE.parent / "var"))
FILES = HOME / "files"  # stored by digest

IS_DEMO = os.environ.get("ISTIDRAK_DEMO", "") == "1"  # sign-in by a button, on accounts of the demo only
_pinned = os.environ.get("ISTIDRAK_TODAY", "")
PINNED_TODAY = dt.date.fromisoformat(_pinned) if _pinned else None


def _secret_key() -> str:
    """A key made once for this installation and kept beside its data, readable by its owner only."""
    if os.environ.get("ISTIDRAK_SECRET_KEY"):
        return os.environ["ISTIDRAK_SECRET_KEY"]
    path = HOME / "secret_key"
    HOME.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
            stream.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("ISTIDRAK_DEBUG", "") == "1"
ALLOWED_HOSTS = os.environ.get("ISTIDRAK_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("ISTIDRAK_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "istidrak.web",
    "istidrak.desk",
    "istidrak.results",
    "istidrak.psychosocial",
    "istidrak.training",
    "istidrak.support",
    "istidrak.orientation",
    "istidrak.outreach",
    "istidrak.schooling",
    "istidrak.people",
    "istidrak.help",
    "istidrak.accounts",
    "istidrak.organisations",
    "istidrak.programmes",
    "istidrak.territory",
    "istidrak.base",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "istidrak.web.middleware.LanguageOfUser",
    "istidrak.web.middleware.NoNullCharacter",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "istidrak.web.middleware.GetNeverWrites",
    "istidrak.accounts.sessions.SessionEnds",
    "istidrak.web.middleware.PrivatePages",
    "istidrak.web.middleware.SameFormInTurn",
    "istidrak.web.answers.KeptForms",
    "istidrak.web.answers.PageForWrongMethod",
    "istidrak.web.middleware.NamesLeaveByForm",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it puts the page that says how long in the place of the answer
]

ROOT_URLCONF = "istidrak.web.urls"
WSGI_APPLICATION = "istidrak.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "istidrak.web.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "istidrak.base.templatetags.ui",
            ],
        },
    }
]

# SQLite: write-ahead log, immediate transactions and a long wait, so that two writers queue rather than fail.
_address = os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'istidrak.sqlite3'}"
DATABASES = {"default": dj_database_url.parse(_address, conn_max_age=60)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    HOME.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    # Compiling a plan, or starting processes to share a query, costs more than a page has time for; PostgreSQL does
    # both for every query that it finds dear. The run that counts shares the machine with pages: it takes one core.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", "-c jit=off -c max_parallel_workers_per_gather=0"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: a locked user name is not even tried
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Accounts are made by the level above, without e-mail: nobody signs up, nothing is sent.
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "istidrak.accounts.sign_in.ClosedAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# Failed sign-ins are counted by axes in the database, for all web processes together; allauth would count them in
# the memory of each. A centre shares one computer and one address, so an address may send many sign-ins.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": None}

# Lock-out (decision 12). So many wrong passwords or codes for one user name from one address lock that name there;
# an address is locked for every name only after far more, so that one user's mistakes do not stop colleagues.
TRIES_PER_NAME_AND_ADDRESS = 6
TRIES_PER_ADDRESS = 40
LOCKED_FOR_MINUTES = 15
AXES_FAILURE_LIMIT = TRIES_PER_NAME_AND_ADDRESS
AXES_COOLOFF_TIME = dt.timedelta(minutes=LOCKED_FOR_MINUTES)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]  # read by the handler, which knows both caps
AXES_HANDLER = "istidrak.accounts.lockout.TriesInDatabase"
AXES_CLIENT_IP_CALLABLE = "istidrak.accounts.lockout.address_of"
AXES_USERNAME_CALLABLE = "istidrak.accounts.lockout.name_tried"
AXES_LOCKOUT_CALLABLE = "istidrak.accounts.lockout.locked_page"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on does not lengthen the wait
AXES_DISABLE_ACCESS_LOG = True  # the last sign-in stands on the account
AXES_ENABLE_ACCESS_FAILURE_LOG = True  # failed tries are shown to the office that made the account
AXES_ACCESS_FAILURE_LOG_PER_USER_LIMIT = 100
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "code", "csrfmiddlewaretoken"]
AXES_VERBOSE = False

# Second factor: the code of a telephone and recovery codes; no key, nothing is trusted without a code.
MFA_ADAPTER = "istidrak.accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Istidrak"
MFA_TOTP_TOLERANCE = 1  # telephones in the field are half a minute off; a code is taken once all the same
MFA_FORMS = {
    "authenticate": "istidrak.accounts.factor_forms.CodeForm",
    "reauthenticate": "istidrak.accounts.factor_forms.CodeAgainForm",
    "activate_totp": "istidrak.accounts.factor_forms.SetUpForm",
}
CSRF_FAILURE_VIEW = "istidrak.web.views.csrf_failed"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 10 * 3600  # a working day: a form of eighty fields is not thrown away after half an hour
SESSION_COOKIE_HTTPONLY = True

LANGUAGE_CODE = os.environ.get("ISTIDRAK_LANGUAGE", "ar")
LANGUAGES = [("ar", "العربية"), ("fr", "Français")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Africa/Casablanca"
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["istidrak.base.formats"]  # days are typed day first
LOCALE_PATHS = [PACKAGE / "desk" / "imports" / "locale"]  # a package inside desk, with its own words

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 120  # the school lists of a directorate come in one drop

SECURE_CONTENT_TYPE_NOSNIFF = True
# Served over https, as ISTIDRAK_ORIGINS says of a real installation, cookies never leave it.
_is_https = any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if _is_https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _is_https else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _is_https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF, "'unsafe-inline'"],  # widths of bars are inline styles
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "object-src": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
# A longer list is written by a run beside the web processes (`istidrak write`), not while somebody's page waits.
ROWS_WRITTEN_AT_ONCE = int(os.environ.get("ISTIDRAK_ROWS_AT_ONCE", "2000"))
