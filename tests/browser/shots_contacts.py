"""What there is to see of contacts and the trash."""

from tests.browser.screenshots import Shot

SHOTS = [
    Shot("contacts", "/contacts?sort=name"),
    Shot("contact", "/contacts/2"),
    Shot("trash", "/trash"),
    Shot("contacts-nothing", "/contacts?text=nothingofthekind"),
]
