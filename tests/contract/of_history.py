"""Examples of history, of files and of photos of contacts."""

from typing import Any

from tests.contract.examples import Example, Made
from tests.contract.of_contact_data import (
    BASE,
    DOCUMENTED_BASE,
    DOCUMENTED_EMPLOYEE,
    EMPLOYEE,
)
from tests.contract.of_contacts import DOCUMENTED_PERSON, PERSON
from tests.contract.of_tasks import (
    CATEGORY,
    DOCUMENTED_CATEGORY,
    DOCUMENTED_TASK,
    MOMENT,
    TASK,
)
from tests.contract.of_whole_records import DOCUMENTED_TOGETHER, TOGETHER
from tests.crm.files.making import attached, upload
from tests.crm.history.making import category, make_event
from tests.drawing import picture
from tests.making import make_opportunity, make_person
from tests.running import Portal

FILE = {
    "folderId": 1, "version": 1, "versionGroup": 1, "contentLength": "8 bytes",
    "pureContentLength": 8, "fileStatus": 0, "viewUrl": "x", "webUrl": "x", "fileType": 7,
    "fileExst": ".txt", "comment": "", "id": 1, "title": "letter.txt", "access": 0,
    "shared": False, "created": MOMENT, "createdBy": EMPLOYEE, "updated": MOMENT,
    "updatedBy": EMPLOYEE,
}  # fmt: skip
DOCUMENTED_FILE = {
    "FolderId": 1, "Version": 1, "VersionGroup": 1, "ContentLength": "8 bytes",
    "PureContentLength": 8, "FileStatus": 0, "ViewUrl": "x", "WebUrl": "x", "FileType": 7,
    "FileExst": ".txt", "Comment": "", "id": 1, "Title": "letter.txt", "Access": 0,
    "Shared": False, "Created": MOMENT, "CreatedBy": DOCUMENTED_EMPLOYEE, "Updated": MOMENT,
    "UpdatedBy": DOCUMENTED_EMPLOYEE,
}  # fmt: skip
EVENT = {
    "createBy": EMPLOYEE, "created": MOMENT, "content": "We talked.", "category": CATEGORY,
    "contact": BASE, "entity": TASK["entity"], "canEdit": True, "files": [FILE], "id": 1,
}  # fmt: skip
DOCUMENTED_EVENT = {
    "CreateBy": DOCUMENTED_EMPLOYEE, "Created": MOMENT, "Content": "We talked.",
    "Category": DOCUMENTED_CATEGORY, "Contact": DOCUMENTED_BASE,
    "Entity": DOCUMENTED_TASK["Entity"], "CanEdit": True, "Files": [DOCUMENTED_FILE], "id": 1,
}  # fmt: skip
# The category of what the system writes has no place among the others.
ATTACHED = {
    **EVENT, "content": "x", "entity": None,
    "category": {name: value for name, value in CATEGORY.items() if name != "sortOrder"},
}  # fmt: skip
DOCUMENTED_ATTACHED = {**DOCUMENTED_EVENT, "Content": "x", "Entity": None}


def uploaded(portal: Portal) -> Made:
    """A person, an opportunity, and a file that nothing shows yet."""
    person, deal = make_person(portal), make_opportunity(portal)
    file = upload(portal, f"contact/{person}")
    return {"person": person, "deal": deal, "file": file["id"], "category": category(portal)}


def event(portal: Portal) -> Made:
    """An event of both with the file."""
    made = uploaded(portal)
    about = {"contactId": made["person"], "entityType": "opportunity", "entityId": made["deal"]}
    return {**made, "event": make_event(portal, **about, fileId=[made["file"]])["id"]}


def shown(portal: Portal) -> Made:
    """The file attached to the person."""
    made = uploaded(portal)
    attached(portal, f"contact/{made['person']}", {"id": made["file"]})
    return made


def writing(method: str, path: str, live: Any, documented: Any, **more: Any) -> Example:
    what = {"made": uploaded, "live": live, "documented": documented, **more}
    return Example(method=method, path=f"crm/{path}", **what)


PAYLOAD = {
    "content": "a & <b>", "categoryId": "{category}", "contactId": "{person}",
    "entityType": "opportunity", "entityId": "{deal}", "fileId": ["{file}"],
}  # fmt: skip
PICTURE = (("me.png", picture()),)
UNUSABLE = {"message": "x", "hresult": -2147024809, "data": {}}
EXAMPLES = (
    writing("POST", "history", EVENT, DOCUMENTED_EVENT, payload=PAYLOAD),
    writing(
        "DELETE", "history/{event}", {**EVENT, "alsoDeleted": TOGETHER},
        {**DOCUMENTED_EVENT, "AlsoDeleted": DOCUMENTED_TOGETHER}, made=event,
    ),
    writing(
        "POST", "contact/{person}/files", ATTACHED, DOCUMENTED_ATTACHED,
        payload={"fileids": ["{file}"]},
    ),
    writing(
        "POST", "contact/{person}/files/text", FILE, DOCUMENTED_FILE,
        payload={"title": "a & b", "content": "c"},
    ),
    writing(
        "POST", "opportunity/{deal}/files/upload", FILE, DOCUMENTED_FILE,
        files=(("a & b.txt", b"content"),),
    ),
    writing("DELETE", "files/{file}", FILE, DOCUMENTED_FILE),
    writing("DELETE", "files/{file}", FILE, DOCUMENTED_FILE, made=shown),
    writing("PUT", "contact/{person}/changephoto", "x", "x", files=PICTURE),
    writing(
        "PUT", "contact/{person}/changephotobyurl", UNUSABLE, UNUSABLE,
        payload={"photourl": "file:///me.png"}, status=400,
    ),
    writing("DELETE", "contact/{person}/avatar", "x", "x"),
    writing("DELETE", "contact/{person}/avatar", "", "", payload={"uploadOnly": True}),
    writing(
        "POST", "contact/person", {**PERSON, "customFields": []},
        {**DOCUMENTED_PERSON, "CustomFields": []}, files=PICTURE,
        payload={"firstName": "Pat", "lastName": "Person", "shareType": "1"},
    ),
)  # fmt: skip
