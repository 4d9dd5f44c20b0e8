"""What there is to see of contacts."""

from tests.browser.screenshots import Shot

SHOTS = [
    Shot("contacts", "/contacts?sort=name"),
    Shot("contact", "/contacts/2"),
    Shot("contacts-nothing", "/contacts?text=nothingofthekind"),
]
