"""Where a visitor stands, in words: how many are ahead and about how long. Numbers come from the picture; decides nothing."""

from kiosk.plan import Named
from kiosk.wait import Cause, Closing, Reason
from shared import words

SOON = 5  # minutes; below this an honest range says no more than "any moment"
UNSAID = (-1, -1)  # in place of a range where nothing can be promised: of a discreet visit, whom a room calls and no rule


def ahead_words(people: int, language: str) -> str:
    """ "3 people before you"; nobody is said as what it means."""
    _ = words.translator(language)
    if people == 0:
        return _("You are next")
    return _.ngettext("%(num)s person before you", "%(num)s people before you", people)


def wait_words(low: int, high: int, language: str) -> str:
    """A range in minutes: "any moment now", "within 15 minutes" or "about 10–20 minutes"."""
    _ = words.translator(language)
    if high < 0:
        return _("until a room is free")
    if high <= SOON:
        return _("any moment now")
    if low == 0:
        return _("within %(time)s", time=words.minutes(high, language))
    return words.wait_range(low, high, language)


def brief_words(low: int, high: int, language: str) -> str:
    """The same in as few words as a list has room for."""
    _ = words.translator(language)
    if high <= SOON:
        return _("at once")
    if low == 0:
        return _("within %(high)s min", high=high)
    return _("%(low)s–%(high)s min", low=low, high=high)


def now_words(low: int, high: int, language: str) -> str:
    """How it is in the hall for someone who has just come in: the range of the service with the shortest wait. What each
    one takes stands on the next page."""
    _ = words.translator(language)
    if high <= SOON:
        return _("Hardly any wait now")
    return _("Shortest wait: %(time)s", time=brief_words(low, high, language))


def longer_words(reason: Reason | None, window: Named | None, language: str) -> str:
    """Why a wait has become longer than was said; nothing where it has not."""
    _ = words.translator(language)
    if reason is None:
        return ""
    if reason.cause is Cause.WINDOW_PAUSED and window:
        return _("Longer than we said: %(window)s has paused.", window=window.name(language))
    return {
        Cause.WINDOW_PAUSED: _("Longer than we said: a window has paused."),
        Cause.LONG_VISIT: _("Longer than we said: a visit takes longer than usual."),
        Cause.BEFORE_YOU: _("Longer than we said: somebody with a booking or a head start has come."),
        Cause.SLOWER: _("Longer than we said: visits take longer than usual today. We are sorry."),
    }[reason.cause]


def closing_words(closing: Closing | None, language: str) -> str:
    """Whether somebody will be served before closing; nothing where that is sure or cannot be known."""
    _ = words.translator(language)
    if closing is Closing.MAY:
        return _("You may be served before we close, but we cannot promise it. The guide desk helps you find another time.")
    if closing is Closing.WILL_NOT:
        return _("We will probably not get to you before we close today. Please talk to the guide desk: they find another time.")
    return ""


def waiting_words(people: int, language: str) -> str:
    """How many wait for a service."""
    _ = words.translator(language)
    if people == 0:
        return _("no queue")
    return _.ngettext("%(num)s waiting", "%(num)s waiting", people)
