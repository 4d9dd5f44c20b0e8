"""SQL about why somebody may see a record: the access rule itself, each clause a column."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Integer, Table, bindparam, case, select

from dealwright import access
from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement, shape


class Rule(NamedTuple):
    """The access rule of one kind of record: whole, and clause by clause."""

    table: Table
    rights: Callable[..., access.Rights]
    clauses: Callable[[FromClause], Mapping[str, access.Rule]]


RULES: Mapping[str, Rule] = {
    "contact": Rule(schema.contact, access.contact, access.contact_clauses),
    "opportunity": Rule(schema.opportunity, access.opportunity, access.opportunity_clauses),
    "case": Rule(schema.crm_case, access.crm_case, access.case_clauses),
    "task": Rule(schema.task, access.task, access.task_clauses),
}


def clauses(kind: str) -> list[str]:
    """What the middle columns of `truth` say, in their order."""
    rule = RULES[kind]
    return [*rule.clauses(rule.table), *_sharing(rule)]


@shape
def truth(kind: str, is_admin: bool) -> Statement:
    """Of the record `id` and the user `actor`, as 1 or 0: whether it is in front of the trash, the
    clauses, whether the rule lets him see, edit and share it."""
    rule = RULES[kind]
    row = rule.table
    rights = rule.rights(row, is_admin=is_admin)
    params = (
        row.c.deleted_on.is_(constant(None)),
        *rule.clauses(row).values(),
        *_sharing(rule).values(),
        rights.see,
        rights.edit,
        rights.share,
    )
    return Statement(
        select(*map(_flag, params)).where(row.c.id == bindparam("id", type_=Integer()))
    )


def _sharing(rule: Rule) -> Mapping[str, access.Rule]:
    """What lets somebody decide who sees the record, where it is not what lets him edit it."""
    rights = rule.rights(rule.table, is_admin=False)
    named = "the user created it"
    is_said = rights.share is rights.edit or named in rule.clauses(rule.table)
    return {} if is_said else {named: rights.share}


def _flag(condition: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((condition, constant(1)), else_=constant(0))
