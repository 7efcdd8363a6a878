"""Where a visitor stands, in words: how many are ahead and about how long. Numbers come from the picture; decides nothing."""

from shared import words

SOON = 5  # minutes; below this an honest range says no more than "any moment"


def ahead_words(people: int, language: str) -> str:
    """ "3 people before you"; nobody is said as what it means."""
    _ = words.translator(language)
    if people == 0:
        return _("You are next")
    return _.ngettext("%(num)s person before you", "%(num)s people before you", people)


def wait_words(low: int, high: int, language: str) -> str:
    """A range in minutes: "any moment now", "within 15 minutes" or "about 10–20 minutes"."""
    _ = words.translator(language)
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


def waiting_words(people: int, language: str) -> str:
    """How many wait for a service."""
    _ = words.translator(language)
    if people == 0:
        return _("no queue")
    return _.ngettext("%(num)s waiting", "%(num)s waiting", people)
