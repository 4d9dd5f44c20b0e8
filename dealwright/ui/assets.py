"""The files that pages are made of: one style sheet, script modules, icons, fonts.

Their addresses carry one hash of all contents, so browsers keep them for a year and a module finds
its neighbours by relative addresses. Knows nothing of what the files do.
"""

import mimetypes
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1]
PREFIX = "/static/"
STYLE = "app.css"
_UI = PACKAGE / "ui"
# In the order in which they are joined; the layers decide what wins.
_STYLES = (
    *("layers", "fonts", "palette", "tokens", "adaptation", "reset", "base", "shell"),
    *(
        "buttons",
        "inputs",
        "badges",
        "menus",
        "dialogs",
        "toasts",
        "board",
        "cards",
        "quick_add",
        "tables",
        "calendar",
    ),
    *("panel", "timeline", "tasks", "empty", "charts"),
    *("compare", "screens", "settings", "gate", "utilities", "print"),
)
# Under which name the files of a directory of `ui` are served.
_SHARED = {
    "ui": _UI / "js",
    "images": _UI / "images",
    "inter": _UI / "vendor" / "inter",
    "htmx": _UI / "vendor" / "htmx",
}
_SERVED = {".js", ".svg", ".woff2"}
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class Asset(NamedTuple):
    body: bytes
    content_type: str
    etag: str


class Assets(NamedTuple):
    """Every asset by its name, such as `ui/menu.js` or `crm/opportunities/drag.js`."""

    version: str
    by_name: Mapping[str, Asset]

    def address(self, name: str) -> str:
        """The address of an asset. Raises KeyError where there is none."""
        self.by_name[name]
        return f"{PREFIX}{self.version}/{name}"

    def found(self, path: str) -> tuple[Asset, bool] | None:
        """The asset at an address, and whether the address is that of its present content."""
        version, _, name = path.removeprefix(PREFIX).partition("/")
        asset = self.by_name.get(name)
        return asset and (asset, version == self.version)


@cache
def assets() -> Assets:
    """All assets of this installation, read once."""
    by_name = {name: _asset(name, path.read_bytes()) for name, path in sorted(_files())}
    by_name[STYLE] = _asset(STYLE, "\n".join(_style_sheets()).encode())
    every = sha256()
    for name, asset in by_name.items():
        every.update(f"{name} {asset.etag}\n".encode())
    return Assets(every.hexdigest()[:12], by_name)


def _files() -> Iterator[tuple[str, Path]]:
    for name, directory in _SHARED.items():
        yield from _served(name, directory.iterdir())
    for directory in PACKAGE.rglob("static"):
        slice_name = directory.parent.relative_to(PACKAGE).as_posix()
        yield from _served(slice_name, directory.iterdir())


def _served(prefix: str, paths: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    return ((f"{prefix}/{path.name}", path) for path in paths if path.suffix in _SERVED)


def _style_sheets() -> Iterator[str]:
    shared = [_UI / "css" / f"{name}.css" for name in _STYLES]
    for path in (*shared, *sorted(PACKAGE.rglob("static/*.css"))):
        yield path.read_text(encoding="utf-8")


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    kind = _TYPES.get(suffix) or mimetypes.types_map[suffix]
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return Asset(body, kind + charset, f'"{sha256(body).hexdigest()[:16]}"')
