"""What the office's numbers are called, and how they are read: English source texts by the key of their provision."""

from hearings import names
from shared import words
from shared.offices import Unit
from shared.refusals import N_

GROUPS = {
    "order": N_("Who is called next"), "ticket": N_("Numbers"), "booking": N_("Bookings"), "watch": N_("Nobody forgotten"),
    "call": N_("Calls"), "kiosk": N_("Kiosk"), "door": N_("Sign-in"),
    "lookup": N_("Look-up of a matter"), "reply": N_("Replies to letters and visits"),
    "retention": N_("How long personal details are kept"), "hearing": N_("Hearings"), "": N_("Others"),
}
NUMBERS = {
    "order.cap_minutes": N_("Longest wait before somebody is called in any case"),
    "order.deferral_minutes": N_("“I need more time” gives"),
    "order.deferrals": N_("How often somebody may ask for more time"),
    "order.return_credit": N_("Credit of somebody who comes back after a missed call"),
    "order.return_minutes": N_("Back so soon after a missed call: nearly the old place"),
    "order.return_calls": N_("Who comes back soon waits for so many calls"),
    "order.errand_minutes": N_("Back from an errand with the old place within"),
    "order.booking_head_start": N_("Head start of a booking that is kept"),
    "order.booking_early": N_("A booking may be called before its time by"),
    "order.booking_late": N_("A booking is late after"),
    "order.late_booking_head_start": N_("Head start that is left of a late booking"),
    "order.closing_grace": N_("Numbers are given as long as the call comes so soon after closing"),
    "ticket.expires_hours": N_("A number left over ends after"),
    "watch.transferred_minutes": N_("Sent on to another service and not called: a task after"),
    "watch.called_minutes": N_("Called, neither begun nor missed: a task after"),
    "watch.apart_minutes": N_("A discreet visit that nobody asks in: a task for those who receive it after"),
    "watch.held_minutes": N_("On hold: a task after"),
    "watch.silent_minutes": N_("A lobby screen that shows no calls: a task after"),
    "watch.unprinted_minutes": N_("A slip that did not come out: a task after"),
    "watch.press_minutes": N_("“I am still waiting” may be said again after"),
    "watch.help_minutes": N_("A visitor's call that nobody answers is raised after"),
    "watch.escalate_minutes": N_("Any other task that nobody sees to is raised after"),
    "watch.door_minutes": N_("People at the door are compared with numbers taken over"),
    "watch.door_people": N_("and are a task from so many without a number on"),
    "watch.outcome_minutes": N_("What came of a decision is looked at after"),
    "call.repeat_seconds": N_("A call that nobody answers is repeated after"),
    "call.repeats": N_("How often it is repeated before staff are sent"),
    "call.lease_seconds": N_("Another screen speaks when the speaking one is silent for"),
    "booking.horizon_days": N_("One can book ahead for"),
    "booking.lead_minutes": N_("On the web one books before the time by"),
    "booking.per_phone": N_("Open bookings with one telephone number"),
    "booking.tries": N_("Bookings with one telephone number in a row"),
    "booking.try_minutes": N_("then it rests for"),
    "booking.changes": N_("How often one may change a booking oneself"),
    "booking.return_least": N_("A place given back can be booked again after, at least"),
    "booking.return_most": N_("and at most"),
    "booking.check_in_minutes": N_("Around midnight one can check in before and after the time by"),
    "booking.remind_hour": N_("The reminder goes the day before at (o’clock)"),
    "kiosk.idle_seconds": N_("An abandoned kiosk asks after"),
    "kiosk.question_seconds": N_("and is wiped after another"),
    "kiosk.extensions": N_("How often a slow visitor may go on"),
    "kiosk.personal_seconds": N_("A matter stays on the kiosk for"),
    "kiosk.block_numbers": N_("Numbers of each service that a kiosk holds for an outage"),
    "kiosk.hand_in_hours": N_("Numbers given in an outage are taken in for"),
    "door.failures": N_("Wrong passwords until the account rests"),
    "door.lock_minutes": N_("The account then rests for"),
    "door.idle_minutes": N_("Staff who do nothing are signed out after"),
    "lookup.failures": N_("Wrong PINs until a receipt rests"),
    "lookup.lock_minutes": N_("The receipt then rests for"),
    "lookup.page_minutes": N_("An opened look-up stays open for"),
    "lookup.valid_months": N_("A receipt is valid for"),
    "reply.procedural_days": N_("First reply to a letter or visit within"),
    "reply.procedural_workdays": N_("First reply to a letter or visit within (workdays)"),
    "reply.substantive_months": N_("Progress or result within"),
    "retention.ticket_days": N_("Links and requests of finished visits"),
    "retention.task_days": N_("What a visitor asked for in a call for help"),
    "retention.booking_days": N_("Who booked, after the booked time"),
    "retention.message_days": N_("Recipient and words of a message, after it has arrived"),
    "retention.observer_days": N_("Names of observers, after the hearing"),
    "retention.receipt_days": N_("Code and PIN of a receipt, after it has ended"),
    "retention.sign_in_days": N_("Ended sign-ins and revoked tokens"),
    "retention.attempt_days": N_("Counted wrong guesses"),
}


def group_of(key: str) -> str:
    first = key.partition(".")[0]
    return first if first in GROUPS else ""


def number_name(key: str, language: str) -> str:
    """What a number is; one that nobody has named stays as it is written."""
    return words.translator(language)(NUMBERS[key]) if key in NUMBERS else names.number_name(key, language)


def number_text(key: str, value: int, unit: str, language: str) -> str:
    """A number with its unit."""
    _ = words.translator(language)
    if unit == Unit.TIMES:
        return _.ngettext("%(num)s time", "%(num)s times", value) if key in NUMBERS else str(value)
    return names.number_text(key, value, unit, language)


def unit_name(key: str, unit: str, language: str) -> str:
    """What the field of a new value asks for."""
    _ = words.translator(language)
    counted = {
        Unit.SECONDS: _("in seconds"), Unit.MINUTES: _("in minutes"), Unit.HOURS: _("in hours"), Unit.DAYS: _("in days"),
        Unit.MONTHS: _("in months"), Unit.YEARS: _("in years"),
    }
    in_day = _("in minutes since midnight: 9:00 is 540")
    return in_day if key in names.TIMES_OF_DAY else counted.get(Unit(unit), "") if unit in set(Unit) else ""
