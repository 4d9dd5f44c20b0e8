"""A portal whose groups nobody else's tests list."""

from tests.people.accounts.conftest import kept as kept
from tests.people.accounts.conftest import portal as portal
