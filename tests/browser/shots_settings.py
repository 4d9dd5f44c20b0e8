"""What there is to see of the settings."""

from tests.browser.screenshots import Shot

SHOTS = [
    Shot("settings-stages", "/settings/stages"),
    Shot("settings-remove-stage", "/settings/stages/1/remove"),
    Shot("settings-pipelines", "/settings/pipelines"),
    Shot("settings-loss-reasons", "/settings/loss-reasons"),
    Shot("settings-fields", "/settings/fields"),
    Shot("settings-field", "/settings/fields/new"),
    Shot("settings-tags", "/settings/tags"),
    Shot("settings-categories", "/settings/task-categories"),
    Shot("settings-rates", "/settings/rates"),
    Shot("settings-organisation", "/settings/organisation"),
    Shot("settings-access", "/settings/access"),
    Shot("settings-mail", "/settings/mail"),
    Shot("settings-tokens", "/settings/tokens"),
    Shot("settings-trash", "/settings/trash"),
    Shot("settings-wire", "/settings/wire"),
    Shot("settings-forms", "/settings/forms"),
    Shot("settings-backup", "/settings/backup"),
    Shot("settings-health", "/settings/health"),
    Shot("settings-people", "/settings/people"),
    Shot("settings-groups", "/settings/groups"),
]
