"""Which mail servers and addresses are accepted, and what a header line may contain."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dealwright.errors import Invalid
from dealwright.messages.mail.rules import Security, Smtp, address, line, revised

PORTS = frozenset((25, 587))
GOOD = Smtp(host="mail.example.com", sender_address="crm@example.com")
SIGNED_IN = Smtp(
    host="mail.example.com", user="crm", password="secret", sender_address="crm@example.com"
)


def test_a_password_stays_while_the_server_does():
    assert revised(SIGNED_IN, SIGNED_IN, password=None, ports=PORTS).password == "secret"


@pytest.mark.parametrize("changed", [{"host": "evil.example"}, {"port": 25}])
def test_a_password_is_never_shown_to_another_server(changed: dict[str, object]):
    requested = Smtp(
        **{"host": "mail.example.com", "user": "crm", "sender_address": "a@b.cd", **changed}
    )
    with pytest.raises(Invalid, match="password must be given again"):
        revised(SIGNED_IN, requested, password=None, ports=PORTS)
    assert revised(SIGNED_IN, requested, password="new", ports=PORTS).password == "new"


def test_an_empty_host_forgets_everything():
    assert revised(SIGNED_IN, Smtp(), password=None, ports=PORTS) == Smtp()


def test_settings_do_not_print_their_password():
    assert "secret" not in repr(SIGNED_IN)


@pytest.mark.parametrize(
    ("requested", "password", "named"),
    [
        (Smtp(host="a b", sender_address="a@b.cd"), None, "host"),
        (Smtp(host="mail.example.com:25", sender_address="a@b.cd"), None, "host"),
        (Smtp(host="https://mail.example.com", sender_address="a@b.cd"), None, "host"),
        (Smtp(host="mail.example.com", port=6379, sender_address="a@b.cd"), None, "port"),
        (Smtp(host="mail.example.com", user="crm", sender_address="a@b.cd"), None, "password"),
        (Smtp(host="mail.example.com", sender_address="a@b.cd"), "secret", "user"),
        (
            Smtp(host="m.example", user="crm", security=Security.NONE, sender_address="a@b.cd"),
            "secret",
            "security",
        ),
        (Smtp(host="m.example", sender_address="nobody"), None, "senderAddress"),
        (
            Smtp(host="m.example", sender_name="A\r\nBcc: b@c.de", sender_address="a@b.cd"),
            None,
            "senderName",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(requested: Smtp, password: str | None, named: str):
    with pytest.raises(Invalid) as refused:
        revised(Smtp(), requested, password=password, ports=PORTS)
    assert refused.value.parameter == named


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("ann@example.com", "ann@example.com"),
        (" Ann.Archer+x@Example.COM ", "Ann.Archer+x@example.com"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("почта@пример.рф", None),
        ("ann@пример.рф", "ann@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_an_address_is_as_mail_servers_take_it(text: str, taken: str | None):
    if taken is None:
        with pytest.raises(Invalid):
            address(text)
    else:
        assert address(text) == taken


@pytest.mark.parametrize(
    "text",
    ["", "@", "a@", "@b.cd", "a b@c.de", "a@b@c.de", "<a@b.cd>", "a@b.cd>", "a@b.cd\nBcc: x@y.zz",
     "a@b.cd,x@y.zz", "a@-b.cd", "a@b..cd", f"{'a' * 65}@b.cd", f"a@{'b' * 64}.cd"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str):
    with pytest.raises(Invalid):
        address(text)


@given(some.text())
def test_a_line_is_one_line(text: str):
    found = line(text)
    assert found == found.strip()
    assert len(found) <= 200
    assert len(found.splitlines()) <= 1
    assert "=?" not in found
    assert not any(ord(each) < 32 or ord(each) == 127 for each in found)
