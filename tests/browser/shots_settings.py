"""What there is to see of the settings."""

from tests.browser.screenshots import Shot

SHOTS = [
    Shot("settings-stages", "/settings/stages"),
    Shot("settings-remove-stage", "/settings/stages/1/remove"),
    Shot("settings-pipelines", "/settings/pipelines"),
    Shot("settings-loss-reasons", "/settings/loss-reasons"),
    Shot("settings-people", "/settings/people"),
    Shot("settings-groups", "/settings/groups"),
]
