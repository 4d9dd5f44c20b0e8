"""A portal whose groups nobody else's tests list."""

from tests.accounts.conftest import kept as kept
from tests.accounts.conftest import portal as portal
