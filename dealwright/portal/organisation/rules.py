"""What a new portal starts with: its pipeline, categories, statuses, types and tags, in two
languages.

Pure data; the slices give it its meaning.
"""

from typing import NamedTuple

Said = tuple[str, str]  # the same in English and in Russian


class StageStart(NamedTuple):
    """`stage_type`: 0 open, 1 won, 2 lost."""

    title: Said
    description: Said
    probability: int
    stage_type: int
    color: str


class ItemStart(NamedTuple):
    """`look` is a colour or the name of an image."""

    title: Said
    description: Said = ("", "")
    look: str = ""


PIPELINE = ("Sales", "Продажи")

# differs: the reference creates these when somebody first opens the web page, and lets sort orders
# collide.
STAGES = (
    StageStart(
        ("Initial contact", "Первый контакт"),
        (
            "Somebody has shown interest and we have answered.",
            "Кто-то проявил интерес, и мы ответили.",
        ),
        1, 0, "#e795c1",
    ),
    StageStart(
        ("Application of initial fit criteria", "Первичный отбор"),
        (
            "We check whether we can help this customer at all.",
            "Выясняем, можем ли мы вообще помочь этому клиенту.",
        ),
        2, 0, "#df7895",
    ),
    StageStart(
        ("Suspect", "Возможный клиент"),
        (
            "The customer could need what we offer, but has not said so.",
            "Клиенту может пригодиться наше предложение, но он этого ещё не сказал.",
        ),
        3, 0, "#f48454",
    ),
    StageStart(
        ("Need assessment", "Выявление потребностей"),
        (
            "We find out what the customer wants to achieve and by when.",
            "Выясняем, чего клиент хочет достичь и к какому сроку.",
        ),
        20, 0, "#b58fd6",
    ),
    StageStart(
        ("Qualified prospect", "Подтверждённый интерес"),
        (
            "Need, budget and the people who decide are known.",
            "Известны потребность, бюджет и те, кто принимает решение.",
        ),
        50, 0, "#d28cc8",
    ),
    StageStart(
        ("Proposal", "Предложение"),
        (
            "Our offer with its price lies before the customer.",
            "Наше предложение с ценой лежит у клиента.",
        ),
        75, 0, "#ffb45e",
    ),
    StageStart(
        ("Negotiations", "Переговоры"),
        ("Terms are being settled.", "Согласовываем условия."),
        90, 0, "#ffd267",
    ),
    StageStart(
        ("Closure/Transaction", "Сделка заключена"),
        ("The customer has agreed; the deal is won.", "Клиент согласился: сделка выиграна."),
        100, 1, "#6bbd72",
    ),
    StageStart(
        ("Unsuccessfully closed", "Сделка не состоялась"),
        (
            "The deal is lost; the reason is worth noting in its history.",
            "Сделка проиграна; причину стоит записать в историю.",
        ),
        0, 2, "#f2a9be",
    ),
)  # fmt: skip

TASK_CATEGORIES = (
    ItemStart(
        ("Phone call", "Звонок"),
        ("Call somebody.", "Позвонить."),
        "task_category_call.png",
    ),
    ItemStart(
        ("Opportunity", "Сделка"),
        ("Move a deal forward.", "Продвинуть сделку."),
        "task_category_deal.png",
    ),
    ItemStart(
        ("Demo", "Демонстрация"),
        ("Show what we offer.", "Показать наше предложение в деле."),
        "task_category_demo.png",
    ),
    ItemStart(
        ("Email", "Электронная почта"),
        ("Write or answer a message.", "Написать письмо или ответить на него."),
        "task_category_email.png",
    ),
    ItemStart(
        ("Fax", "Факс"),
        ("Send a paper by fax.", "Отправить документ по факсу."),
        "task_category_fax.png",
    ),
    ItemStart(
        ("Execution control", "Контроль исполнения"),
        ("See that what was promised gets done.", "Проследить, чтобы обещанное было сделано."),
        "task_category_follow_up.png",
    ),
    ItemStart(
        ("Lunch", "Обед"),
        ("Talk over a meal.", "Поговорить за обедом."),
        "task_category_lunch.png",
    ),
    ItemStart(
        ("Appointment", "Встреча"),
        ("Meet somebody.", "Встретиться."),
        "task_category_meeting.png",
    ),
    ItemStart(
        ("Note", "Заметка"),
        ("Write down what must not be forgotten.", "Записать то, что нельзя забыть."),
        "task_category_note.png",
    ),
    ItemStart(
        ("Delivery", "Доставка"),
        ("Bring or send the goods.", "Привезти или отправить товар."),
        "task_category_ship.png",
    ),
    ItemStart(
        ("Social networks", "Социальные сети"),
        ("Answer or post in a social network.", "Ответить или написать в социальной сети."),
        "task_category_social_networks.png",
    ),
    ItemStart(
        ("Expression of gratitude", "Благодарность"),
        ("Say thank you.", "Сказать спасибо."),
        "task_category_thank_you.png",
    ),
)

HISTORY_CATEGORIES = (
    ItemStart(
        ("Note", "Заметка"),
        ("What is worth knowing later.", "То, что пригодится потом."),
        "event_category_note.png",
    ),
    ItemStart(
        ("Email", "Электронная почта"),
        ("A message that was sent or received.", "Отправленное или полученное письмо."),
        "event_category_email.png",
    ),
    ItemStart(
        ("Phone call", "Звонок"),
        ("What was said on the phone.", "О чём говорили по телефону."),
        "event_category_call.png",
    ),
    ItemStart(
        ("Appointment", "Встреча"),
        ("What was agreed when we met.", "О чём договорились при встрече."),
        "event_category_meeting.png",
    ),
)

CONTACT_STATUSES = (
    ItemStart(
        ("Cold", "Холодный"),
        ("Has not answered yet.", "Ещё не отвечал."),
        "#8a98d8",
    ),
    ItemStart(
        ("Warm", "Тёплый"),
        ("Is interested.", "Проявляет интерес."),
        "#ffd267",
    ),
    ItemStart(
        ("Hot", "Горячий"),
        ("Wants to buy soon.", "Готов купить в ближайшее время."),
        "#df7895",
    ),
)

CONTACT_TYPES = (
    ItemStart(("Client", "Клиент")),
    ItemStart(("Supplier", "Поставщик")),
    ItemStart(("Partner", "Партнёр")),
    ItemStart(("Competitor", "Конкурент")),
)

CONTACT_TAGS = (
    ("Lead", "Лид"),
    ("Customer", "Покупатель"),
    ("Supplier", "Поставщик"),
    ("Staff", "Сотрудник"),
)


def said(both: Said, language: str) -> str:
    return both[1] if language == "ru" else both[0]


# The products of the reference that exist here, by the ids that clients know.
CRM = "6743007c-6f95-4d20-8c88-a8601ce5e76d"
PEOPLE = "f4d98afd-d336-4332-8778-3c6945c81ea0"
MODULES = {CRM: ("crm", "CRM"), PEOPLE: ("people", "People")}


def enabled_modules(*, is_guest: bool) -> tuple[str, ...]:
    """The ids of what an account may use: guests have neither the CRM nor the people module."""
    return () if is_guest else tuple(MODULES)
