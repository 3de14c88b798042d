"""Components of the pages. Unknown attributes are refused by Python itself."""

from django import template

register = template.Library()
