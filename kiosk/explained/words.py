"""An explained order in plain words, one sentence for each reason. It says how many and how much later, never who."""

from zoneinfo import ZoneInfo

from kiosk.explained.queries import Facts
from kiosk.explained.reasons import Reason, Why
from shared import words

TOLD_MOST = 6  # minutes and times named one by one


def summary(facts: Facts, language: str) -> str:
    """ "5 people were called before you." """
    _ = words.translator(language)
    if facts.explanation.before == 0:
        return _("Nobody has been called before you at a window for your matter.")
    if facts.called:
        return _.ngettext("%(num)s person was called before you.", "%(num)s people were called before you.",
                          facts.explanation.before)
    return _.ngettext("So far %(num)s person has been called before you.", "So far %(num)s people have been called before you.",
                      facts.explanation.before)


def overtaken(facts: Facts, language: str) -> str:
    """How many of them had come later."""
    _ = words.translator(language)
    count = facts.explanation.overtook
    if count == 0:
        plain = {reason.why for reason in facts.explanation.reasons} <= {Why.EARLIER, Why.ELSEWHERE}
        return "" if plain else _("All of them had come before you.")
    return _.ngettext("%(num)s of them came after you.", "%(num)s of them came after you.", count)


def sentences(facts: Facts, zone: ZoneInfo, language: str) -> list[str]:
    """A sentence for each reason, in the order in which they are told."""
    return [_sentence(reason, zone, language) for reason in facts.explanation.reasons]


def _sentence(reason: Reason, zone: ZoneInfo, language: str) -> str:
    _, num = words.translator(language), reason.count
    told = {
        Why.EARLIER: lambda: _.ngettext("%(num)s had come before you.", "%(num)s had come before you.", num),
        Why.BOOKING: lambda: _.ngettext("%(num)s had booked a time.", "%(num)s had booked a time.", num),
        Why.HEAD_START: lambda: _.ngettext(
            "%(num)s has a head start by our rules.", "%(num)s have a head start by our rules.", num),
        Why.SENT_ON: lambda: _.ngettext(
            "%(num)s was sent on from another matter and had come before you.",
            "%(num)s were sent on from another matter and had come before you.", num),
        Why.RETURNED: lambda: _.ngettext(
            "%(num)s was back after a missed call and kept part of the place.",
            "%(num)s were back after a missed call and kept part of the place.", num),
        Why.AWAY: lambda: _.ngettext(
            "%(num)s was called while you could not be called: you had asked for more time, were at a window or missed a call.",
            "%(num)s were called while you could not be called: you had asked for more time, were at a window or missed a call.",
            num),
        Why.MOVED: lambda: _.ngettext(
            "%(num)s went first because your place is a later one since you asked for more time or missed a call.",
            "%(num)s went first because your place is a later one since you asked for more time or missed a call.", num),
        Why.URGENT: lambda: _.ngettext(
            "%(num)s was put first in an emergency; the supervisor's reason is on record.",
            "%(num)s were put first in an emergency; the supervisor's reason is on record.", num),
        Why.CHOSEN: lambda: _.ngettext(
            "%(num)s was called out of turn by a member of staff; the reason is on record.",
            "%(num)s were called out of turn by a member of staff; the reason is on record.", num),
        Why.ELSEWHERE: lambda: _.ngettext(
            "%(num)s more was called at a window that does not serve your matter; that does not lengthen your wait.",
            "%(num)s more were called at windows that do not serve your matter; that does not lengthen your wait.", num),
        Why.UNEXPLAINED: lambda: _.ngettext(
            "For %(num)s we cannot name the reason. Please tell the guide desk: we look into it.",
            "For %(num)s we cannot name the reason. Please tell the guide desk: we look into it.", num),
    }[reason.why]()
    return told + _detail(reason, zone, language)


def _detail(reason: Reason, zone: ZoneInfo, language: str) -> str:
    """The booked times, and how much later they came, where that is the point."""
    _ = words.translator(language)
    comma = _.pgettext("list", ", ")
    if reason.slots:
        times = comma.join(words.clock(slot, zone) for slot in reason.slots[:TOLD_MOST])
        return _(" Booked: %(times)s.", times=times)
    if reason.why is Why.HEAD_START and reason.minutes:
        minutes = comma.join(str(one) for one in reason.minutes[:TOLD_MOST])
        return _.ngettext(" Came %(minutes)s minutes after you.", " Came %(minutes)s minutes after you.", len(reason.minutes),
                          minutes=minutes)
    return ""
