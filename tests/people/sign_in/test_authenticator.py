"""The sender of a request: what is cached, for how long, and what invalidates it."""

import asyncio
from typing import Any

import pytest

from dealwright.access import Role
from dealwright.errors import TooMany
from dealwright.people import actions
from dealwright.people.accounts import actions as accounts
from dealwright.people.queries import everybody
from dealwright.people.sign_in import authenticator, passwords, sessions
from dealwright.wire.credentials import Login, Token
from tests.people.processes import NOW, SECOND, Process, owner, run_scenario
from tests.running import PASSWORD, Portal

ANN = Login("ann@example.com", PASSWORD)
WRONG = Login("ann@example.com", "wrong")
LATER = NOW + 6 * SECOND


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The hashes that passwords were compared with."""
    compared: list[str | None] = []
    check = passwords._check

    def noted(password: str, password_hash: str | None) -> Any:
        compared.append(password_hash)
        return check(password, password_hash)

    monkeypatch.setattr(passwords, "_check", noted)
    return compared


async def api_token(
    process: Process, portal: Portal, *, scope: str = "write", name: str = "ann"
) -> Token:
    text = await process.act(
        actions.make_token, by=owner(portal), email=f"{name}@example.com", title="t", scope=scope
    )
    return Token(text)


def test_a_token_is_its_owner(portal: Portal):
    async def scenario(process: Process) -> None:
        actor = await process.identify(Token(portal.ground.tokens["ann"]))
        assert actor is not None
        assert (actor.id, actor.role, actor.can_write) == (portal.id_of("ann"), Role.USER, True)

    run_scenario(portal, scenario)


@pytest.mark.parametrize("text", ["", "x", "0" * 43, "ä\u2028", "' or 1=1 --"])
def test_invalid_token_gets_401(portal: Portal, text: str):
    async def scenario(process: Process) -> None:
        assert await process.identify(Token(text)) is None

    run_scenario(portal, scenario)


def test_the_hash_of_a_token_is_not_the_token(portal: Portal):
    from dealwright.people.rules import token_hash

    async def scenario(process: Process) -> None:
        stolen = token_hash(portal.ground.tokens["ann"])
        assert await process.identify(Token(stolen)) is None

    run_scenario(portal, scenario)


def test_a_token_is_looked_up_once_in_five_seconds(portal: Portal):
    async def scenario(process: Process) -> None:
        token = Token(portal.ground.tokens["ann"])
        await process.identify(token)
        before = process.database.statements
        for _ in range(10):
            assert await process.identify(token, at=NOW + 4 * SECOND)
        assert process.database.statements == before
        assert await process.identify(token, at=LATER)
        assert process.database.statements == before + 1

    run_scenario(portal, scenario)


def test_a_session_ends_after_its_days(portal: Portal):
    async def scenario(process: Process) -> None:
        token = Token(portal.ground.tokens["ann"])
        year = process.settings.session_days * 24 * 3600 * SECOND
        assert await process.identify(token, at=NOW + year - 3600 * SECOND)
        assert await process.identify(token, at=NOW + year) is None

    run_scenario(portal, scenario)


def test_a_password_is_compared_once_while_it_does_not_change(
    portal: Portal, checks: list[str | None]
):
    async def scenario(process: Process) -> None:
        for moment in (NOW, NOW + SECOND, LATER, LATER + 3600 * SECOND):
            actor = await process.identify(ANN, at=moment)
            assert actor is not None
            assert (actor.id, actor.token_id) == (portal.id_of("ann"), None)
        assert len(checks) == 1

    run_scenario(portal, scenario)


@pytest.mark.parametrize("name", ["ann@example.com", "ANN@Example.com", " ann ", "ann"])
def test_a_login_name_is_an_address_or_a_user_name(portal: Portal, name: str):
    async def scenario(process: Process) -> None:
        assert await process.identify(Login(name, PASSWORD))
        assert await process.identify(Login(portal.id_of("ann"), PASSWORD))

    run_scenario(portal, scenario)


@pytest.mark.parametrize(
    "login",
    [
        Login("nobody@example.com", PASSWORD),
        Login("ann@example.com", "wrong"),
        Login("bad\0name", PASSWORD),
        Login("gone@example.com", PASSWORD),
    ],
)
def test_every_wrong_login_costs_the_same_work(
    portal: Portal, checks: list[str | None], login: Login
):
    async def scenario(process: Process) -> None:
        payload = {
            "email": "gone@example.com",
            "first_name": "Go",
            "last_name": "Ne",
            "role": "user",
        }
        await process.act(accounts.add, by=owner(portal), **payload, password=PASSWORD)
        await process.act(accounts.disable, by=owner(portal), email="gone@example.com")
        assert await process.identify(login) is None
        assert len(checks) == 1

    run_scenario(portal, scenario)


@pytest.mark.parametrize("login", [Login("", PASSWORD), Login("ann@example.com", "")])
def test_nothing_is_never_right_and_costs_nothing(
    portal: Portal, checks: list[str | None], login: Login
):
    async def scenario(process: Process) -> None:
        assert await process.identify(login) is None
        assert checks == []

    run_scenario(portal, scenario)


def test_five_failures_block_the_right_password_too_for_a_minute(portal: Portal):
    async def scenario(process: Process) -> None:
        for second in range(5):
            assert await process.identify(WRONG, at=NOW + second * SECOND) is None
        with pytest.raises(TooMany) as refused:
            await process.identify(ANN, at=NOW + 5 * SECOND)
        assert refused.value.retry_after == 59
        with pytest.raises(TooMany):  # also in another worker process
            await process.another_process().identify(ANN, at=NOW + 5 * SECOND)
        assert await process.identify(ANN, at=NOW + 65 * SECOND)

    run_scenario(portal, scenario)


def test_block_does_not_stop_sign_in_from_another_address(portal: Portal):
    async def scenario(process: Process) -> None:
        for _ in range(5):
            await process.identify(WRONG, address="203.0.113.9")
        with pytest.raises(TooMany):
            await process.identify(WRONG, address="203.0.113.9")
        assert await process.identify(ANN, address="192.0.2.1")
        assert await process.identify(Login("bob@example.com", PASSWORD), address="203.0.113.9")

    run_scenario(portal, scenario)


@pytest.mark.parametrize("name", ["ann@example.com", "nobody@example.com"])
def test_guesses_from_many_addresses_are_slowed_down_and_nobody_is_refused(
    portal: Portal, name: str
):
    async def scenario(process: Process) -> None:
        assert await process.identify(ANN, address="192.0.2.1")
        for number in range(40):
            guess = Login(name, f"guess {number}")
            at = NOW + number * SECOND
            assert await process.identify(guess, address=f"198.51.100.{number}", at=at) is None
        assert process.slept == sorted(process.slept)
        assert process.slept[-1] == 8.0

        process.slept.clear()
        at = NOW + 41 * SECOND
        assert await process.identify(ANN, address="203.0.113.7", at=at)  # late, but let in
        assert process.slept == ([8.0] if name == ANN.name else [])
        process.slept.clear()
        assert await process.identify(ANN, address="192.0.2.1", at=at)  # known there already
        assert await process.identify(Login("bob@example.com", PASSWORD), at=at)
        assert process.slept == []

    run_scenario(portal, scenario)


def test_guesses_from_many_addresses_at_once_are_counted_and_answered(portal: Portal):
    async def scenario(process: Process) -> None:
        guesses = (process.identify(WRONG, address=f"198.51.100.{n}") for n in range(20))
        assert set(await asyncio.gather(*guesses)) == {None}
        assert await process.identify(ANN, address="203.0.113.7")

    run_scenario(portal, scenario)


def test_a_block_does_not_touch_tokens(portal: Portal):
    async def scenario(process: Process) -> None:
        for _ in range(5):
            await process.identify(WRONG)
        assert await process.identify(Token(portal.ground.tokens["ann"]))

    run_scenario(portal, scenario)


def test_a_thousand_guesses_at_once_are_five(portal: Portal, checks: list[str | None]):
    async def scenario(process: Process) -> None:
        guesses = (process.identify(Login("ann@example.com", f"guess {n}")) for n in range(50))
        answers = await asyncio.gather(*guesses, return_exceptions=True)
        assert sum(isinstance(answer, TooMany) for answer in answers) == 45
        assert answers.count(None) == 5
        assert len(checks) == 5

    run_scenario(portal, scenario)


def test_a_script_that_signs_in_ten_times_at_once_is_let_in(
    portal: Portal, checks: list[str | None]
):
    async def scenario(process: Process) -> None:
        actors = await asyncio.gather(*(process.identify(ANN) for _ in range(10)))
        assert all(actors)
        assert len(checks) == 1

    run_scenario(portal, scenario)


def test_the_right_password_in_between_does_not_start_the_count_again(portal: Portal):
    async def scenario(process: Process) -> None:
        for _ in range(4):
            assert await process.identify(WRONG) is None
            assert await process.identify(ANN)
        assert await process.identify(WRONG) is None
        with pytest.raises(TooMany):
            await process.identify(ANN)

    run_scenario(portal, scenario)


def test_what_was_right_before_is_no_way_around_a_block(portal: Portal):
    async def scenario(process: Process) -> None:
        assert await process.identify(ANN)
        for _ in range(5):
            assert await process.identify(WRONG) is None
        for shown in (WRONG, ANN, ANN):
            with pytest.raises(TooMany):
                await process.identify(shown)

    run_scenario(portal, scenario)


def test_a_new_password_ends_sessions_and_remembered_logins_at_once(portal: Portal):
    async def scenario(process: Process) -> None:
        session, token = Token(portal.ground.tokens["ann"]), await api_token(process, portal)
        assert await process.identify(session)
        assert await process.identify(ANN)
        other = process.another_process()
        assert await other.identify(session)
        assert await other.identify(ANN)
        payload = {"email": "ann@example.com", "password": "quite another one"}
        await process.act(actions.reset_password, by=owner(portal), **payload)
        assert await process.identify(session) is None
        assert await process.identify(ANN) is None
        assert await process.identify(Login("ann", "quite another one"))
        assert await process.identify(token), "an API token is not a session"
        assert await other.identify(session, at=LATER) is None, "another worker after 5 seconds"
        assert await other.identify(ANN, at=LATER) is None

    run_scenario(portal, scenario)


def test_disabling_ends_everything_at_once(portal: Portal):
    async def scenario(process: Process) -> None:
        shown = [Token(portal.ground.tokens["ann"]), await api_token(process, portal), ANN]
        other = process.another_process()
        for each in shown:
            assert await process.identify(each)
            assert await other.identify(each)
        await process.act(accounts.disable, by=owner(portal), email="ann@example.com")
        for each in shown:
            assert await process.identify(each) is None
            assert await other.identify(each, at=LATER) is None

    run_scenario(portal, scenario)


def test_revoked_token_stops_working_at_once(portal: Portal):
    async def scenario(process: Process) -> None:
        token = await api_token(process, portal)
        ann = await process.identify(token)
        assert ann is not None
        assert ann.token_id is not None
        await process.act(sessions.revoke_token, by=ann, token_id=ann.token_id)
        assert await process.identify(token) is None

    run_scenario(portal, scenario)


def test_a_token_for_reading_says_so(portal: Portal):
    async def scenario(process: Process) -> None:
        reading = await process.identify(await api_token(process, portal, scope="read"))
        assert reading is not None
        assert not reading.can_write

    run_scenario(portal, scenario)


def test_the_last_use_of_api_tokens_is_written_later_and_only_theirs(portal: Portal):
    async def scenario(process: Process) -> None:
        first, second = [await api_token(process, portal) for _ in range(2)]
        ann = await process.identify(first)
        assert ann is not None
        for moment in (NOW, NOW + SECOND, NOW + 2 * SECOND):
            await process.identify(first, at=moment)
        await process.identify(Token(portal.ground.tokens["ann"]))
        before = await process.act(sessions.tokens, by=ann)
        assert [each.used_on for each in before] == [None, None]
        await process.authenticator.flush()
        after = await process.act(sessions.tokens, by=ann)
        assert [each.used_on for each in after] == [NOW + 2 * SECOND, None]
        await process.identify(second)
        await process.authenticator.close()
        assert [each.used_on for each in await process.act(sessions.tokens, by=ann)][1] == NOW

    run_scenario(portal, scenario)


def test_what_was_found_of_those_who_stay_away_is_not_kept(portal: Portal):
    async def scenario(process: Process) -> None:
        async def held() -> list[int]:
            loaders = (authenticator.found_tokens, authenticator.verified_logins)
            return [len(await process.cache.cached(each, None)) for each in loaders]

        await process.identify(Token(portal.ground.tokens["ann"]))
        await process.identify(ANN)
        await process.authenticator.forget_absent(NOW + 60 * SECOND)
        assert await held() == [1, 1], "too early"
        await process.authenticator.forget_absent(NOW + 66 * SECOND)
        assert await held() == [0, 0]
        assert await process.identify(ANN, at=NOW + 67 * SECOND), "only looked up anew"

    run_scenario(portal, scenario)


def test_user_added_by_a_command_is_known_to_the_server(portal: Portal):
    async def scenario(process: Process) -> None:
        server = process.another_process()
        await server.database.read(lambda session: server.cache.cached(everybody, session))
        payload = {"email": "new@example.com", "first_name": "N", "last_name": "W", "role": "user"}
        await process.act(accounts.add, by=owner(portal), **payload, password=PASSWORD)
        new = await server.identify(Login("new@example.com", PASSWORD))
        assert new is not None
        people = await server.database.read(lambda session: server.cache.cached(everybody, session))
        assert new.id in people

    run_scenario(portal, scenario)
