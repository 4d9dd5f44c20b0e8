"""`GET /metrics`: what is counted, for whom, and over several processes."""

import re
from http.client import HTTPConnection

import pytest

from tests.making import make_opportunity
from tests.running import Portal
from tests.server.talking import SECONDS
from tests.server.test_process import Running, running

TOKEN = "a-token-for-prometheus"
FLAGS = ("--metrics-token", TOKEN)


def scrape(server: Running, token: str = TOKEN) -> str:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    assert answer.status == 200, body
    return body


def value(body: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", body, re.MULTILINE)
    assert found, (name, body)
    return float(found[1])


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_numbers_are_shown_to_the_token_alone(portal: Portal):
    opportunity = make_opportunity(portal)
    token = portal.ground.tokens["ann"]
    with running(portal, *FLAGS) as server:
        path = f"/api/2.0/crm/opportunity/{opportunity}"
        for _ in range(3):
            server.get(path, Authorization=token)
        server.get("/api/2.0/no/such/route-of-a-caller")
        assert server.get("/metrics") == 401
        assert server.get("/metrics", Authorization=f"Bearer {token}") == 401
        body = scrape(server)
    route = 'route="crm/opportunity/{opportunityid:id}"'
    # The copy of the database that the server serves was made before the opportunity.
    counted = sum(
        value(body, f'dealwright_requests_total{{method="GET",{route},status="{status}"}}')
        for status in ("2xx", "4xx")
        if f'{route},status="{status}"' in body
    )
    assert counted == 3
    assert value(body, f'dealwright_request_seconds_count{{method="GET",{route}}}') == 3
    assert value(body, "dealwright_statements_total") >= 3
    for name in ("requests_running", "database_waiting", "jobs_due", "jobs_given_up"):
        assert value(body, f"dealwright_{name}") >= 0
    assert "no/such" not in body


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_server_without_a_token_has_no_such_page(portal: Portal):
    with running(portal) as server:
        assert server.get("/metrics", Authorization="Bearer ") == 404


@pytest.mark.parametrize("portal", ["postgresql"], indirect=True)
def test_processes_of_one_server_are_counted_together(portal: Portal):
    with running(portal, "--workers", "2", *FLAGS) as server:
        for _ in range(20):
            assert server.get("/readyz") == 200
        name = 'dealwright_requests_total{method="GET",route="pages",status="2xx"}'
        assert value(scrape(server), name) == 20
        assert value(scrape(server), "dealwright_database_connections") >= 2
