"""A portal whose groups are listed only by these tests."""

from tests.people.accounts.conftest import kept as kept
from tests.people.accounts.conftest import portal as portal
