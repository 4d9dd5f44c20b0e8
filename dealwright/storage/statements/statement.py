"""A SQLAlchemy Core expression, compiled once per database and run as text on the native driver.

Knows nothing of connections. Refuses expressions that would carry one caller's value into another's
statement.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, ParamSpec, TypeVar

from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import NullType

from dealwright.storage.statements.printing import DIALECTS, ListOf, json_text

Values = Mapping[str, Any]
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


class Compiled(NamedTuple):
    """Text for one driver. `order`: argument names in the order of the text. `arguments`: the
    driver's arguments (a tuple for PostgreSQL, a mapping for SQLite), made from values by name;
    raises `TypeError` if one is missing."""

    text: str
    order: tuple[str, ...]
    arguments: Callable[[Values], Any]
    writes: bool


class Statement:
    """One shape of SQL. `source` is an expression, or a function that makes it at the first use."""

    __slots__ = ("_postgresql", "_source", "_sqlite")

    def __init__(self, source: ClauseElement | Callable[[], ClauseElement]) -> None:
        self._source = source
        self._sqlite: Compiled | None = None
        self._postgresql: Compiled | None = None

    @property
    def sqlite(self) -> Compiled:
        if self._sqlite is None:
            self._sqlite = compile_for("sqlite", self.expression())
        return self._sqlite

    @property
    def postgresql(self) -> Compiled:
        if self._postgresql is None:
            self._postgresql = compile_for("postgresql", self.expression())
        return self._postgresql

    def text(self, dialect: str) -> Compiled:
        return self.sqlite if dialect == "sqlite" else self.postgresql

    def expression(self) -> ClauseElement:
        return self._source() if callable(self._source) else self._source


def shape(build: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Caches the statement that a function makes for each combination of its (hashable) arguments.

    The arguments say which clauses are present. They are never a caller's values, which are passed
    by name when the statement runs.
    """
    return lru_cache(maxsize=512)(build)  # type: ignore[return-value]


def compile_for(dialect: str, expression: ClauseElement) -> Compiled:
    """Raises `TypeError` for what cannot be run safely: see `_refuse`."""
    compiled = expression.compile(dialect=DIALECTS[dialect])
    assert isinstance(compiled, SQLCompiler)
    _refuse(compiled)
    writes = bool(
        compiled.isinsert or compiled.isupdate or compiled.isdelete or _has_writing_part(compiled)
    )
    if dialect == "sqlite":
        order = tuple(compiled.params)
        return Compiled(str(compiled), order, _named(compiled, order), writes)
    order = tuple(compiled.positiontup or ())
    return Compiled(str(compiled), order, _positional(compiled, order), writes)


def _refuse(compiled: SQLCompiler) -> None:
    if "POSTCOMPILE" in str(compiled):
        raise TypeError(f"a list inside a statement: use AnyOf and pass it by name\n{compiled}")
    for name, value in compiled.params.items():
        # Without a value a name is None, or a marker that a value is required.
        if value is not None and getattr(value, "name", "") != "REQUIRED":
            raise TypeError(
                f"{name} = {value!r} is frozen: use constant() or a named bindparam\n{compiled}"
            )
        if isinstance(compiled.binds[name].type, NullType):
            raise TypeError(f"{name} has no type: give its bindparam one\n{compiled}")


def _has_writing_part(compiled: SQLCompiler) -> bool:
    return any(getattr(cte.element, "is_dml", False) for cte in compiled.ctes or ())


def _named(compiled: SQLCompiler, order: tuple[str, ...]) -> Callable[[Values], Values]:
    lists = [name for name in order if isinstance(compiled.binds[name].type, ListOf)]

    def arguments(values: Values) -> Values:
        for name in order:
            if name not in values:
                raise TypeError(f"missing argument {name}\n{compiled}")
        if not lists:
            return values
        texts = {name: json_text(values[name]).decode() for name in lists}
        return {**values, **texts}

    return arguments


def _positional(
    compiled: SQLCompiler, order: tuple[str, ...]
) -> Callable[[Values], tuple[Any, ...]]:
    types = {name: compiled.binds[name].type for name in order}
    columns = {
        name: type_ for name, type_ in types.items() if isinstance(type_, ListOf) and type_.source
    }
    pick = _picker(order)

    def arguments(values: Values) -> tuple[Any, ...]:
        try:
            if columns:
                lists = {
                    name: [row[each.place] for row in values[each.source]]
                    for name, each in columns.items()
                }
                values = {**values, **lists}
            return pick(values)
        except KeyError as missing:
            raise TypeError(f"missing argument {missing.args[0]}\n{compiled}") from None

    return arguments


def _picker(order: tuple[str, ...]) -> Callable[[Values], tuple[Any, ...]]:
    match order:
        case ():
            return lambda values: ()
        case (name,):
            return lambda values: (values[name],)
    return itemgetter(*order)
