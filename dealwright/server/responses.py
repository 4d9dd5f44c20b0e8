"""Responses into bytes: the head in one piece, checked as a whole, and the pieces of a stream."""

from http import HTTPStatus

from dealwright.wire.exchange import Response

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
_STATUS_LINES = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n" for each in HTTPStatus}
# What a header may consist of; all else in a head are its line ends.
_VISIBLE = bytes(each for each in range(256) if each == 9 or (each >= 32 and each != 127))
_BODILESS = (204, 304)


def head(response: Response, *, date: str, is_last: bool) -> bytes:
    """The head with its empty line. A stream without length is chunked unless it is the last.

    Raises ValueError for what would end a header within it.
    """
    lines = [_STATUS_LINES[response.status], f"Date: {date}\r\n"]
    lines += [f"{name}: {value}\r\n" for name, value in response.headers]
    if response.length is not None:
        if response.status not in _BODILESS:
            lines.append(f"Content-Length: {response.length}\r\n")
    elif not is_last:
        lines.append("Transfer-Encoding: chunked\r\n")
    if is_last:
        lines.append("Connection: close\r\n")
    lines.append("\r\n")
    made = "".join(lines).encode("latin-1", "replace")
    if made.translate(None, _VISIBLE) != b"\r\n" * len(lines):
        raise ValueError("a header of the response holds a control character")
    return made


def chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)
