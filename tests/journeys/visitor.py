"""Somebody who reads pages without a screen: for words and links, where a browser would tell nothing more."""

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import Cookie, CookieJar

MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class _Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.parts = []

    def handle_data(self, data):
        self.parts.append(data)


@dataclass
class Answer:
    """What came back: its status, the path that answered in the end, and the page."""

    status: int
    path: str
    html: str

    @property
    def main(self):
        """The text of the page without its frame, its blanks as one space."""
        reader = _Text()
        reader.feed("".join(MAIN.findall(self.html)))
        return " ".join("".join(reader.parts).split())


class Visitor:
    """Signed in to a demo account of a served installation, in a language."""

    def __init__(self, url, username, language="ar"):
        self.url, jar = url, CookieJar()
        jar.set_cookie(_cookie("django_language", language))
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        token = TOKEN.search(self.get("/account/login/").html).group(1)
        # The button of the demo; where it leads is asked of the page itself.
        form = re.search(
            rf'<form[^>]*action="([^"]+)"(?:(?!</form>).)*name="username" value="{re.escape(username)}"',
            self.get("/account/login/").html,
            re.DOTALL,
        )
        home = self._open(form.group(1), {"csrfmiddlewaretoken": token, "username": username})
        assert home.status == 200, home.status

    def get(self, path):
        """A page, wherever it leads."""
        return self._open(path, None)

    def _open(self, path, form):
        url = urllib.parse.urljoin(self.url, path)
        data = None if form is None else urllib.parse.urlencode(form).encode()
        try:
            with self.opener.open(urllib.request.Request(url, data), timeout=60) as answer:
                return _read(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return _read(refused)


def _read(answer):
    is_page = "text/html" in answer.headers.get("content-type", "")
    body = answer.read()
    return Answer(answer.status, urllib.parse.urlsplit(answer.url).path, body.decode() if is_page else "")


def _cookie(name, value):
    return Cookie(0, name, value, None, False, "127.0.0.1", True, False, "/", True, False, None, True, None, None, {})
