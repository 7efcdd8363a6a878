"""What things of a hearing are called on screens and paper: English source texts by code, to be said through gettext."""

from hearings.tables import Ground, HearingState, Initiative, PartRole, Question
from shared import words
from shared.offices import Unit
from shared.refusals import N_

S, Q, P = HearingState, Question, PartRole

STATES = {
    S.DRAFT: N_("Draft"), S.PENDING_APPROVAL: N_("Waiting for approval"), S.REFUSED: N_("Hearing refused"),
    S.APPROVED: N_("Being prepared"), S.PANEL_READY: N_("Panel ready"), S.NOTIFIED: N_("Notices given"),
    S.CHECKING_IN: N_("People are arriving"), S.IN_SESSION: N_("In session"), S.DELIBERATING: N_("Officers deliberate"),
    S.RESUMED: N_("Resumed"), S.ENDED: N_("Hearing over"), S.RECORD_SIGNED: N_("Record signed"),
    S.DECISION_PENDING: N_("Decision to come"), S.DECIDED: N_("Decided"), S.FEEDBACK_SENT: N_("Result told"),
    S.ARCHIVED: N_("Archived"), S.POSTPONED: N_("Postponed"), S.SUSPENDED: N_("Suspended"), S.CANCELLED: N_("Hearing cancelled"),
}
# new: nothing decided; going: all in order; care: somebody must act; good: done; end: over without a hearing.
TONES = {
    S.DRAFT: "new", S.PENDING_APPROVAL: "care", S.REFUSED: "end", S.POSTPONED: "care", S.SUSPENDED: "care", S.CANCELLED: "end",
    S.ENDED: "good", S.RECORD_SIGNED: "good", S.DECIDED: "good", S.FEEDBACK_SENT: "good", S.ARCHIVED: "good",
}
INITIATIVES = {Initiative.EX_OFFICIO: N_("By the office itself"), Initiative.APPLICATION: N_("On application")}
GROUNDS = {
    Ground.FACTS: N_("Major dispute about the facts"), Ground.LAW: N_("Major dispute about the law"),
    Ground.HANDLING: N_("Major dispute about how the case was handled"), Ground.SOCIAL_IMPACT: N_("Major social impact"),
    Ground.DANGER_ASSESSMENT: N_("Danger to society to be assessed"),
    Ground.STRONG_FEELINGS: N_("Strong feelings, little dispute"),
}
QUESTIONS = {
    Q.HEARING: N_("To hold the hearing"), Q.PLAN: N_("The hearing plan"), Q.OPENNESS: N_("Open or closed, against the rule"),
    Q.ELSEWHERE: N_("To hold it elsewhere"), Q.PANEL_SIZE: N_("Another size of the panel"),
    Q.DESIGNATION: N_("Officers chosen without a draw"), Q.OUTSIDER: N_("An officer from outside the roster"),
    Q.BROADCAST: N_("To broadcast the hearing"), Q.WAIVER: N_("To do without notice"),
    Q.CANCELLATION: N_("To cancel the hearing"),
    Q.RECUSAL: N_("That somebody steps aside"),
}
ROLES = {
    P.PARTY: N_("Party to the case"), P.LEGAL_REPRESENTATIVE: N_("Legal representative"), P.AGENT: N_("Agent in the proceedings"),
    P.DEFENDER: N_("Defender"), P.THIRD_PARTY: N_("Third party"), P.CASE_HANDLER: N_("Case handler"),
    P.MODERATOR: N_("Moderator"), P.CLERK: N_("Clerk of the record"), P.BAILIFF: N_("Bailiff"), P.WITNESS: N_("Witness"),
    P.EXPERT: N_("Expert"), P.INTERPRETER: N_("Interpreter"), P.OTHER: N_("Other participant"),
}
# Acts in the journal about a hearing; a change of state is called by its state.
WHYS = {
    "time": N_("another time"), "place": N_("another place"), "moderator": N_("another moderator"), "clerk": N_("another clerk"),
    "openness": N_("open or closed otherwise"), "draw": N_("drawn anew"), "panel": N_("somebody else sits"),
}
ACTS = {
    "hearing-requested": N_("Request written down"), "request-changed": N_("Request changed"),
    "hearing-draft": N_("Request taken back"), "hearing-pending-approval": N_("Request submitted"),
    "hearing-approved": N_("Hearing approved"), "hearing-prepared-again": N_("Hearing being prepared again"),
    "approval-asked": N_("Asked for approval"),
    "approval-granted": N_("Approval given"),
    "approval-refused": N_("Approval refused"), "approval-withdrawn": N_("Question taken back"),
    "people-set": N_("Moderator and clerk chosen"), "bailiffs-set": N_("Bailiffs chosen"),
    "panel-size-set": N_("Size of the panel set"),
    "minor-noted": N_("Minor noted, hearing closed"), "applicant-told": N_("Applicant told"), "plan-kept": N_("Plan kept"),
    "hearing-listed": N_("Time and place laid down"), "hearing-moved": N_("Hearing moved"),
    "participant-added": N_("Participant added"), "participant-changed": N_("Participant changed"),
    "participant-removed": N_("Participant taken off"), "participants-revealed": N_("Participants shown in full"),
    "notice-public": N_("Public notice given"), "notice-participants": N_("Notice given to participants"),
    "notice-names": N_("Names told to the parties"), "notice-withdrawn": N_("Notice withdrawn"),
    "observers-let-go": N_("Seats of observers withdrawn"),
    "draw-committed": N_("Draw published"), "draw-made": N_("Panel drawn"), "draw-given-up": N_("Draw given up"),
    "seat-vacated": N_("Seat left"), "reserve-taken": N_("Reserve took the seat"),
    "reserve-exhausted": N_("No lawful reserve left"), "seat-designated": N_("Officer designated"),
    "outsider-asked": N_("Officer from outside the roster asked for"),
    "outsider-seated": N_("Officer from outside the roster seated"),
    "supervisor-asked": N_("People's supervisor asked for"), "supervisor-named": N_("People's supervisor named"),
    "supervisor-attended": N_("People's supervisor's attendance noted"),
    "notice-confirmed": N_("Notice confirmed by its reader"),
    "notice-printed": N_("Notice printed"),
    "notice-proven": N_("Proof of notice noted"),
    "change-told": N_("Told of the change by hand"),
    "change-contact-shown": N_("Contact shown in full"),
    "change-printed": N_("Letter about the change printed"),
    "invitation-sent": N_("Invitation sent"),
    "invitation-accept": N_("Invitation accepted"),
    "invitation-decline": N_("Invitation declined"),
    "invitation-recusal": N_("Asked to step aside"),
    "invitation-undo": N_("Answer taken back"),
    "invitation-perhaps": N_("Unclear answer"),
    "invitation-help": N_("Help asked for"),
    "invitation-reminded": N_("Reminder sent"),
    "invitation-expired": N_("No answer in time"),
    "invitation-escalated": N_("Tried by another way"),
    "invitation-released": N_("Let go from the hearing"),
    "invitation-renewed": N_("Link renewed"),
    "invitation-printed": N_("Invitation printed"),
    "invitation-contact-shown": N_("Contact shown in full"),
    "invitations-called-off": N_("Invitations called off"),
    "invitations-reasked": N_("Everybody asked again"),
    "invitations-set-aside": N_("Invitations set aside"),
    "briefing-opened": N_("Briefing pack opened"),
    "recusal-asked": N_("Recusal asked for"),
    "recusal-declared": N_("Declared a conflict"),
    "recusal-granted": N_("Recusal granted"),
    "recusal-refused": N_("Recusal refused"),
    "recusal-reconsidering": N_("Reconsideration asked for"),
    "recusal-upheld": N_("Refusal upheld"),
    "recusal-reversed": N_("Refusal reversed"),
    "recusal-withdrawn": N_("Recusal withdrawn"),
    "observer-applied": N_("Somebody applied to observe"),
    "observer-confirmed": N_("Observer confirmed"),
    "observer-cancelled": N_("Observer cancelled"),
    "observer-declined": N_("Observer declined"),
    "observers-printed": N_("Observers' list printed"),
}
# The numbers that hearings go by, by the key of their provision.
NUMBERS = {
    "hearing.notice_days": N_("Days of notice before a hearing"),
    "hearing.notice_workdays": N_("Workdays of notice before a hearing"),
    "hearing.panel_min": N_("Officers on a panel, at least"),
    "hearing.panel_max": N_("Officers on a panel, at most"),
    "hearing.officer_age": N_("Age of an officer, at least"),
    "hearing.reply_workdays": N_("Workdays to answer an invitation"),
    "hearing.reminder_days": N_("Days before a hearing when a reminder goes out"),
    "hearing.daily_cap": N_("Hearings of one officer in a day, at most"),
    "hearing.weekly_cap": N_("Hearings of one officer in a week, at most"),
    "hearing.yearly_cap": N_("Hearings of one officer in a year, at most"),
    "hearing.pool_factor": N_("Officers in the pool for each seat, at least"),
    "hearing.no_majority": N_("No category may hold the majority (1: yes)"),
    "hearing.plan_days": N_("Days ahead that can be planned"),
    "hearing.load_step": N_("Sittings that make one tier of load"),
    "hearing.minutes": N_("Usual length of a hearing"),
    "hearing.day_begins": N_("The day of hearings begins at"),
    "hearing.day_ends": N_("The day of hearings ends at"),
    "hearing.lunch_begins": N_("The midday break begins at"),
    "hearing.lunch_ends": N_("The midday break ends at"),
    "hearing.observer_seats": N_("Seats for observers"),
    "hearing.media_seats": N_("Seats for the press"),
    "hearing.observer_cutoff_hours": N_("Hours before a hearing when applications to observe close"),
    "hearing.observer_waiting": N_("Places on the waiting list of observers"),
    "hearing.observer_tries": N_("Applications from one place before it must wait"),
    "hearing.observer_try_minutes": N_("Minutes that it must wait"),
    "hearing.recusal_days": N_("Days to decide on a recusal"),
    "hearing.reconsider_days": N_("Days to ask for reconsideration"),
    "hearing.reconsidered_days": N_("Days to decide on a reconsideration"),
    "hearing.check_months": N_("Months for which a check of eligibility holds (0: for good)"),
    "hearing.check_warning_days": N_("Days before its end when a check is to be renewed"),
    "hearing.minutes_most": N_("Longest hearing"),
    "hearing.contradiction_minutes": N_("A yes and a no within this time are shown to staff"),
    "hearing.regret_seconds": N_("Time to take an answer back before the reserve is asked"),
    "hearing.link_days_after": N_("Days after a hearing when its links still say how it ended"),
}
TIMES_OF_DAY = frozenset({"hearing.day_begins", "hearing.day_ends", "hearing.lunch_begins", "hearing.lunch_ends"})


def state_name(state: str, language: str) -> str:
    return words.translator(language)(STATES[HearingState(state)])


def question_name(question: str, language: str) -> str:
    return words.translator(language)(QUESTIONS[Question(question)])


def role_name(role: str, language: str) -> str:
    return words.translator(language)(ROLES[PartRole(role)])


def act_name(act: str, language: str) -> str:
    """An act in the journal; one that nobody has named stays as it is written there."""
    state = act.removeprefix("hearing-").replace("-", "_")
    if act not in ACTS and act.startswith("hearing-") and state in set(HearingState):
        return state_name(state, language)
    return words.translator(language)(ACTS[act]) if act in ACTS else act


def why_name(why: str, language: str) -> str:
    """What made a notice owed again; what somebody wrote in their own words stays as it is."""
    return words.translator(language)(WHYS[why]) if why in WHYS else why


def number_name(key: str, language: str) -> str:
    """What a number is; one that nobody has named stays as it is written."""
    return words.translator(language)(NUMBERS[key]) if key in NUMBERS else key


def number_text(key: str, value: int, unit: str, language: str) -> str:
    """A number with its unit; a time of day as one."""
    if key in TIMES_OF_DAY:
        return f"{value // 60}:{value % 60:02}"
    _ = words.translator(language)
    if unit == Unit.DAYS:
        return _.ngettext("%(num)s day", "%(num)s days", value)
    if unit == Unit.MINUTES:
        return words.minutes(value, language)
    if unit == Unit.HOURS:
        return _.ngettext("%(num)s hour", "%(num)s hours", value)
    if unit == Unit.SECONDS:
        return _.ngettext("%(num)s second", "%(num)s seconds", value)
    if unit == Unit.MONTHS:
        return _.ngettext("%(num)s month", "%(num)s months", value)
    return _.ngettext("%(num)s year of age", "%(num)s years of age", value) if unit == Unit.YEARS else str(value)
