"""Addresses of outreach: finding, then following."""

from istidrak.outreach.urls_following import urlpatterns as following_urls
from istidrak.outreach.urls_lists import urlpatterns as lists_urls

app_name = "outreach"
urlpatterns = [*lists_urls, *following_urls]
