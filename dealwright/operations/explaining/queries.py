"""SQL that explains access: the access rule itself, with each clause as a column."""

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
    """The texts of the middle columns of `truth`, in their order."""
    rule = RULES[kind]
    return [*rule.clauses(rule.table), *_sharing(rule)]


@shape
def truth(kind: str, is_admin: bool) -> Statement:
    """For the record `id` and the user `actor`, as 1 or 0: whether it is outside the trash, the
    clauses, and whether the rule lets the user see, edit and share it."""
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
    """The clauses that let a user share the record, if they differ from those that let them edit
    it."""
    rights = rule.rights(rule.table, is_admin=False)
    named = "the user created it"
    is_said = rights.share is rights.edit or named in rule.clauses(rule.table)
    return {} if is_said else {named: rights.share}


def _flag(condition: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((condition, constant(1)), else_=constant(0))
