"""SQL about changed records: which of them which of many people see, in one statement.

The rules are those of `access`; the actor in them is a column here instead of an argument.
"""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, String, and_, literal_column, select
from sqlalchemy.sql import visitors

from dealwright import access
from dealwright.storage import schema
from dealwright.storage.statements.dialect import AnyOf
from dealwright.storage.statements.statement import Statement, shape

_person = schema.person.alias("listening")
# Without its table: a subquery of a rule must not read all people, but mean the one outside of it.
_LISTENING: ColumnElement[str] = literal_column("listening.id", String())
_o = schema.opportunity
_SOURCES = {
    "task": (schema.task, access.task),
    "event": (schema.history_event, access.history_event),
}


@shape
def opportunities(is_admin: bool) -> Statement:
    """Rows of (person, record, opportunity, version, title, stage, whether it is in the trash) for
    each of the `people` and each of the opportunities `ids` that they see. What is in the trash is
    judged as if it were not."""
    see = access.opportunity(_o, is_admin=is_admin).see
    return Statement(
        select(_person.c.id, _o.c.id, *_shown())
        .select_from(_person.join(_o, AnyOf(_o.c.id, "ids", Integer())))
        .where(AnyOf(_person.c.id, "people", String()), _of_each(see))
    )


@shape
def belonging(kind: str, is_admin: bool) -> Statement:
    """The same for the opportunities of the tasks or events `ids`, if a person sees both."""
    table, rule = _SOURCES[kind]
    see = and_(
        access.opportunity(_o, is_admin=is_admin).see,
        rule(table, is_admin=is_admin).see,
    )
    return Statement(
        select(_person.c.id, table.c.id, *_shown())
        .select_from(
            _person.join(table, AnyOf(table.c.id, "ids", Integer())).join(
                _o, _o.c.id == table.c.opportunity_id
            )
        )
        .where(AnyOf(_person.c.id, "people", String()), _of_each(see))
    )


def _shown() -> tuple[ColumnElement[Any], ...]:
    return _o.c.id, _o.c.version, _o.c.title, _o.c.stage_id, _o.c.deleted_on.is_not(None)


def _of_each(rule: ColumnElement[Any]) -> ColumnElement[Any]:
    """A rule with each person of the statement as its actor."""

    def replace(element: object, **_: object) -> ColumnElement[str] | None:
        is_actor = isinstance(element, BindParameter) and element.key == access.ACTOR.key
        return _LISTENING if is_actor else None

    replaced: ColumnElement[Any] = visitors.replacement_traverse(rule, {}, replace)
    return replaced
