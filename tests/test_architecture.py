"""The house rules that a reader should not have to check: arrows, places, sizes, names.

docs/architecture.md gives the reasons. A rule is loosened there and here together, or not at all.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

from dealwright.access import GUARDS
from dealwright.storage import schema

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dealwright"

# A slice may use those that stand before it. One for each folder that is neither of the others.
SLICES = (
    "audit", "tags", "lists", "stages", "currencies", "custom_fields", "portal",
    "portal_settings", "people", "accounts", "groups", "mail", "notifications",
    "currency_rates", "published_rates", "trash",
    "contacts", "contact_info", "contact_photos", "contact_lists", "contact_batches",
    "contact_people", "contact_tags", "contact_values", "contact_projects",
    "contact_duplicates", "contact_merges",
    "opportunities", "opportunity_members", "opportunity_batches", "opportunity_tags",
    "opportunity_summary",
    "cases", "case_members", "case_batches", "case_tags", "record_values",
    "tasks", "task_templates", "history", "files",
    "notification_feed", "mailings", "web_forms", "calendars", "personal_data",
    "audit_trail", "search", "reports", "transfer", "webhooks",
    "explaining", "checking", "demo",
)  # fmt: skip
OTHER_FOLDERS = ("storage", "ui", "wire")
# What each file of a slice may use of slices, its own or those before it.
USES = {
    "rules": (),
    "queries": ("queries", "rules"),
    "shapes": ("shapes", "queries", "rules"),
    "actions": ("actions", "shapes", "queries", "rules"),
    "api": ("actions", "shapes", "queries", "rules"),
    "pages": ("actions", "shapes", "queries", "rules"),
    "jobs": ("actions", "shapes", "queries", "rules"),
}
# A file that was split off one of those, by a noun, counts as that one.
SPLIT = {
    **dict.fromkeys(("filters", "lists", "stored"), "actions"),
    **dict.fromkeys(("identify", "passwords", "sessions"), "actions"),  # people
    **dict.fromkeys(("letters", "delivery"), "actions"),  # mail
    "wishes": "actions",  # accounts
    "logos": "actions",  # portal_settings
    **dict.fromkeys(("submissions", "receiving", "sheets"), "actions"),  # web_forms
    "limits": "rules",  # web_forms
    **dict.fromkeys(("daily", "play"), "actions"),  # demo
    **dict.fromkeys(("addresses", "diary", "firms", "story"), "rules"),  # demo
    "infos": "rules",  # contacts
    "photos": "actions",  # contacts
    "reach": "shapes",  # contacts
    "archives": "actions",  # personal_data
}
KNOWN_TO = {"wire": ("wire", "storage", "errors"), "storage": ("storage", "errors")}
KNOWS_SLICES = ("__main__", "app", "greeting", "ui")
# What every slice may use and what itself uses a slice.
SHARED = {
    "records": ("audit",),
    "batches": ("audit", "people", "trash"),
    "changing": ("notifications", "people"),
    "participants": ("contacts",),
}
SPEAKS_SQL = ("access", "queries", "storage")
# Put SQL together from the names of tables and columns in the schema, never from what came in.
PASTES_SQL = (
    "dealwright.storage.change_postgres",
    "dealwright.storage.change_sqlite",
    "dealwright.storage.dialect",
    "dealwright.storage.migrations",
    "dealwright.storage.postgres_session",
    "dealwright.storage.schema",
    "dealwright.storage.sqlite",
)
GENERATES_CODE = ("dealwright.wire.xml",)  # one writer for each declared shape

MODULE, MODULE_MEDIAN, FUNCTION, FUNCTION_MEDIAN = 400, 120, 50, 10
PAGE_LIMITS = {"*.html": 120, "*.css": 150, "*.js": 80}
LONG_MODULES = ("dealwright.storage.schema", "dealwright.storage.migrations")
EMPTY_WORDS = {
    *("manager", "service", "helper", "helpers", "util", "utils", "base", "wrapper"),
    *("dto", "dao", "common", "misc"),
}
CONTRACT_NAMES = {"ContactBase", "CustomFieldBase", "StageBase"}  # the published API has them

SQL = re.compile(
    r"\s*(select\b.+\bfrom\b|insert\s+into\b|update\b.+\bset\b|delete\s+from\b|pragma\b"
    r"|with\b.+\bas \("
    r"|(create|drop|alter)\s+(unique\s+)?(virtual\s+)?(table|index|trigger|database|role)\b)",
    re.IGNORECASE | re.DOTALL,
)
MACHINE_PATH = re.compile(r"(?<![\w.-])/(work|root|home/\w+|Users/\w+)/|\.\./shared")


class Module(NamedTuple):
    name: str  # dotted
    path: Path
    text: str
    tree: ast.Module

    @property
    def folder(self) -> str:
        """The folder below the package, or the file's own name when it lies directly in it."""
        return self.name.split(".")[1]

    @property
    def kind(self) -> str:
        return self.name.split(".")[-1]

    @property
    def is_of_slice(self) -> bool:
        return self.path.parent != PACKAGE and self.folder not in OTHER_FOLDERS


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name != "__init__.py":
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            text = path.read_text(encoding="utf-8")
            found.append(Module(name, path, text, ast.parse(text)))
    return tuple(found)


def imports(module: Module) -> Iterator[str]:
    names = {each.name for each in modules()}
    for node in ast.walk(module.tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=origin, level=0) if origin:
                for alias in node.names:
                    inner = f"{origin}.{alias.name}"
                    yield inner if inner in names else origin
            case ast.ImportFrom():
                yield "a relative import"


def functions() -> Iterator[tuple[Module, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield module, node


def why_not(importer: str, imported: str) -> str:
    """The rule that this import breaks, or nothing. Names are dotted modules."""
    _, folder, *inner = [*importer.split("."), ""]
    package, target, *target_inner = [*imported.split("."), "", ""]
    kind, target_kind = (SPLIT.get(each, each) for each in (inner[0], target_inner[0]))
    is_slice = folder in SLICES
    if is_slice and kind == "rules":
        pure = package in sys.stdlib_module_names or imported == "dealwright.errors"
        is_own = target == folder and target_kind == "rules"
        return "" if pure or is_own else "rules use the standard library and errors alone"
    if package != "dealwright":
        return ""
    if folder in KNOWN_TO:
        return "" if target in KNOWN_TO[folder] else f"{folder} knows only {KNOWN_TO[folder]}"
    if target in SLICES:
        if not is_slice:
            may = folder in KNOWS_SLICES or target in SHARED.get(folder, ())
            return "" if may else "only app and __main__ know the slices"
        if target_kind not in USES[kind] and target_kind:
            return f"{kind} does not use {target_kind}"
        if SLICES.index(target) > SLICES.index(folder):
            return f"{target} stands above {folder}"
    if is_slice and kind in ("api", "pages", "jobs") and target == "storage":
        return f"{kind} reaches storage through actions and queries"
    if is_slice and target in KNOWS_SLICES:
        return f"{target} knows the slices, not the other way"
    return ""


def test_every_import_follows_the_arrows():
    broken = [
        f"{module.name} imports {name}: {reason}"
        for module in modules()
        for name in imports(module)
        if (reason := why_not(module.name, name))
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("importer", "imported", "is_allowed"),
    [
        ("contacts.api", "contacts.actions", True),
        ("contacts.actions", "contacts.api", False),
        ("contacts.queries", "contacts.actions", False),
        ("opportunities.queries", "contacts.queries", True),
        ("contacts.queries", "opportunities.queries", False),
        ("opportunities.api", "contacts.api", False),
        ("opportunities.api", "storage.engine", False),
        ("opportunities.rules", "wire.values", False),
        ("opportunities.rules", "errors", True),
        ("contacts.actions", "app", False),
        ("wire.bind", "wire.values", True),
        ("wire.front", "people.queries", False),
        ("wire.front", "storage.engine", True),
        ("storage.engine", "wire.values", False),
        ("notifications.jobs", "notifications.actions", True),
        ("notifications.jobs", "jobs", True),
        ("notifications.actions", "notifications.jobs", False),
        ("opportunities.stored", "audit.actions", True),
        ("opportunities.queries", "opportunities.stored", False),
        ("storage.engine", "errors", True),
        ("storage.engine", "access", False),
        ("access", "people.queries", False),
        ("app", "people.api", True),
    ],
)
def test_the_arrows_are_what_the_picture_says(importer: str, imported: str, is_allowed: bool):
    reason = why_not(f"dealwright.{importer}", f"dealwright.{imported}")
    assert (reason == "") is is_allowed, reason


def test_every_folder_is_a_known_slice_with_the_known_files():
    folders = {path.name for path in PACKAGE.iterdir() if any(path.glob("*.py"))} - {"__pycache__"}
    assert folders - set(SLICES) - set(OTHER_FOLDERS) == set()
    files = {*USES, *SPLIT}
    strange = [each.name for each in modules() if each.is_of_slice and each.kind not in files]
    assert strange == []


def test_sql_is_spoken_only_where_it_belongs():
    outside = [m for m in modules() if m.folder not in SPEAKS_SQL and m.kind != "queries"]
    drivers = ("sqlalchemy", "alembic", "asyncpg", "sqlite3")
    found = [
        f"{module.name} imports {name}"
        for module in outside
        for name in imports(module)
        if name.partition(".")[0] in drivers
    ]
    found += [f"{module.name}:{line} holds SQL" for module in outside for line in sql_texts(module)]
    assert found == []


def sql_texts(module: Module) -> Iterator[int]:
    docstrings = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(module.tree):
        match node:
            case ast.Constant(value=str(text)) if SQL.match(text) and id(node) not in docstrings:
                yield node.lineno


def test_no_sql_is_made_by_pasting():
    found = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        if not module.name.startswith(PASTES_SQL)
        for node in ast.walk(module.tree)
        if SQL.match(pasted(node))
    ]
    assert found == []


def pasted(node: ast.AST) -> str:
    """The beginning of a text put together from parts: f"…", "…" + x, "…" % x, "…".format(x)."""
    match node:
        case ast.JoinedStr(values=parts) if any(isinstance(p, ast.FormattedValue) for p in parts):
            return "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in parts)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add() | ast.Mod()):
            return text
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            return text
    return ""


@pytest.mark.parametrize(
    ("code", "is_sql"),
    [
        ("f'select {x} from y'", True),
        ("f'DELETE FROM {x}'", True),
        ("'select a from b where c = ' + x", True),
        ("'select a from b where c = %s' % x", True),
        ("'update a set b = {}'.format(x)", True),
        ("'select a from b'", False),
        ("f'selected {x} from the list'", False),
        ("f'with {x}'", False),
    ],
)
def test_pasting_is_recognised(code: str, is_sql: bool):
    assert bool(SQL.match(pasted(ast.parse(code, mode="eval").body))) is is_sql


def test_nothing_that_runs_foreign_code():
    names = {"pickle", "marshal", "shelve", "dill", "jsonpickle"}
    found = [f"{m.name} imports {name}" for m in modules() for name in imports(m) if name in names]
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                has_shell = any(each.arg == "shell" for each in node.keywords)
                evaluates = called in ("eval", "exec") and module.name not in GENERATES_CODE
                if has_shell or evaluates or called in ("yaml.load", "os.system", "os.popen"):
                    found.append(f"{module.name}:{node.lineno} {called}")
    assert found == []


def test_modules_and_functions_stay_small():
    lengths = {each.name: each.text.count("\n") for each in modules()}
    long = [f"{n} {k}" for n, k in lengths.items() if k > MODULE and not n.startswith(LONG_MODULES)]
    bodies = [(m.name, f.name, (f.end_lineno or 0) - f.lineno + 1) for m, f in functions()]
    long += [f"{name}.{function} {lines}" for name, function, lines in bodies if lines > FUNCTION]
    assert long == []
    assert median(lengths.values()) <= MODULE_MEDIAN
    assert median(lines for _, _, lines in bodies) <= FUNCTION_MEDIAN


def test_templates_styles_and_scripts_stay_small():
    long = [
        f"{path.relative_to(ROOT)} {lines}"
        for pattern, limit in PAGE_LIMITS.items()
        for path in (PACKAGE / "ui").rglob(pattern)
        if "vendor" not in path.parts
        if (lines := path.read_text(encoding="utf-8").count("\n")) > limit
    ]
    assert long == []


def test_no_name_says_nothing():
    found = []
    for module in modules():
        names = module.name.split(".")[1:]
        names += [node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
        empty = [each for each in names if words(each) & EMPTY_WORDS and each not in CONTRACT_NAMES]
        found += [f"{module.name}: {name}" for name in empty]
    assert found == []


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def test_every_module_says_what_it_is_for():
    assert [each.name for each in modules() if not ast.get_docstring(each.tree)] == []


def test_package_files_are_empty():
    packages = [*PACKAGE.rglob("__init__.py"), *(ROOT / "tests").rglob("__init__.py")]
    assert [str(path) for path in packages if path.read_text(encoding="utf-8").strip()] == []


def test_nothing_points_outside_the_project():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if (match := MACHINE_PATH.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert found == []


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True, text=True
    )
    return [path for name in listed.stdout.split("\0") if (path := ROOT / name).is_file()]


def test_every_table_says_which_rule_guards_it():
    assert set(GUARDS) == set(schema.metadata.tables)
