"""Collects the sentences of templates and modules into the catalogues of the interface.

`python -m tests.translations` adds new sentences, drops unused ones and keeps what is translated.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from dealwright.ui.translations import LANGUAGES, ORIGINAL, PACKAGE, catalogue, catalogues

METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None, "say_many": (1, 2)}
# Letters have sentences of their own, vendored files have none.
SILENT = ("storage", "wire", "vendor", "css", "images", "js", "translations")
SHARED = PACKAGE / "ui"
TRANSLATED = [each for each in LANGUAGES if each != ORIGINAL]


def collected() -> dict[Path, Catalog]:
    """Every sentence that pages say, by the folder of the slice. What `ui` says stands there
    alone."""
    payload: dict[Path, Catalog] = {}
    for folder, message in _payload():
        payload.setdefault(folder, _empty()).add(message)
    shared = payload.setdefault(SHARED, _empty())
    for folder, catalog in payload.items():
        for message in [*catalog] if folder != SHARED else ():
            if message.id and message.id in shared:
                catalog.delete(message.id)
    return {folder: catalog for folder, catalog in payload.items() if len(catalog)}


def _payload() -> Iterator[tuple[Path, str | tuple[str, ...]]]:
    found = extract_from_dir(
        PACKAGE,
        method_map=METHODS,
        options_map={"**/templates/**.html": {"silent": "false", "trimmed": "false"}},
        keywords=KEYWORDS,
        directory_filter=lambda each: Path(each).name not in SILENT,
    )
    for file, _, message, _, _ in found:
        folder = (PACKAGE / file).parent
        yield (folder.parent if folder.name == "templates" else folder), message


def _empty() -> Catalog:
    return Catalog(charset="utf-8", fuzzy=False)


def updated(language: str) -> dict[Path, bytes]:
    """The catalogues of a language as they should be, by their paths."""
    known = {
        message.id: message.string
        for path in catalogues(language)
        for message in catalogue(path)
        if message.id
    }
    files = {}
    for folder, payload in collected().items():
        whole = Catalog(locale=language, charset="utf-8", fuzzy=False)
        for message in payload:
            if message.id:
                whole.add(message.id, known.get(message.id), flags=message.flags)
        files[folder / "translations" / f"{language}.po"] = _text(whole)
    return files


def _text(catalog: Catalog) -> bytes:
    """In the order of the sentences, with no more of a header than reading needs."""
    written = BytesIO()
    write_po(written, catalog, width=100, sort_output=True, omit_header=True)
    header = f"""msgid ""
msgstr ""
"Language: {catalog.locale_identifier}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {catalog.plural_forms}\\n"

"""
    return header.encode() + written.getvalue().rstrip() + b"\n"


def write(language: str) -> None:
    files = updated(language)
    for path in catalogues(language):
        if path not in files:
            path.unlink()
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text)


if __name__ == "__main__":
    for each in TRANSLATED:
        write(each)
