"""The cost of cleaning HTML, estimated before it is cleaned.

A cleaner builds the tree that a browser would build. It compares each attribute of a tag with those
before it, and opens unclosed elements again, so its time grows with the square of their number. The
counts here are never too low.
"""

import re

from dealwright.errors import Invalid

MOST_TAGS = 3_000  # opening tags; a long newsletter has about a thousand
MOST_ATTRIBUTES = 200  # per tag
MOST_WORDS = 3_000  # after a tag without an end: each could be an attribute

_ATTRIBUTE = (
    r"[\s/]*+[^\s/>][^\s/>=]*+"
    r"(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^\s>]*+)|(?!\s*+=))"
)
_ONE = re.compile(_ATTRIBUTE)
_TAG = re.compile(rf"/?[a-zA-Z][^\s/>]*+((?:{_ATTRIBUTE})*+)[\s/]*+>")
_BETWEEN = re.compile(r"[\s/\"']+")


def demand_cheap(html: str, *, parameter: str) -> None:
    """Raises Invalid for HTML with more tags, or more attributes per tag, than an email needs."""
    first, *begun = html.split("<")
    opening = sum(each[:1].isalpha() for each in begun)
    closing = sum(each[:1] == "/" for each in begun)
    if max(opening, closing) > MOST_TAGS:
        raise Invalid(parameter, f"must have at most {MOST_TAGS} HTML tags")
    place = len(first)
    for each in begun:
        if each.removeprefix("/")[:1].isalpha():
            found = _TAG.match(each)
            if found is None:
                # Everything that follows may belong to it, in quotes or not.
                _demand_few(len(_BETWEEN.findall(html, place)), MOST_WORDS, parameter)
                return
            _demand_few(len(_ONE.findall(found[1])), MOST_ATTRIBUTES, parameter)
        place += len(each) + 1


def _demand_few(attributes: int, most: int, parameter: str) -> None:
    if attributes > most:
        raise Invalid(parameter, f"must have at most {most} attributes in an HTML tag")
