"""Who gets an email, what it says, and who has unsubscribed: decided without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dealwright.crm.mailings.emails import clean
from dealwright.crm.mailings.placeholders import filled
from dealwright.crm.mailings.rules import (
    AT_ONCE,
    MOST,
    PAUSE,
    Recipient,
    State,
    clock,
    plain,
    progress,
    recipients,
    refusal_token,
    refused_address,
    require,
)
from dealwright.errors import Invalid

VALUES = {
    "person.first name": "Ann <b>&</b>",
    "person.website": "javascript:alert(1)",
    "person.address city": "Köln",
}


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<a href="$(Person.Website)">x</a>',
        '<a href=" javascript:alert(1)">x</a>',
        '<iframe src="https://evil.example"></iframe>',
        '<form action="https://evil.example"><input name=password></form>',
        '<p style="position:fixed;top:0;behavior:url(x)">x</p>',
        "<svg onload=alert(1)>",
        '<meta http-equiv="refresh" content="0;url=https://evil.example">',
        "<style>@import url(https://evil.example)</style>",
    ],
)
def test_body_contains_nothing_that_runs_code(body: str):
    found = clean(filled(body, VALUES, as_html=True)).lower()
    for each in ("script", "onerror", "onload", "iframe", "form", "position", "behavior", "meta"):
        assert each not in found
    assert "@import" not in found


def test_markup_of_emails_stays():
    body = (
        '<table width="600"><tbody><tr><td style="padding:8px;color:#123456" align="center">'
        '<a href="https://example.com/?a=1&amp;b=2">x</a><img src="https://example.com/i.png">'
        "</td></tr></tbody></table>"
    )
    found = clean(body)
    for each in ('width="600"', "padding:8px", 'align="center"', "a=1&amp;b=2", "i.png"):
        assert each in found.replace("padding: 8px", "padding:8px")


def test_body_has_a_plain_text_form():
    body = "<h1>Hi &amp; welcome</h1>\n<p>One<br>two</p><ul><li>a</li><li>b</li></ul>"
    assert plain(body) == "Hi & welcome\nOne\ntwo\na\nb"


def test_recipients_have_valid_unique_subscribed_addresses():
    found = recipients(
        {1: "a@b.cd", 2: None, 3: "nobody", 4: "x@y.zz", 5: "A@b.cd", 6: "e@f.gh"},
        address=lambda text: text if "@" in text else None,
        refused=frozenset(("x@y.zz",)),
    )
    assert [(each.contact_id, each.state) for each in found] == [
        (1, State.WAITING),
        (2, State.SKIPPED),
        (3, State.FAILED),
        (4, State.REFUSED),
        (5, State.SKIPPED),
        (6, State.WAITING),
    ]
    assert found[2] == Recipient(3, "nobody", State.FAILED, "Invalid email address: nobody")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"contact_ids": []}, "contactIds"),
        ({"contact_ids": [*range(MOST + 1)]}, "contactIds"),
        ({"subject": " "}, "subject"),
        ({"body": ""}, "body"),
    ],
)
def test_bad_values_are_refused_with_the_parameter(changed: dict[str, object], named: str):
    payload: dict[str, object] = {"contact_ids": [1], "subject": "Hi", "body": "Hello"}
    with pytest.raises(Invalid) as refused:
        require(**{**payload, **changed})  # type: ignore[arg-type]
    assert refused.value.parameter == named


def test_progress_counts_finished_recipients_and_estimates_the_rest():
    counts = {"sent": 2, "failed": 1, "waiting": AT_ONCE + 1, "sending": 0}
    found = progress(counts, is_finished=False)
    assert found == (AT_ONCE + 4, 2, 3, 2 * PAUSE)
    assert found.percentage == 300 // (AT_ONCE + 4)
    assert progress({}, is_finished=True).percentage == 100


def test_duration_is_zero_or_hours_minutes_seconds():
    assert (clock(None), clock(0), clock(3_725_000_000)) == (0, 0, "01:02:05")


@given(some.emails())
def test_token_holds_its_address_and_no_other(address: str):
    token = refusal_token(address, secret="secret")
    assert refused_address(token, secret="secret") == address
    assert refused_address(token, secret="another") is None
    name, _, signature = token.partition(".")
    other = refusal_token(f"x{address}", secret="secret").partition(".")[0]
    assert refused_address(f"{other}.{signature}", secret="secret") is None
    assert refused_address(name, secret="secret") is None


@given(some.text())
def test_invalid_token_is_refused(text: str):
    assert refused_address(text, secret="secret") is None
