"""The rules of the code that a test can check: imports, places, sizes, names.

docs/architecture.md gives the reasons. Change a rule there and here together.
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

from dealwright import app
from dealwright.access import GUARDS
from dealwright.storage import schema

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dealwright"

# The entries directly below the package, lowest first: each may import itself and those before it.
LEVELS = (
    "errors", "setting_values", "settings", "storage", "wire", "access", "work",
    "media", "records", "background", "portal", "people", "messages", "crm", "operations",
    "ui", "site", "app", "server", "commands", "__main__",
)  # fmt: skip
# The kinds of files in slices that each kind of file in a slice may import.
USES = {
    "rules": ("rules",),
    "queries": ("queries", "rules"),
    "shapes": ("shapes", "queries", "rules"),
    "actions": ("actions", "shapes", "queries", "rules"),
    "api": ("actions", "shapes", "queries", "rules"),
    "pages": ("actions", "shapes", "queries", "rules"),
    "jobs": ("actions", "shapes", "queries", "rules"),
}
STANDARD = sys.stdlib_module_names
KNOWN_TO = {
    "server": ("server", "wire", "errors", "settings", "setting_values"),
    "wire": ("wire", "storage", "errors"),
    "storage": ("storage", "errors"),
}
COMPOSE = ("site", "app", "commands", "__main__")  # may use any file of a slice
SPEAKS_SQL = ("dealwright.access", "dealwright.storage.", "dealwright.records.kinds")
# Put SQL together from the names of tables and columns in the schema, never from what came in.
PASTES_SQL = (
    "dealwright.storage.statements.change_postgres",
    "dealwright.storage.statements.change_sqlite",
    "dealwright.storage.statements.dialect",
    "dealwright.storage.migrations",
    "dealwright.storage.transfer",
    "dealwright.storage.engines.postgres_session",
    "dealwright.storage.schema",
    "dealwright.storage.engines.sqlite",
)

MODULE, MODULE_MEDIAN, FUNCTION, FUNCTION_MEDIAN = 400, 120, 50, 10
PAGE_LIMITS = {"*.html": 120, "*.css": 150, "*.js": 150}
LONG_MODULES = ("dealwright.storage.schema", "dealwright.storage.migrations")
EMPTY_WORDS = {
    *("manager", "service", "helper", "helpers", "util", "utils", "base", "wrapper"),
    *("dto", "dao", "common", "misc"),
}
CONTRACT_NAMES = {"ContactBase", "CustomFieldBase", "StageBase"}  # the published API has them

# Private names that STYLE.md replaces by the terms of the trade, and the files that were named so.
PRIVATE_NAMES = {
    *("Wishes", "Doorkeeper", "Unfit", "Raced", "Dangling", "NotUnique", "Chore", "Sweep"),
    *("Letter", "Front", "Told", "Wanted", "Desk", "Belongings", "belongings", "wishes"),
    *("keep_house", "post_office", "throw_away", "recall", "employ", "his_id"),
}
PRIVATE_FILES = {
    *("stored.py", "lists.py", "wishes.py", "letters.py", "heads.py", "exchanges.py"),
    *("changing.py", "wording.py", "memory.py", "front.py", "fold.py"),
}
PROSE = (".py", ".md", ".html", ".toml", ".yml", ".js", ".css")
ONE_PERSON = re.compile(r"\b(he|him|his|himself)\b", re.IGNORECASE)

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
        """The folder below the package, or the file's own name if it is directly in the package."""
        return self.name.split(".")[1] if "." in self.name else ""

    @property
    def slice(self) -> str:
        """The slice of the module, as its folder below the package; empty if that is not a
        slice."""
        folders = self.name.split(".")[1:-1]
        return "" if self.folder in ("", "ui") else slice_in(".".join(folders))

    @property
    def noun(self) -> str:
        """The noun of its slice, which includes the slices inside."""
        return ".".join(self.slice.split(".")[:2]) if self.folder != "people" else "people"

    @property
    def kind(self) -> str:
        """The kind of the file: its name, or what its imports show if the slice uses a noun of its
        own."""
        name = self.name.split(".")[-1]
        return name if name in USES or not self.slice else shown_kind(self)


@cache
def slice_in(folder: str) -> str:
    """The same if it is a slice, else empty."""
    path = PACKAGE.joinpath(*folder.split("."))
    is_slice = folder and any((path / f"{kind}.py").exists() for kind in USES)
    return folder if is_slice else ""


@cache
def shown_kind(module: Module) -> str:
    """The kind that the imports of a file show."""
    used = [each for each in imports(module) if each.partition(".")[0] not in STANDARD]
    if all(each == "dealwright.errors" or each.endswith(".rules") for each in used):
        return "rules"
    ends = {each.rpartition(".")[2] for each in used}
    if "dealwright.wire.shape" in used and not ends & {"actions", "repository", "work"}:
        return "shapes"
    return "actions"


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name != "__init__.py":
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            text = path.read_text(encoding="utf-8")
            found.append(Module(name, path, text, ast.parse(text)))
    return tuple(found)


@cache
def imports(module: Module) -> tuple[str, ...]:
    return tuple(_imports(module))


def _imports(module: Module) -> Iterator[str]:
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
    """The rule that this import breaks, or empty. Names are dotted modules."""
    package, target, *_ = [*imported.split("."), ""]
    by, of = of_name(importer), of_name(imported)
    folder, kind = by.folder, by.kind
    if by.slice and kind == "rules":
        pure = package in STANDARD or imported == "dealwright.errors"
        is_own = of.slice == by.slice and of.kind == "rules"
        return "" if pure or is_own else "rules use the standard library and errors alone"
    if package != "dealwright":
        return ""
    if folder in KNOWN_TO and target not in KNOWN_TO[folder]:
        return f"{folder} knows only {KNOWN_TO[folder]}"
    is_shown = by.slice and kind == "pages" and target == "ui"  # pages stand in its shell
    if LEVELS.index(target) > LEVELS.index(folder) and not is_shown:
        return f"{target} stands above {folder}"
    if by.slice and of.slice and of.kind not in USES[kind]:
        return f"{kind} does not use {of.kind}"
    if of.slice and of.kind in ("api", "pages", "jobs") and folder not in COMPOSE:
        return f"only {COMPOSE} use {of.kind}"
    if by.slice and kind in ("api", "pages", "jobs") and target == "storage":
        return f"{kind} reaches storage through actions and queries"
    return ""


@cache
def of_name(name: str) -> Module:
    """The module of this name; an empty one if there is none, so that rules can be tested."""
    known = {each.name: each for each in modules()}
    return known.get(name) or Module(name, PACKAGE, "", ast.parse(""))


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
        ("crm.contacts.api", "crm.contacts.actions", True),
        ("crm.contacts.actions", "crm.contacts.api", False),
        ("crm.contacts.queries", "crm.contacts.actions", False),
        ("crm.opportunities.queries", "crm.contacts.queries", True),
        ("portal.stages.queries", "crm.contacts.queries", False),
        ("crm.opportunities.api", "crm.contacts.api", False),
        ("crm.opportunities.api", "storage.engines.engine", False),
        ("crm.opportunities.rules", "wire.values", False),
        ("crm.opportunities.rules", "errors", True),
        ("crm.contacts.actions", "app", False),
        ("wire.bind", "wire.values", True),
        ("wire.dispatcher", "people.queries", False),
        ("wire.dispatcher", "storage.engines.engine", True),
        ("storage.engines.engine", "wire.values", False),
        ("messages.feed.jobs", "messages.feed.actions", True),
        ("messages.feed.jobs", "background.job", True),
        ("messages.feed.actions", "messages.feed.jobs", False),
        ("crm.opportunities.repository", "records.audit.actions", True),
        ("crm.opportunities.queries", "crm.opportunities.repository", False),
        ("storage.engines.engine", "errors", True),
        ("storage.engines.engine", "access", False),
        ("access", "people.queries", False),
        ("app", "people.api", True),
    ],
)
def test_arrows_are_what_the_picture_says(importer: str, imported: str, is_allowed: bool):
    reason = why_not(f"dealwright.{importer}", f"dealwright.{imported}")
    assert (reason == "") is is_allowed, reason


def test_the_top_of_the_package_is_what_the_picture_says():
    top = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert top - {"__init__", "__pycache__"} == set(LEVELS)
    assert len(top) <= 24


def test_no_modules_import_each_other_in_a_circle():
    assert circles({each.name: set(imports(each)) for each in modules()}) == []


def test_no_nouns_import_each_other_in_a_circle():
    arrows: dict[str, set[str]] = {}
    for module in modules():
        if module.slice:
            used = {of_name(name).noun for name in imports(module) if of_name(name).slice}
            arrows.setdefault(module.noun, set()).update(used - {module.noun})
    assert circles(arrows) == []


def circles(arrows: dict[str, set[str]]) -> list[str]:
    """The names in a circle: what is left after removing, again and again, all that point at
    nothing that is left, from both ends."""
    left = dict(arrows)
    while loose := [
        name
        for name, used in left.items()
        if not used & left.keys() or not any(name in each for each in left.values())
    ]:
        for name in loose:
            del left[name]
    return sorted(left)


@pytest.mark.parametrize(
    ("arrows", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}, "c": {"a"}}, ["a", "b"]),
    ],
)
def test_circles_are_found(arrows: dict[str, set[str]], found: list[str]):
    assert circles(arrows) == found


def test_slices_are_listed_once():
    """`app` finds by its list which slices have routes, pages and jobs; none is missing there."""
    with_routes = {m.slice for m in modules() if m.slice and m.name.endswith(".api")}
    with_pages = {m.slice for m in modules() if m.slice and m.name.endswith(".pages")}
    with_jobs = {m.slice for m in modules() if m.slice and m.name.endswith(".jobs")}
    assert set(app.SLICES) == with_routes | with_pages | with_jobs


def test_sql_is_spoken_only_where_it_belongs():
    outside = [m for m in modules() if not m.name.startswith(SPEAKS_SQL) and m.kind != "queries"]
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
    """The beginning of a text made of parts: f"…", "…" + x, "…" % x, "…".format(x)."""
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
                if has_shell or called in ("eval", "exec", "yaml.load", "os.system", "os.popen"):
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
        for path in PACKAGE.rglob(pattern)
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


def test_no_private_name_comes_back():
    ours = [path for path in tracked() if path.suffix == ".py" and "vendor" not in path.parts]
    found = [str(path) for path in ours if path.name in PRIVATE_FILES]
    for path in ours:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {name for node in ast.walk(tree) for name in _names(node)}
        found += [f"{path.relative_to(ROOT)}: {name}" for name in names & PRIVATE_NAMES]
    assert found == []


def _names(node: ast.AST) -> Iterator[str]:
    """The names that a node gives or uses."""
    for attribute in ("id", "name", "arg", "attr"):
        if isinstance(name := getattr(node, attribute, None), str):
            yield name


def test_no_person_is_he():
    """Texts call a person "they"; only this rule, and the page that gives it, say otherwise."""
    ours = [path for path in tracked() if path.suffix in PROSE and "vendor" not in path.parts]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in ours
        if path.name not in ("STYLE.md", Path(__file__).name)
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if ONE_PERSON.search(line)
    ]
    assert found == []


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
