"""How saved views look on the wire."""

from dealwright.crm.opportunities.views import parameters
from dealwright.crm.opportunities.views.rules import View
from dealwright.people.shapes import Employee, Staff
from dealwright.wire.shape import MomentText, Shape
from dealwright.wire.values import Moments


class SavedView(Shape, kw_only=True):
    """A filter of opportunities with a name. `filter` is a query for `crm/opportunity/filter` and
    for every other address that takes its filters; `icon` is empty or the name of an icon;
    `canEdit`: whether you may change the view."""

    id: int
    title: str
    icon: str
    filter: str
    is_shared: bool
    sort_order: int
    can_edit: bool
    create_by: Employee
    created: MomentText


def saved_view(view: View, known: Staff, moments: Moments) -> SavedView:
    return SavedView(
        id=view.id,
        title=view.title,
        icon=view.icon,
        filter=parameters.query_of(view.filter),
        is_shared=view.is_shared,
        sort_order=view.sort_order,
        can_edit=view.can_edit,
        create_by=known[view.person_id],
        created=moments(view.created_on),
    )
