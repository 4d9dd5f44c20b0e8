"""Examples of tags: of themselves, on one record, on many and on what a filter finds."""

from functools import partial
from typing import Any

from tests.contract.examples import Example, Made
from tests.contract.scene import made as posted
from tests.crm.cases.making import make_case
from tests.crm.contacts.making import make_company, word
from tests.making import make_opportunity, make_person
from tests.running import Portal

RECORDS = {
    "contact": make_person,
    "opportunity": make_opportunity,
    "case": make_case,
}


def tagged(kind: str, portal: Portal) -> Made:
    """A record with a tag that it alone has, a tag that none has, and a title that no tag has."""
    made = {"record": RECORDS[kind](portal), "tag": word(), "unused": word(), "new": word()}
    posted(portal, f"crm/{kind}/{made['record']}/tag", {"tagName": made["tag"]})
    posted(portal, f"crm/{kind}/tag", {"tagName": made["unused"]})
    return made


def grouped(portal: Portal) -> Made:
    """A company with a person, and a tag on both."""
    company, tag = make_company(portal), word()
    person = make_person(portal, companyId=company)
    posted(portal, f"crm/company/{company}/tag/group", {"tagName": tag})
    return {"company": company, "person": person, "tag": tag, "new": word()}


def of_tag(kind: str, method: str, path: str, *, tag: str = "{new}", **more: Any) -> Example:
    """The answer is the tag's title."""
    what = {"made": partial(tagged, kind), "live": "x", "documented": "x", **more}
    payload = {"tagName": tag, "entityid": ["{record}"]} if path == "taglist" else {"tagName": tag}
    return Example(method=method, path=f"crm/{kind}/{path}", payload=payload, **what)


def of_group(kind: str) -> tuple[Example, ...]:
    path = f"{{{kind}}}/tag/group"
    return (
        of_tag(kind, "POST", path, made=grouped),
        of_tag(kind, "DELETE", path, made=grouped, tag="{tag}"),
    )


EXAMPLES = (
    of_tag("contact", "POST", "tag"),
    of_tag("contact", "DELETE", "tag", tag="{tag}", as_="root"),
    of_tag("contact", "POST", "{record}/tag"),
    of_tag("contact", "DELETE", "{record}/tag", tag="{tag}"),
    of_tag("contact", "POST", "taglist"),
    *(of_tag(kind, "POST", "filter/taglist?tags={tag}") for kind in RECORDS),
    *of_group("company"),
    *of_group("person"),
    # Of cases: a new portal has tags of contacts that nothing carries yet.
    Example(
        made=partial(tagged, "case"), method="DELETE", path="crm/case/tag/unused", as_="root",
        live=["x"], documented=["x"],
    ),
)  # fmt: skip
