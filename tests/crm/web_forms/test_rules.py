"""The rules of forms without a portal: redirects, rate limits, mistakes."""

import pytest

from dealwright.crm.web_forms.limits import Limit, Limits, RateLimit, network
from dealwright.crm.web_forms.rules import destination, origins
from dealwright.errors import TooMany

MINUTE = 60_000_000


def test_rate_limit_admits_so_many_and_says_how_long_to_wait():
    rate_limit = RateLimit(Limit(2, MINUTE))
    for now in (0, 10):
        assert rate_limit.wait("a", now) == 0
        rate_limit.count("a", now)
    assert rate_limit.wait("a", 30_000_000) == 31
    assert rate_limit.wait("b", 30_000_000) == 0
    assert rate_limit.wait("a", MINUTE) == 0


def test_rate_limit_drops_the_oldest_key_first():
    rate_limit = RateLimit(Limit(1, MINUTE), remembered=2)
    for key in "abc":
        rate_limit.count(key, 0)
    assert [rate_limit.wait(key, 1) > 0 for key in "abc"] == [False, True, True]


def test_both_limits_apply_and_a_refusal_counts_for_neither():
    limits = Limits(Limit(1, MINUTE), Limit(2, MINUTE))
    limits.demand("form", "10.0.0.1", 0)
    with pytest.raises(TooMany):
        limits.demand("form", "10.0.0.1", 0)
    limits.demand("form", "10.0.0.2", 0)
    with pytest.raises(TooMany) as often:
        limits.demand("form", "10.0.0.3", 1)
    assert often.value.retry_after == 60
    limits.demand("other", "10.0.0.3", 1)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("10.0.0.1", "10.0.0.2", False),
        ("10.0.0.1", "10.0.0.1", True),
        ("", "", True),
    ],
)
def test_address_stands_for_its_network(one, other, same):
    assert (network(one) == network(other)) is same


def test_address_below_one_with_a_trailing_slash_is_allowed():
    allowed = ["https://a.example/x", "https://b.example/y/"]
    assert destination("https://a.example/x", allowed)
    assert not destination("https://a.example/x/z", allowed)
    assert destination("https://b.example/y/z?q#f", allowed)
    assert not destination("https://b.example/yz", allowed)
    assert origins(allowed) == ["https://a.example", "https://b.example"]
