"""What dashboards on other hosts may read, what a foreign page may not do, and packed answers."""

import gzip

import pytest
import zstandard

from tests.contract.test_clients import DEAL, a_deal, inputs, sign_in, the_cookie
from tests.running import Portal

FOREIGN = "https://dashboard.example"
LONG = "crm/settings/currency"


def words(header: str) -> set[str]:
    return {each.strip().lower() for each in header.split(",")}


def test_every_page_may_read_answers_but_not_with_its_cookies(portal: Portal):
    for path, as_ in (("people/@self", "ann"), ("people/@self", None), ("nowhere", None)):
        answer = portal.call("GET", path, as_=as_, headers={"Origin": FOREIGN})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Access-Control-Allow-Credentials"] is None


def test_a_page_may_read_the_headers_that_clients_need(portal: Portal):
    answer = portal.call("GET", "people/@self", headers={"Origin": FOREIGN})
    exposed = words(answer.headers["Access-Control-Expose-Headers"])
    assert exposed >= {"etag", "x-request-id", "location"}


@pytest.mark.parametrize("path", [DEAL, f"{DEAL}/1", "authentication.json", "nowhere/at/all"])
def test_options_answers_anybody_what_a_page_may_send(portal: Portal, path: str):
    payload = {
        "Origin": FOREIGN,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization, if-match",
    }
    answer = portal.call("OPTIONS", path, as_=None, headers=payload)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Max-Age"] == "1728000"
    methods = words(answer.headers["Access-Control-Allow-Methods"])
    assert methods >= {"get", "post", "put", "delete"}
    sent = words(answer.headers["Access-Control-Allow-Headers"])
    known = {"origin", "authorization", "accept", "content-type"}
    assert sent >= known | {"if-match", "idempotency-key"}


def test_named_origins_are_the_only_ones_that_may_read(portal: Portal):
    narrow = portal.fresh(cors_origins=f"{FOREIGN},https://other.example")
    for origin in (FOREIGN, "https://other.example"):
        answer = narrow.call("GET", "people/@self", headers={"Origin": origin})
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "origin" in words(", ".join(answer.headers.get_all("Vary", [])))
    answer = narrow.call("GET", "people/@self", headers={"Origin": "https://evil.example"})
    assert answer.headers["Access-Control-Allow-Origin"] is None


class TestForeignPages:
    """Browsers send the cookie for a request from any page, so the page must be ours."""

    @pytest.fixture
    def cookie(self, portal: Portal) -> str:
        return f"asc_auth_key={the_cookie(sign_in(portal)).value}"

    @pytest.mark.parametrize(
        "foreign",
        [
            {"Origin": FOREIGN},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ],
    )
    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    def test_a_foreign_page_changes_nothing_with_the_cookie(
        self, portal: Portal, cookie: str, foreign: dict[str, str], method: str
    ):
        deal = a_deal(portal)["id"]
        path = DEAL if method == "POST" else f"{DEAL}/{deal}"
        headers = {"Cookie": cookie, **foreign}
        payload = inputs(portal, title="hijacked")
        answer = portal.call(method, path, form=payload, as_=None, headers=headers)
        assert answer.status == 403
        assert portal.call("GET", f"{DEAL}/{deal}").response["title"] != "hijacked"

    def test_a_foreign_page_may_not_use_a_batch_either(self, portal: Portal, cookie: str):
        headers = {"Cookie": cookie, "Origin": FOREIGN}
        assert portal.call("POST", "batch", as_=None, headers=headers).status == 403

    def test_our_own_page_and_no_page_at_all_may_change_with_the_cookie(
        self, portal: Portal, cookie: str
    ):
        own = {"Origin": f"http://127.0.0.1:{portal.port}", "Sec-Fetch-Site": "same-origin"}
        for headers in (own, {"Sec-Fetch-Site": "none"}, {}):
            answer = portal.call(
                "POST", DEAL, json=inputs(portal), as_=None, headers={"Cookie": cookie, **headers}
            )
            assert answer.status == 201, headers

    def test_a_foreign_page_that_shows_the_token_itself_may_change(self, portal: Portal):
        headers = {"Origin": FOREIGN, "Sec-Fetch-Site": "cross-site"}
        answer = portal.call("POST", DEAL, json=inputs(portal), headers=headers)
        assert answer.status == 201

    def test_a_wrong_header_does_not_let_the_cookie_through(self, portal: Portal, cookie: str):
        headers = {"Cookie": cookie, "Origin": FOREIGN, "Authorization": "nonsense"}
        answer = portal.call("POST", DEAL, json=inputs(portal), as_=None, headers=headers)
        assert answer.status == 403

    def test_reading_with_the_cookie_is_open_to_navigation(self, portal: Portal, cookie: str):
        headers = {"Cookie": cookie, "Sec-Fetch-Site": "cross-site"}
        assert portal.call("GET", "people/@self", as_=None, headers=headers).status == 200


class TestPacking:
    def test_gzip_is_used_on_request(self, portal: Portal):
        plain = portal.call("GET", LONG)
        packed = portal.call("GET", LONG, headers={"Accept-Encoding": "deflate, gzip;q=0.8"})
        assert plain.headers["Content-Encoding"] is None
        assert packed.headers["Content-Encoding"] == "gzip"
        assert len(packed.body) < len(plain.body)
        assert gzip.decompress(packed.body) == plain.body

    def test_zstd_is_used_on_request(self, portal: Portal):
        plain = portal.call("GET", LONG)
        packed = portal.call("GET", LONG, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
        assert packed.headers["Content-Encoding"] == "zstd"
        assert zstandard.ZstdDecompressor().decompress(packed.body) == plain.body

    def test_a_packing_that_is_refused_is_not_used(self, portal: Portal):
        refused = {"Accept-Encoding": "gzip;q=0, zstd;q=0.0"}
        assert portal.call("GET", LONG, headers=refused).headers["Content-Encoding"] is None

    def test_what_depends_on_the_packing_says_so_to_caches(self, portal: Portal):
        packed = portal.call("GET", LONG, headers={"Accept-Encoding": "gzip"})
        varies = words(", ".join(packed.headers.get_all("Vary", [])))
        assert varies >= {"accept", "accept-encoding"}
