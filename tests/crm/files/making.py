"""File uploads, and requests that the tests of files share."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from tests.running import Answer, Portal

HANDLER = "/Products/Files/HttpHandlers/filehandler.ashx?action=download&fileid="
Sent = tuple[str, bytes]  # name, content


def form(*files: Sent, texts: Mapping[str, str] | None = None) -> tuple[bytes, dict[str, str]]:
    """A multipart body and its headers, with names as browsers write them."""
    border = uuid4().hex
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in (texts or {}).items()
    ]
    for number, (name, content) in enumerate(files):
        quoted = name.replace("\\", "\\\\").replace('"', "%22").replace("\r\n", "%0D%0A")
        head = f'Content-Disposition: form-data; name="file{number}"; filename="{quoted}"'
        parts.append(f"--{border}\r\n{head}\r\nContent-Type: text/plain\r\n\r\n".encode())
        parts[-1] += content + b"\r\n"
    body = b"".join(parts) + f"--{border}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={border}"}


def send(portal: "Portal", path: str, *files: Sent, as_: str = "ann") -> "Answer":
    """Uploads files for a record: `path` is `contact/1` or similar."""
    body, headers = form(*files)
    return portal.call("POST", f"crm/{path}/files/upload", body=body, headers=headers, as_=as_)


def upload(
    portal: "Portal",
    path: str,
    name: str = "letter.txt",
    content: bytes = b"Dear Pat",
    as_: str = "ann",
) -> Any:
    """Uploads a file and returns the answer."""
    answer = send(portal, path, (name, content), as_=as_)
    assert answer.status == 201, answer.text
    return answer.response


def attached(portal: "Portal", path: str, *files: Any, as_: str = "ann") -> Any:
    """Attaches files to a record and returns the event."""
    payload = {"fileids": [each["id"] for each in files]}
    answer = portal.call("POST", f"crm/{path}/files", json=payload, as_=as_)
    assert answer.status == 201, answer.text
    return answer.response


def fetch(portal: "Portal", file_id: int, as_: str | None = "ann", **headers: str) -> "Answer":
    """Downloads a file. `_` in a header's name stands for `-`."""
    headers_sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return portal.call("GET", f"{HANDLER}{file_id}", as_=as_, headers=headers_sent)
