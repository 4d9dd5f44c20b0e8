"""Settings: where a value comes from, what each form means, and how a wrong one is reported."""

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dealwright.setting_values import in_address, without_password
from dealwright.settings import DECLARED, WrongSetting, flag, read, variable


def test_the_defaults_are_the_documented_ones():
    found = read({}, {})
    assert (found.host, found.port, found.workers) == ("127.0.0.1", 8080, 1)
    assert found.database == f"sqlite:///{Path.cwd()}/data/dealwright.db"
    assert (found.owner_email, found.owner_password) == ("owner@localhost", None)
    assert (found.timezone.key, found.language, found.currency) == ("UTC", "en", "USD")
    assert (found.wire_profile, found.public_url) == ("live", None)
    assert found.allowed_hosts == ("127.0.0.1", "localhost", "::1")
    assert (found.trusted_proxies, found.cors_origins) == ((), ("*",))
    assert (found.body_limit, found.upload_limit) == (10 * 1024**2, 100 * 1024**2)
    assert found.smtp_ports == {25, 465, 587, 2465, 2525, 2587}
    assert (found.trash_days, found.session_days, found.demo) == (30, 365, False)


def test_a_flag_beats_its_variable_and_the_variable_beats_the_default():
    variables = {"DEALWRIGHT_PORT": "9000", "DEALWRIGHT_HOST": "10.0.0.1"}
    found = read({"port": "9001"}, variables)
    assert (found.port, found.host, found.workers) == (9001, "10.0.0.1", 1)
    assert set(found.given) == {"port", "host"}


def test_an_empty_variable_counts_as_not_given():
    assert read({}, {"DEALWRIGHT_OWNER_PASSWORD": "", "DEALWRIGHT_PORT": ""}).port == 8080


def test_every_setting_has_a_flag_and_a_variable_of_the_same_name():
    assert {flag(name)[2:].replace("-", "_") for name in DECLARED} == set(DECLARED)
    assert {variable(name) for name in DECLARED} == {f"DEALWRIGHT_{n.upper()}" for n in DECLARED}


def test_files_are_beside_the_database_file_by_default():
    assert read({}, {}).files == Path.cwd() / "data" / "files"
    assert read({"database": "/srv/crm.db"}, {}).files == Path("/srv/files")
    assert read({"database": "postgresql://db/x"}, {}).files == Path.cwd() / "data" / "files"
    assert read({"database": "/srv/crm.db", "files": "~/f"}, {}).files == Path.home() / "f"


def test_the_language_chooses_the_currency_unless_it_is_named():
    assert read({"language": "RU"}, {}).currency == "RUB"
    assert read({"language": "ru", "currency": "eur"}, {}).currency == "EUR"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("/srv/crm.db", "sqlite:////srv/crm.db"),
        ("sqlite:////srv/crm.db", "sqlite:////srv/crm.db"),
        ("sqlite:///crm.db", f"sqlite:///{Path.cwd()}/crm.db"),
        ("crm.db", f"sqlite:///{Path.cwd()}/crm.db"),
        ("~/crm.db", f"sqlite:///{Path.home()}/crm.db"),
        ("postgres://u:p@db:5433/crm", "postgresql://u:p@db:5433/crm"),
        ("POSTGRESQL://db/crm", "postgresql://db/crm"),
        ("postgresql:///crm?host=/run/postgresql", "postgresql:///crm?host=/run/postgresql"),
    ],
)
def test_a_database_has_one_spelling(text: str, canonical: str):
    assert read({"database": text}, {}).database == canonical


@pytest.mark.parametrize(
    ("text", "size"),
    [("10MiB", 10 * 1024**2), ("10 MB", 10**7), ("1kB", 1000), ("64KiB", 65536), ("7", 7)],
)
def test_a_size_counts_in_thousands_or_in_powers_of_two(text: str, size: int):
    assert read({"body_limit": text}, {}).body_limit == size


def test_hosts_origins_and_proxies_are_lists_in_canonical_form():
    found = read(
        {
            "allowed_hosts": "CRM.Example.com, [::1],10.0.0.5",
            "cors_origins": "https://Board.example.com:443, http://localhost:3000/",
            "trusted_proxies": "10.0.0.1, 10.1.2.3/8",
            "public_url": "https://crm.example.com:443/",
        },
        {},
    )
    assert found.allowed_hosts == ("crm.example.com", "::1", "10.0.0.5")
    assert found.cors_origins == ("https://board.example.com", "http://localhost:3000")
    assert found.trusted_proxies == ("10.0.0.1/32", "10.0.0.0/8")
    assert found.public_url == "https://crm.example.com"
    assert read({"cors_origins": "none"}, {}).cors_origins == ()


def test_the_bound_address_is_allowed_as_a_host():
    assert read({"host": "192.168.1.7"}, {}).allowed_hosts[0] == "192.168.1.7"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("host", "a b"),
        ("host", "localhost:80"),
        ("port", "65536"),
        ("port", "-1"),
        ("port", "٨٠"),
        ("port", ""),
        ("database", ":memory:"),
        ("database", "sqlite://"),
        ("database", "data/"),
        ("database", "mysql://db/crm"),
        ("database", "postgresql://db"),
        ("database", "postgresql://db:port/crm"),
        ("database", "crm.db?mode=ro"),
        ("files", ""),
        ("files", "data/\x00files"),
        ("owner_email", "nobody"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../etc/passwd"),
        ("timezone", "Europe"),
        ("language", "de"),
        ("currency", "EURO"),
        ("wire_profile", "new"),
        ("workers", "0"),
        ("public_url", "ftp://crm.example.com"),
        ("public_url", "https://user@crm.example.com"),
        ("public_url", "https://crm.example.com/?a=1"),
        ("allowed_hosts", "crm.example.com/x"),
        ("trusted_proxies", "proxy.example.com"),
        ("body_limit", "0"),
        ("body_limit", "10 elephants"),
        ("trash_days", "1.5"),
        ("cors_origins", "board.example.com"),
        ("cors_origins", "https://board.example.com/path"),
        ("demo", "perhaps"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(name: str, text: str):
    with pytest.raises(WrongSetting) as caught:
        read({name: text}, {})
    assert str(caught.value).startswith(f"{flag(name)}: expected ")
    assert str(caught.value).isprintable()


def test_a_wrong_variable_is_named_as_a_variable():
    with pytest.raises(WrongSetting, match=r"^DEALWRIGHT_PORT: expected a whole number"):
        read({}, {"DEALWRIGHT_PORT": "tcp://10.0.0.1:80"})


def test_a_misspelt_variable_is_refused_with_the_right_name():
    with pytest.raises(WrongSetting, match="did you mean DEALWRIGHT_PORT"):
        read({}, {"DEALWRIGHT_PROT": "80"})
    assert read({}, {"DEALWRIGHT_TEST_POSTGRES": "postgresql://db/x"}).port == 8080


def test_several_workers_need_postgresql():
    with pytest.raises(WrongSetting, match="--workers: more than 1 needs --database postgresql"):
        read({"workers": "2"}, {})
    assert read({"workers": "2", "database": "postgresql://db/crm"}, {}).workers == 2


@pytest.mark.parametrize("workers", [1, 4, 16, 30])
def test_all_workers_together_leave_postgresql_connections_for_others(workers: int):
    found = read({"workers": str(workers), "database": "postgresql://db/crm"}, {})
    assert 2 <= found.connections <= 10
    assert found.connections * workers <= 60


def test_passwords_appear_in_no_message():
    found = read({"owner_password": "hush", "database": "postgresql://u:secret@db/crm"}, {})
    assert "hush" not in repr(found)
    assert "secret" not in repr(found)
    with pytest.raises(WrongSetting) as caught:
        read({"database": "mysql://u:secret@db/crm"}, {})
    assert "secret" not in str(caught.value)


def test_a_database_is_shown_without_its_password():
    assert without_password("postgresql://u:p@db:1/x?a=b") == "postgresql://u@db:1/x?a=b"
    assert without_password("postgresql:///x?host=/run") == "postgresql:///x?host=/run"
    assert without_password("sqlite:////srv/a:b@c.db") == "sqlite:////srv/a:b@c.db"


def test_ipv6_stands_in_brackets_in_an_address():
    assert (in_address("::1"), in_address("localhost")) == ("[::1]", "localhost")


def test_settings_reach_another_process_as_they_are():
    given = read({"port": "9000", "demo": "true", "timezone": "Europe/Berlin"}, {})
    assert pickle.loads(pickle.dumps(given)) == given


@given(some.sampled_from(sorted(DECLARED)), some.text())
def test_no_text_breaks_the_reading(name: str, text: str):
    try:
        read({name: text}, {})
    except WrongSetting as caught:
        assert str(caught).isprintable()
