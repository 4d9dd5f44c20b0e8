"""The HTML of a form for somebody else's page. Everything in it is escaped."""

from collections.abc import Iterable
from html import escape

from dealwright.crm.web_forms.sheets import FormField
from dealwright.crm.web_forms.submissions import TRAP

_HIDDEN = "position:absolute; left:-100vw"
_TRAP = f'<input name="{TRAP}" tabindex="-1" autocomplete="off">'


def html(address: str, form_key: str, fields: Iterable[FormField], *, send: str) -> str:
    """`address`: where the form is sent; `send`: the words of its button."""
    lines = [
        f'<form method="post" action="{escape(address)}" accept-charset="utf-8">',
        f'  <input type="hidden" name="web_form_key" value="{escape(form_key)}">',
        *(f"  {_drawn(each)}" for each in fields),
        f'  <div {_attribute(_HIDDEN)} aria-hidden="true">{_TRAP}</div>',
        f"  <button>{escape(send)}</button>",
        "</form>",
    ]
    return "\n".join(lines)


def _attribute(style: str) -> str:
    return f'style="{style}"'


def _drawn(field: FormField) -> str:
    name, label = escape(field.name), escape(field.label)
    needed = " required" if field.is_needed else ""
    match field.kind:
        case "textarea":
            inner = f'<textarea name="{name}"{needed}></textarea>'
        case "select":
            options = "".join(f"<option>{escape(each)}</option>" for each in field.options)
            inner = f'<select name="{name}"{needed}><option value=""></option>{options}</select>'
        case "checkbox":
            return f'<label><input type="checkbox" name="{name}" value="true"> {label}</label>'
        case kind:
            inner = f'<input type="{kind}" name="{name}"{needed}>'
    return f"<label>{label} {inner}</label>"
