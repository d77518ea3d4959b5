"""Canned answers of the demo organisation, each in the three languages of its customers."""

from __future__ import annotations

from core.actor import SYSTEM
from interactions.answers import CannedAnswers, NewAnswer

_ANSWERS = (
    NewAnswer(
        scope="all",
        title="Greeting",
        shortcut="hello",
        texts={
            "en": "Hello {customer.name}, this is {agent.name}. How can I help you?",
            "ar": "مرحبًا {customer.name}، معك {agent.name}. كيف يمكنني مساعدتك؟",
            "fa": "سلام {customer.name}، من {agent.name} هستم. چه کمکی از من برمی‌آید؟",
        },
    ),
    NewAnswer(
        scope="all",
        title="Warranty",
        shortcut="warranty",
        texts={
            "en": "Every appliance of ours has a warranty of five years from the date on the invoice.",
            "ar": "جميع أجهزتنا مشمولة بضمان لمدة خمس سنوات من تاريخ الفاتورة.",
            "fa": "همهٔ دستگاه‌های ما از تاریخ فاکتور پنج سال ضمانت دارند.",
        },
    ),
    NewAnswer(
        scope="all",
        title="Please wait",
        shortcut="wait",
        texts={
            "en": "One moment, please; I am looking into it.",
            "ar": "لحظة من فضلك، أتحقق من الأمر.",
            "fa": "چند لحظه صبر کنید، لطفاً؛ دارم بررسی می‌کنم.",
        },
    ),
    NewAnswer(
        scope="all",
        title="A technician will come",
        shortcut="visit",
        texts={
            "en": "A technician will visit you. Your request number is {interaction.number}.",
            "ar": "سيزورك أحد الفنيين. رقم طلبك هو {interaction.number}.",
            "fa": "کارشناس فنی نزد شما می‌آید. شمارهٔ درخواست شما {interaction.number} است.",
        },
    ),
    NewAnswer(
        scope="all",
        title="Goodbye",
        shortcut="bye",
        texts={
            "en": "Thank you for contacting us, {customer.name}. Have a good day!",
            "ar": "شكرًا لتواصلك معنا يا {customer.name}. نتمنى لك يومًا سعيدًا!",
            "fa": "از تماس شما سپاسگزاریم، {customer.name}. روز خوبی داشته باشید!",
        },
    ),
)


async def add_answers(answers: CannedAnswers) -> None:
    """Add them through the administrator's use-case."""
    for answer in _ANSWERS:
        await answers.add(SYSTEM, answer)
