"""The demo's questions: answered, passed up, not solved yet, and one answer that became help."""

import datetime as dt

from istidrak.accounts.models import User
from istidrak.help import actions
from istidrak.help.models import Question
from istidrak.web.demo.province import Province, on


def live(p: Province) -> None:
    """Ask and answer through the actions, from October to the middle of November."""

    def ask(role: str, page: str, path: str, body: str) -> Question:
        submission = p.form_id("question", role, page)
        return actions.ask(by=p.by(role), page=page, path=path, body=body, submission=submission)

    officer: User = p.by("DIRECTORATE_OFFICER")
    with on(dt.date(2025, 10, 8)):
        roll_call = ask("EDUCATOR", "training:groups", "/groups/", "كيف أسجل متعلما حضر بعد بداية الحصة بنصف ساعة؟")
    with on(dt.date(2025, 10, 9)):
        text = "افتحوا الحصة والمسوا الاسم إلى أن تظهر «متأخر(ة)»، ثم احفظوا. التأخر حضور ولا يحتسب غيابا."
        actions.answer(by=officer, question=roll_call, text=text, seen_level=roll_call.level)
        actions.make_help(
            by=officer,
            question=roll_call,
            title_ar="كيف أسجل من حضر متأخرا؟",
            text_ar=text,
            title_fr="Comment noter quelqu'un arrivé en retard ?",
            text_fr="Ouvrez la séance et touchez le nom jusqu'à « en retard », puis enregistrez. "
            "Un retard est une présence, pas une absence.",
        )
        roll_call.refresh_from_db()
        actions.say(by=p.by("EDUCATOR"), question=roll_call, verb="solved")
    with on(dt.date(2025, 10, 20)):
        body = "انتقلت أسرة إلى مديرية أخرى: هل أغلق الحالة أم تبقى عندنا إلى آخر الموسم؟"
        moved = ask("FIELD_AGENT", "outreach:cases", "/cases/", body)
    with on(dt.date(2025, 10, 21)):
        reason = "يتكرر هذا السؤال في الإقليم ونحتاج إلى قاعدة واحدة بالجهة."
        actions.pass_up(by=officer, question=moved, reason=reason, seen_level=moved.level)
    with on(dt.date(2025, 11, 12)):
        body = "طلب مني ولي أمر شهادة تسجيل لابنه: من أي صفحة تطبع؟"
        ask("CENTRE_DIRECTOR", "training:insertions", "/insertions/", body)
