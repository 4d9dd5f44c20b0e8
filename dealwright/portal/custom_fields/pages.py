"""The custom fields as pages of the settings: one list for each kind of record, and a form with a
preview for each field."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from dealwright import access
from dealwright.errors import CrmError, Invalid, NotFound
from dealwright.portal.custom_fields import actions, rules, shapes
from dealwright.portal.custom_fields.queries import definitions
from dealwright.portal.custom_fields.rules import Field, FieldOwner, FieldType
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.demand_admin)
FIELDS = "/settings/fields"
TEMPLATES = "portal/custom_fields"
OWNERS = {
    "opportunity": FieldOwner.OPPORTUNITY,
    "contact": FieldOwner.CONTACT,
    "person": FieldOwner.PERSON,
    "company": FieldOwner.COMPANY,
    "case": FieldOwner.CASE,
}
MOST_OPTIONS = 500


class FieldPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class FieldView(NamedTuple):
    """A field as templates draw it. `size`, `rows` and `cols` are of texts; `used`: how many
    records have a value; `is_own`: not one of all contacts in the list of persons or companies."""

    id: int
    label: str
    type: int
    options: Sequence[str] = ()
    size: int = 40
    rows: int = 2
    cols: int = 40
    used: int = 0
    is_own: bool = True


@page.get("settings/fields")
async def show(page: PageRequest) -> Response:
    """The fields of one kind of record."""
    return await _fields(page)


@page.post("settings/fields")
async def create(page: PageRequest) -> Response:
    """Adds a field after all others."""

    async def change(work: Work) -> str:
        made = await actions.create(work, _typed(page))
        return forms.undo_by(f"{FIELDS}/{made}/delete", {"sure": 1})

    return await forms.saved(
        page,
        change,
        said=page.say("Added: %(title)s", title=page.text("label")),
        back=f"{FIELDS}?owner={_owner(page)}",
        show=lambda problem: _form(page, None, problem),
    )


@page.post("settings/fields/order")
async def reorder(page: PageRequest) -> Response:
    """Puts the fields of a kind of record in an order."""
    owner, ids = _owner(page), forms.order(page)

    async def change(work: Work) -> str:
        were = [each.id for each in await shapes.every(work, OWNERS[owner])]
        await actions.reorder(work, OWNERS[owner], ids)
        return forms.undo_by(f"{FIELDS}/order", {"owner": owner, "ids": were})

    return await forms.saved(
        page,
        change,
        said=page.say("Saved"),
        back=f"{FIELDS}?owner={owner}",
        show=lambda problem: _fields(page, problem),
    )


@page.get("settings/fields/new")
async def ask(page: PageRequest) -> Response:
    """The form of a new field."""
    return await _form(page, None)


@page.post("settings/fields/preview")
async def preview(page: PageRequest) -> Response:
    """How the field of the form would look on a record."""
    try:
        field = rules.valid(_typed(page))
    except CrmError:
        return page.fragment(f"{TEMPLATES}/preview.html", field=None)
    return page.fragment(f"{TEMPLATES}/preview.html", field=_view(field))


@page.get("settings/fields/{id:id}")
async def one(page: PageRequest, params: FieldPath) -> Response:
    """The form of a field."""
    return await _form(page, params.id)


@page.post("settings/fields/{id:id}")
async def update(page: PageRequest, params: FieldPath) -> Response:
    """Changes a field."""

    async def change(work: Work) -> str:
        before = _found(await work.cached(definitions), params.id)
        await actions.update(work, before.id, _typed(page))
        old = _values(before)
        if (await shapes.one(work, before.id)).relative_items_count:
            old["options"] = page.text("options")  # a list that is used keeps its options
        return forms.undo_by(f"{FIELDS}/{before.id}", old)

    return await forms.saved(
        page,
        change,
        said=page.say("Saved"),
        back=f"{FIELDS}?owner={_owner(page)}",
        show=lambda problem: _form(page, params.id, problem),
    )


@page.get("settings/fields/{id:id}/delete")
async def ask_to_delete(page: PageRequest, params: FieldPath) -> Response:
    """Says what goes with a field."""

    async def look(work: Work) -> tuple[Field, int]:
        found = _found(await work.cached(definitions), params.id)
        return found, (await shapes.one(work, params.id)).relative_items_count

    field, used = await page.read(look)
    return page.page(f"{TEMPLATES}/delete.html", field=field, used=used, owner=_name(field))


@page.post("settings/fields/{id:id}/delete")
async def delete(page: PageRequest, params: FieldPath) -> Response:
    """Deletes a field; its values are removed from the records afterwards."""
    gone: list[Field] = []

    async def change(work: Work) -> str:
        field, shown = await actions.retire(work, params.id)
        gone.append(field)
        return "" if shown.relative_items_count else forms.undo_by(FIELDS, _values(field))

    undo = await page.write(change, transaction=True)
    said = page.say("Deleted %(title)s", title=gone[-1].label)
    page.toast(page.say("Undone") if page.text(forms.UNDONE) else said, undo=undo)
    return page.redirect(f"{FIELDS}?owner={_name(gone[-1])}")


def _owner(page: PageRequest) -> str:
    name = page.text("owner")
    return name if name in OWNERS else "opportunity"


def _name(field: Field) -> str:
    return next(name for name, owner in OWNERS.items() if owner == field.entity_type)


def _found(fields: Any, field_id: int) -> Field:
    if field_id not in fields:
        raise NotFound
    found: Field = fields[field_id]
    return found


def _typed(page: PageRequest) -> Field:
    """The field of the form. Raises Invalid."""
    kind = forms.whole(page.text("type") or "0", "type", most=max(FieldType))
    return Field(
        id=0,
        entity_type=int(OWNERS[_owner(page)]),
        label=forms.line(page.text("label"), "label", most=255),
        field_type=kind,
        mask=_mask(page, kind),
        position=0,
    )


def _mask(page: PageRequest, kind: int) -> str:
    def sizes(*names: str) -> str:
        return json.dumps({each: forms.whole(page.text(each) or "40", each) for each in names})

    if kind == FieldType.SELECT_BOX:
        lines = [each.strip() for each in page.text("options").splitlines()]
        options = [*dict.fromkeys(each for each in lines if each)]
        if not options:
            raise Invalid("options", "must hold at least one line")
        if len(options) > MOST_OPTIONS:
            raise Invalid("options", f"must hold at most {MOST_OPTIONS} lines")
        return json.dumps(options, ensure_ascii=False)
    if kind == FieldType.TEXT_FIELD:
        return sizes("size")
    return sizes("rows", "cols") if kind == FieldType.TEXT_AREA else ""


def _view(field: Field, used: int = 0, *, owner: FieldOwner | None = None) -> FieldView:
    try:
        given = json.loads(field.mask) if field.mask else {}
    except ValueError:
        given = {}
    sizes = given if isinstance(given, dict) else {}
    is_own = owner is None or field.entity_type == owner
    return FieldView(
        field.id,
        field.label,
        field.field_type,
        field.options,
        **{
            name: sizes[name]
            for name in ("size", "rows", "cols")
            if isinstance(sizes.get(name), int)
        },
        used=used,
        is_own=is_own,
    )


def _values(field: Field) -> dict[str, object]:
    """What the form needs to make the field as it was."""
    view = _view(field)
    return {
        "owner": _name(field),
        "label": field.label,
        "type": field.field_type,
        "options": "\n".join(view.options),
        "size": view.size,
        "rows": view.rows,
        "cols": view.cols,
    }


async def _fields(page: PageRequest, problem: str = "") -> Response:
    owner = _owner(page)

    async def look(work: Work) -> list[FieldView]:
        shown = await shapes.every(work, OWNERS[owner])
        known = await work.cached(definitions)
        return [
            _view(known[each.id], each.relative_items_count, owner=OWNERS[owner])
            for each in shown
            if each.id in known
        ]

    fields = await page.read(look, heavy=True)
    template, status = f"{TEMPLATES}/fields.html", 400 if problem else 200
    return page.page(template, status=status, fields=fields, owner=owner, problem=problem)


async def _form(page: PageRequest, field_id: int | None, problem: str = "") -> Response:
    async def look(work: Work) -> tuple[Field, int]:
        known = await work.cached(definitions)
        if field_id is None:
            return Field(0, int(OWNERS[_owner(page)]), "", FieldType.TEXT_FIELD, "", 0), 0
        return _found(known, field_id), (await shapes.one(work, field_id)).relative_items_count

    field, used = await page.read(look)
    view = _view(field, used)
    if problem:  # what was typed stays
        view = view._replace(
            label=page.text("label"),
            options=page.text("options").splitlines(),
            type=min(forms.whole(page.text("type")), int(max(FieldType))),
        )
    template, status = f"{TEMPLATES}/form.html", 400 if problem else 200
    return page.page(template, status=status, field=view, owner=_name(field), problem=problem)
