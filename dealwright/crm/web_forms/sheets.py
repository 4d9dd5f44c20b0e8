"""The pages of a form: the form to fill in, thanks, and errors. Works without scripts; typed values
come back escaped."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from dealwright.crm.web_forms.rules import WebForm, destination, origins
from dealwright.crm.web_forms.shapes import PAGE
from dealwright.crm.web_forms.submissions import NAMES, TRAP, Submission
from dealwright.messages.mail.emails import words
from dealwright.portal.custom_fields.rules import Field, FieldType
from dealwright.wire.exchange import Response

LANGUAGES = ("en", "ru")
_OWN = {  # name of a field -> input type, autocomplete
    "firstname": ("text", "given-name"),
    "lastname": ("text", "family-name"),
    "companyname": ("text", "organization"),
    "jobtitle": ("text", "organization-title"),
    "contactinfo_email_1": ("email", "email"),
    "contactinfo_phone_1": ("tel", "tel"),
}
_KINDS = {
    FieldType.TEXT_FIELD: "text",
    FieldType.TEXT_AREA: "textarea",
    FieldType.SELECT_BOX: "select",
    FieldType.CHECK_BOX: "checkbox",
    FieldType.DATE: "date",
}
_LONGEST = {"email": 254, "tel": 255}


class FormField(NamedTuple):
    """One field of the page."""

    name: str
    label: str
    kind: str
    value: str
    mistake: str = ""
    is_needed: bool = False
    autocomplete: str = ""
    options: Sequence[str] = ()
    longest: int = 255


class Notice(NamedTuple):
    """A message above the fields."""

    heading: str
    text: str


class Sheet(NamedTuple):
    """A form with everything that its page needs."""

    form: WebForm
    fields: Mapping[int, Field]
    language: str

    def page(
        self,
        sent: Submission | None = None,
        *,
        status: int = 200,
        notice: Notice | None = None,
        return_url: str = "",
        headers: Sequence[tuple[str, str]] = (),
    ) -> Response:
        """The page, with the submitted values and the mistakes in them."""
        texts, chosen = self._words, self.form.choices
        mistakes = {} if sent is None else sent.mistakes
        fields = self.inputs(sent)
        names = {each.name for each in fields}
        if sent is not None:
            return_url = sent.text("return_url")
        body = _render(
            "form.html",
            self.language,
            title=self.form.title,
            introduction=chosen.introduction,
            fields=fields,
            others=sorted({texts[f"mistake.{m}"] for n, m in mistakes.items() if n not in names}),
            is_wrong=bool(mistakes),
            notice=notice,
            action=f"{PAGE}{quote(self.form.form_key)}",
            trap=TRAP,
            return_url=destination(return_url, chosen.return_urls) or "",
        )
        return _response(status, body, headers, goes_to=origins(chosen.return_urls))

    def inputs(self, sent: Submission | None = None) -> list[FormField]:
        """The fields of the page in their order, with what was submitted."""
        return [*self._own(sent), *self._custom(sent)]

    def mistakes(self, sent: Submission) -> str:
        """The mistakes, one line per field, for programs: in English."""
        texts = words("dealwright.crm.web_forms", "en")
        return "\n".join(f"{name}: {texts[f'mistake.{m}']}" for name, m in sent.mistakes.items())

    @property
    def _words(self) -> Mapping[str, str]:
        return words_of(self.language)

    def _own(self, sent: Submission | None) -> list[FormField]:
        texts = self._words
        fields = [
            FormField(
                name,
                texts[f"field.{name}"],
                kind,
                *self._typed(sent, name),
                is_needed=name == "firstname",
                autocomplete=autocomplete,
                longest=_LONGEST.get(kind, NAMES.get(name, 255)),
            )
            for name, (kind, autocomplete) in _OWN.items()
        ]
        about = FormField("about", texts["field.about"], "textarea", *self._typed(sent, "about"))
        return [*fields, about]

    def _custom(self, sent: Submission | None) -> list[FormField]:
        items = []
        for number in self.form.choices.custom_fields:
            each = self.fields.get(number)
            if each is not None and each.field_type in _KINDS:
                name, kind = f"customfield_{number}", _KINDS[FieldType(each.field_type)]
                typed = self._typed(sent, name)
                items.append(FormField(name, each.label, kind, *typed, options=each.options))
        return items

    def _typed(self, sent: Submission | None, name: str) -> tuple[str, str]:
        """The typed value of a field, and its mistake."""
        if sent is None:
            return "", ""
        mistake = sent.mistakes.get(name)
        return sent.text(name), "" if mistake is None else self._words[f"mistake.{mistake}"]


def message(
    language: str,
    title: str,
    text: str,
    *,
    status: int = 200,
    link: str = "",
) -> Response:
    """A page with a message only."""
    body = _render("said.html", language, title=title, text=text, link=link, is_wrong=False)
    return _response(status, body)


def language_of(language: str) -> str:
    """The language of the pages of a portal."""
    return language if language in LANGUAGES else "en"


def words_of(language: str) -> Mapping[str, str]:
    """The texts of the pages."""
    return words("dealwright.crm.web_forms", language)


def _response(
    status: int,
    body: str,
    headers: Sequence[tuple[str, str]] = (),
    *,
    goes_to: Sequence[str] = (),
) -> Response:
    policy = "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src data:",
            # A browser that is redirected after a POST checks this policy again.
            " ".join(("form-action 'self'", *goes_to)),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
    always = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
    ]
    return Response(status, body.encode(), [*always, *headers])


def _render(name: str, language: str, **values: Any) -> str:
    said_in = {"language": language, "words": words_of(language)}
    return _templates().get_template(name).render(**said_in, **values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("dealwright.crm.web_forms"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
