"""The program's settings as tests run them."""

from istidrak.web.settings import *  # noqa: F403

# Passwords of tests are nobody's: what a hash costs an attacker would only cost us (0.4 s each).
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
