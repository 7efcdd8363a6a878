"""What each refusal says: a sentence, and what to do next. The codes are the public ones of `Refused`."""

from typing import Any

from shared import words


def N_(text: str) -> str:
    return text


TEXTS: dict[str, tuple[str, str]] = {
    "account-taken": (N_("This account name is in use."), N_("Please choose another one.")),
    "already-called": (N_("This number has already been called."), N_("Please look at the screen, or ask the guide desk.")),
    "answer-old-date": (
        N_("Your answer was about the earlier date."),
        N_("The hearing has changed. Please answer again for what is shown here."),
    ),
    "answer-over": (
        N_("There is nothing to answer any more."),
        N_("The page shows how things stand. If you have questions, please call us."),
    ),
    "answer-passed-on": (
        N_("Your place has been given to somebody else."),
        N_("You need not come. If you would have liked to, please call us."),
    ),
    "answer-too-late": (N_("This answer can no longer be taken back here."), N_("Please call us; we will find a way.")),
    "answer-unclear": (N_("It is not clear whether you come."), N_("Please answer yes or no.")),
    "applicant-needed": (
        N_("The name of the applicant is missing."),
        N_("Please enter it, or choose that the office itself wants the hearing."),
    ),
    "applications-closed": (
        N_("Applications to attend this hearing have closed."),
        N_("Please call us if there is a special reason."),
    ),
    "bad-printer": (N_("These printer settings cannot be right."), N_("Please check the address and the port.")),
    "being-served": (N_("You are being served now."), N_("Please tell the staff at your window.")),
    "both-hats": (
        N_("This person sits on the panel of this hearing."),
        N_("Nobody is hearing officer and people's supervisor in one hearing. Please ask the justice bureau for somebody else."),
    ),
    "both-names-needed": (N_("The name is needed in both languages."), N_("Please enter it in Chinese and in English.")),
    "briefing-closed": (
        N_("The papers are closed."),
        N_("They open once you have agreed and declared, and close after the hearing."),
    ),
    "briefing-missing": (N_("The papers are not ready yet."), N_("We write to you when they are.")),
    "bailiff-apart": (
        N_("Whoever presents the case, moderates or keeps the record cannot keep order as well."),
        N_("Please choose another colleague as bailiff."),
    ),
    "bailiff-needed": (N_("This bailiff does not work here any more."), N_("Please choose a colleague from the list.")),
    "broadcast-closed": (
        N_("A closed hearing is never broadcast."),
        N_("Please take the broadcast off, or ask that the hearing be open."),
    ),
    "broadcast-reason": (N_("A broadcast needs a reason."), N_("Please say why; the chief procurator decides.")),
    "booking-enough": (
        N_("No further booking can be made with this telephone number now."),
        N_("Please change or cancel one that you have, or call us."),
    ),
    "booking-held": (
        N_("There were many bookings with this telephone number."),
        N_("Please try again in %(minutes)s minutes, or call us."),
    ),
    "booking-not-today": (
        N_("Your booking is not for today."),
        N_("It is on %(day)s at %(time)s. You are welcome then; if you are here already, the guide desk will help you."),
    ),
    "booking-over": (
        N_("This booking can no longer be changed."),
        N_("Its time has come or has passed. Please call us or ask the guide desk."),
    ),
    "booking-time-needed": (
        N_("A time is missing or cannot be right."), N_("Please enter a beginning and a later end, such as 09:00 and 11:30."),
    ),
    "by-booking": (N_("This service is by booking only."), N_("Please ask the guide desk for a time.")),
    "case-needed": (
        N_("It is not said which case the hearing is about."),
        N_("Please choose a matter or enter the case number."),
    ),
    "cause-needed": (N_("The cause of the case is missing."), N_("Please enter it in a few words; participants are told.")),
    "changed-meanwhile": (
        N_("It has changed since the proposal was made."),
        N_("Please look at it, and plan again if need be."),
    ),
    "choice-needed": (N_("Something has not been chosen yet."), N_("Please choose one of those shown.")),
    "claimant-needed": (N_("It must be said who asks."), N_("Please choose one of the participants.")),
    "changed-enough": (
        N_("This booking has been changed as often as can be done here."), N_("Please call us; we will find a time with you."),
    ),
    "class-needed": (N_("The class of the matter is missing."), N_("Please choose one.")),
    "clerk-moderates": (N_("The moderator cannot keep the record as well."), N_("Please choose somebody else as clerk.")),
    "clerk-needed": (N_("This person cannot keep the record."), N_("Please choose one of those shown.")),
    "closed-hearing": (
        N_("This hearing is closed; it is never announced."),
        N_("Its participants are told by their own notices."),
    ),
    "closure-time": (
        N_("These times cannot be right."),
        N_("Please enter a beginning and an end that is still to come, at most a year apart."),
    ),
    "code-needed": (
        N_("The short name is missing or cannot be used."),
        N_("Please use small letters, digits and dashes; for a window letters and digits."),
    ),
    "code-or-factor": (
        N_("These details do not open anything here."),
        N_("Please check the code and the four digits, or ask at a window."),
    ),
    "code-taken": (N_("This short name is in use."), N_("Please choose another one, or change what already has it.")),
    "contact-needed": (
        N_("There is no way to reach this person."),
        N_("Please enter a telephone number, a mail address or an address for letters."),
    ),
    "contingent-full": (
        N_("All numbers for this service have been given today."),
        N_("Please ask the guide desk, or come again tomorrow."),
    ),
    "count-form": (N_("This is not a number that can be counted with."), N_("Please enter whole digits, or leave it empty.")),
    "cross-site": (N_("This request did not come from our own page."), N_("Please open the page again and repeat it.")),
    "day-form": (N_("This day cannot be right."), N_("Please write it as 2026-12-31.")),
    "day-needed": (
        N_("The day is missing or cannot be read."),
        N_("Please choose a day and whether it is a rest day or a workday."),
    ),
    "days-unclear": (
        N_("Line %(line)s of the days cannot be read."),
        N_("Please write a date of the year, 休 or 班, and the feast, one a line."),
    ),
    "days-wrong": (N_("These days cannot be right."), N_("The last day is not before the first, and not in the past.")),
    "deferred-enough": (N_("You have already asked for more time twice."), N_("Please talk to the guide desk.")),
    "delegate-needed": (
        N_("Nobody has been chosen who could answer in your place."),
        N_("Please choose another member of staff."),
    ),
    "designation-unapproved": (
        N_("This designation has not been approved."),
        N_("Officers are drawn by lot as a rule. Please wait for the chief procurator's answer."),
    ),
    "discreet-letter": (
        N_("This letter cannot be used for discreet numbers."),
        N_("Please choose one or two letters that no service has or had."),
    ),
    "discreet-roles": (N_("Discreet visits are seen by one role or two."), N_("Please tick one or two of them.")),
    "discreet-rooms": (
        N_("The rooms are not clear."), N_("Please write each room once, one a line, in Chinese and in English, six at most."),
    ),
    "document-needed": (
        N_("The paper behind this is missing."),
        N_("Please enter its number, so that everybody can look it up."),
    ),
    "draw-altered": (N_("The published promise of this draw has been changed."), N_("Please stop, and tell the auditor.")),
    "draw-not-now": (N_("A panel cannot be drawn now."), N_("It is drawn once the hearing has been approved, until it begins.")),
    "draw-open": (
        N_("A draw has been promised and waits for its number."),
        N_("Please enter the number first, or draw anew with a reason."),
    ),
    "draw-rule": (
        N_("This rule cannot be kept: %(seats)s seats, %(least)s to %(most)s allowed, quotas for %(wanted)s."),
        N_("Please change the seats or the quotas."),
    ),
    "draw-unreadable": (N_("This file is not the record of a draw."), N_("Please save it again from the public page.")),
    "effective-needed": (
        N_("The day from which it holds is missing or too early."),
        N_("Please enter today or a later day; what held before stays as it was."),
    ),
    "elsewhere-reason": (
        N_("A hearing outside the hearing rooms needs a reason."),
        N_("Please say why; the chief procurator decides."),
    ),
    "elsewhere-needed": (
        N_("The hearing is to be held there; without that place it would have none."),
        N_("Please move it into a room first, under time and place."),
    ),
    "email": (N_("This is not an e-mail address."), N_("Please compare it with what you were given.")),
    "ended": (N_("This visit is over."), N_("If you still need us, please take a new number.")),
    "entropy-form": (
        N_("The number must have exactly %(length)s of these signs: %(signs)s."),
        N_("Please write it as the notice says."),
    ),
    "entropy-source": (
        N_("This source of the public number is not precise, or has too few outcomes."),
        N_("Please name one with at least %(outcomes)s outcomes, such as ten dice."),
    ),
    "entropy-words": (
        N_("It has not been said which number decides."),
        N_("Please name it exactly: whose, of which day, which digits."),
    ),
    "evidence-needed": (
        N_("It is not said what proves this."),
        N_("Please write who was reached and how, or the number of the receipt."),
    ),
    "factor-needed": (N_("Please enter your PIN or the last four characters of your ID."), N_("The PIN has 4 to 6 digits.")),
    "failed": (N_("Something went wrong on our side."), N_("Nothing was lost. Please try again, or ask the guide desk.")),
    "fill-needed": (N_("This has not been filled in yet."), N_("Please write a few words.")),
    "half-needed": (
        N_("No half-day has been chosen."),
        N_("If nothing is possible for a while, please enter days away, or ask us to pause."),
    ),
    "hall-closed": (N_("The hall is closed now."), N_("Please come during opening hours, or call 12309.")),
    "handler-needed": (N_("It must be said who handles the matter."), N_("Please choose somebody from the list.")),
    "help-needed": (N_("Please ask the guide desk."), N_("They will help you at once.")),
    "hours-wrong": (
        N_("The opening hours of a day cannot be right."),
        N_("Please give both ends of the marked day, the earlier first, the morning before the afternoon."),
    ),
    "id-birthday": (
        N_("The date of birth in this ID number cannot be right."),
        N_("Please compare digits 7 to 14 with the card."),
    ),
    "id-check": (
        N_("This ID number contains a typing error: its last character does not fit."),
        N_("Please compare it with the card."),
    ),
    "id-length": (N_("An ID card number has 18 characters: 17 digits and a digit or X."), N_("Please compare it with the card.")),
    "id-needed": (N_("A check of identity needs an ID number."), N_("Please enter it, or register without a look-up code.")),
    "id-number": (N_("This number cannot be that of the chosen document."), N_("Please compare it with the document.")),
    "identity-unchecked": (N_("Nobody's identity has been checked."), N_("Please choose the document that you have seen.")),
    "invalid": (N_("Something in the request is not right."), N_("Please check what was entered and try again.")),
    "invitation-over": (N_("This invitation has ended."), N_("The screen now shows how things stand.")),
    "invite-not-now": (N_("Nobody can be invited to this hearing now."), N_("It must be approved, and must not have begun.")),
    "key-reused": (N_("This request key was used for another request."), N_("Please use a new key.")),
    "lease-foreign": (
        N_("A kiosk has handed in a number that another kiosk holds."),
        N_("It was not put in the line. Please look whether somebody holds a slip with it."),
    ),
    "lease-forged": (
        N_("A number handed in by a kiosk was not given out by us."),
        N_("It was not put in the line. Please look whether somebody holds a slip with it."),
    ),
    "lease-late": (
        N_("A number recorded offline was handed in too late."),
        N_("It was not put in the line. If its visitor is still here, give a new number at the guide desk."),
    ),
    "leave-days": (
        N_("These days cannot be right."),
        N_("The last day must not be over, nor before the first; a year at most."),
    ),
    "letter-needed": (
        N_("The number of the letter is missing."),
        N_("Please enter it as it stands on the letter to the justice bureau."),
    ),
    "letter-sign": (
        N_("This letter cannot be printed: our typeface lacks %(sign)s."),
        N_("Please correct the text, or print the letter without this sign and add it by hand."),
    ),
    "line-repeated": (N_("An earlier line of this table is about the same person."), N_("Please keep one of them.")),
    "link-expired": (N_("This link has expired."), N_("Please ask for a new one.")),
    "list-full": (N_("The seats and the waiting list are full."), N_("Please look for the next public hearing.")),
    "listed-already": (N_("The hearing has a time and place already."), N_("Please move it, with a reason.")),
    "locked": (N_("Too many wrong attempts."), N_("Please wait %(minutes)s minutes, or ask the administrator.")),
    "lookup-locked": (
        N_("This look-up is closed for now, after several wrong tries."),
        N_("Please try again in %(minutes)s minutes, or ask at a window."),
    ),
    "mail-form": (N_("This mail address cannot be right."), N_("Please check it: name, @, and the provider.")),
    "matter-unknown": (N_("There is no such matter here."), N_("Please choose one from the list, or enter the case number.")),
    "member-barred": (
        N_("This person may not sit in this hearing."),
        N_("The list of those left out says why. Please choose somebody who may."),
    ),
    "member-known": (N_("This ID number is already on the roster."), N_("Please search for the person and change their entry.")),
    "message-forgotten": (
        N_("The words of this message are no longer kept."),
        N_("That it was sent, when and how, is still on record."),
    ),
    "minor-closed": (N_("A hearing that concerns a minor is never open."), N_("Leave it closed; nobody can approve otherwise.")),
    "moderator-leads": (
        N_("A leader who handles the case moderates the hearing themself."),
        N_("Please choose the handler as moderator."),
    ),
    "moderator-needed": (
        N_("It is not said yet who moderates and who keeps the record."),
        N_("Please choose both; then submit again."),
    ),
    "moderator-prosecutor": (
        N_("This person cannot moderate."),
        N_("Please choose the prosecutor in charge or a lead prosecutor."),
    ),
    "moved-on": (N_("Someone has already done this."), N_("The screen now shows how things stand.")),
    "need-needed": (
        N_("It is not said what the roster has not got."),
        N_("Please choose a field or a category, or name the skill exactly."),
    ),
    "name-needed": (N_("The name is missing."), N_("Please enter it.")),
    "no-seat": (N_("All seats are taken."), N_("Somebody has to cancel or be declined first.")),
    "no-voice": (N_("This call cannot be spoken here."), N_("The board shows it.")),
    "nobody-at-window": (N_("There is nobody at this window."), N_("Please call the next visitor first.")),
    "nobody-called": (N_("No call is open at this window."), N_("Please call the next visitor first.")),
    "nobody-chosen": (N_("Nobody has been chosen."), N_("Please choose who is to go elsewhere.")),
    "nobody-waiting": (N_("Nobody is waiting for this window."), N_("You will see here when someone comes.")),
    "nonce-wrong": (N_("The secret number is not the one that was promised."), N_("Please stop, and tell the auditor.")),
    "not-allowed": (N_("Your account may not do this."), N_("Please ask the administrator.")),
    "not-found": (N_("There is nothing at this address."), N_("Please start again from the first page.")),
    "not-handed-in": (
        N_("This number was given while the connection was interrupted."),
        N_("It is valid. Your place is shown here as soon as the kiosk is connected again; please listen for your number."),
    ),
    "not-listed": (N_("The hearing has no time and place yet."), N_("Please lay them down first; then notice can be given.")),
    "not-on-hold": (N_("This visit is not on hold."), N_("The screen now shows how things stand.")),
    "not-the-same": (N_("The new password was typed differently the second time."), N_("Please type it twice again.")),
    "not-today": (N_("The hearing is not today."), N_("People are let in on the day of the hearing.")),
    "nothing-to-plan": (N_("There is nothing to plan."), N_("Approved hearings without a time and place would stand here.")),
    "notice-missing": (
        N_("Not all notices of this hearing have been given."),
        N_("Please give them first, on the page of the notices."),
    ),
    "notice-too-late": (
        N_("It is too late for this notice: the last lawful moment was %(last)s."),
        N_("Please choose a later day, or let everybody concerned waive the notice and have that approved."),
    ),
    "notice-unproven": (
        N_("It is not proven that everybody was told: %(who)s."),
        N_("Please note how they were told, or ask for an approved waiver."),
    ),
    "observer-held": (
        N_("There were many applications with this telephone number."),
        N_("Please try again in %(minutes)s minutes, or call us."),
    ),
    "office-exists": (
        N_("This database already has an office."),
        N_("Choose an empty one with NUANYI_DATA or NUANYI_DATABASE_URL."),
    ),
    "openness-reason": (
        N_("This is not what the rule says, so it needs a reason."),
        N_("Please say why; the chief procurator decides."),
    ),
    "out-of-order": (
        N_("This screen is out of order: %(reason)s"),
        N_("Please go to the guide desk. They will give you a number at once."),
    ),
    "outlet-needed": (N_("The newspaper, station or website is missing."), N_("Please enter it.")),
    "outside-hours": (
        N_("This is outside the hours in which hearings are held."),
        N_("A hearing with its setting up and clearing fits between %(morning)s or %(afternoon)s."),
    ),
    "own-account": (N_("Nobody changes their own rights."), N_("Please ask another administrator.")),
    "own-question": (
        N_("Nobody answers a question that they asked themselves."),
        N_("Another person with the right to decide will see it."),
    ),
    "own-recusal": (N_("Nobody decides about themself."), N_("Please leave it to a delegate or the procuratorial committee.")),
    "outsider-unapproved": (
        N_("Nobody from outside the roster sits without approval."),
        N_("Please wait for the chief procurator's answer."),
    ),
    "pack-empty": (
        N_("There is no recording in this pack that could be used."),
        N_("It needs WAV files of 16-bit PCM in folders zh and en. Please look at the list of what is needed."),
    ),
    "pack-in-use": (N_("A hall speaks with this pack."), N_("Please go back to the synthetic voice there first.")),
    "pack-known": (N_("This very pack is here already."), N_("Please choose it from the list.")),
    "pack-too-large": (
        N_("This archive is too large."),
        N_("At most 32 MB and 600 files. Short recordings of single words are enough."),
    ),
    "pack-unreadable": (N_("This is no ZIP archive that can be read."), N_("Please choose the file again.")),
    "packs-enough": (N_("There are 20 packs already."), N_("Please remove one that nobody needs.")),
    "panel-full": (N_("No seat of this panel is vacant."), N_("The screen now shows how things stand.")),
    "panel-not-ready": (
        N_("It is not settled yet who moderates and who sits."),
        N_("The names are told as soon as the panel is complete."),
    ),
    "panel-size": (
        N_("A panel of this size has not been approved."),
        N_("Usual are %(least)s to %(most)s officers. Please ask for approval, or change the size."),
    ),
    "panel-size-reason": (
        N_("A panel has %(least)s to %(most)s officers as a rule."),
        N_("Please say why this one is to be different; the chief procurator decides."),
    ),
    "person-known": (N_("This ID number is already on record."), N_("Please confirm that it is the same person.")),
    "phone-number": (
        N_("This telephone number cannot be right."),
        N_("A mobile number has 11 digits; others begin with the area code."),
    ),
    "pin-differs": (N_("The PIN was typed differently the second time."), N_("Please let the visitor type it twice again.")),
    "pin-digits": (N_("A PIN has 4 to 6 digits."), N_("Please let the visitor type another one.")),
    "pin-simple": (
        N_("This PIN is too easy to guess."),
        N_("Please choose one that is not a plain run like 1234 or one digit only."),
    ),
    "plan-incomplete": (N_("The plan is not complete yet."), N_("Please fill in what is marked, keep it, and submit again.")),
    "plan-moved-on": (
        N_("A colleague has kept another version meanwhile."),
        N_("What you typed is still here. Please compare it with the newest version and keep it again."),
    ),
    "plan-needed": (N_("There is no plan yet."), N_("Please write it and keep it first.")),
    "planning-stopped": (
        N_("The planning was stopped before it had an answer."),
        N_("Nothing was changed. Please start it again."),
    ),
    "pool-short": (
        N_("The pool lacks %(missing)s for the quota: %(quota)s."),
        N_("Please change the quota, the day or the exclusions."),
    ),
    "pool-small": (
        N_("The pool lacks %(missing)s for this panel and its rule on majorities."),
        N_("Please choose fewer seats or another day, or widen the pool."),
    ),
    "prefix-needed": (N_("The prefix is missing or cannot be used."), N_("Please enter one or two letters from A to Z.")),
    "prefix-taken": (
        N_("Another service has this prefix."),
        N_("Please choose another one; a retired service keeps its prefix."),
    ),
    "prefix-used-today": (
        N_("Numbers with this prefix have been given today."),
        N_("Please choose another one, or change it tomorrow before the hall opens."),
    ),
    "proof-needed": (N_("This paper does not prove the relation."), N_("Please choose the paper that you have seen.")),
    "proposal-gone": (N_("This proposal no longer stands."), N_("Please look at the newest one, or plan again.")),
    "quarters": (N_("This is not a number of whole quarters of an hour."), N_("Please enter 0, 15, 30 and so on, up to 240.")),
    "push-off": (N_("Phones are not rung from here."), N_("Please keep the page open, or look at the screen.")),
    "push-unknown": (
        N_("This browser's push service is not one that the office lets calls go to."),
        N_("Please keep the page open, or look at the screen."),
    ),
    "reason-needed": (N_("A reason is needed for this."), N_("Please write a few words; they go into the journal.")),
    "reasons-needed": (
        N_("The reasons for a hearing are missing."),
        N_("Please say what is in dispute and why people should be heard."),
    ),
    "recusal-final": (N_("This decision is final."), N_("It could be reconsidered once, within the days that the law gives.")),
    "recusal-not-now": (
        N_("Nobody can be asked to step aside at this stage."),
        N_("It is possible from the approval until the end of the hearing."),
    ),
    "recusal-open": (
        N_("Somebody has been asked to step aside, and it is not settled."),
        N_("Please have it decided, or choose another moderator or clerk, first."),
    ),
    "recusal-pending": (N_("A request about this person is being decided already."), N_("Please wait for the decision.")),
    "redraw-reason": (N_("A second draw needs a reason."), N_("Please write why; the draw that was made stays on record.")),
    "reserve-short": (
        N_("Nobody left in the reserve can lawfully take this seat."),
        N_("Please make a new draw, or ask for approval to name somebody."),
    ),
    "rest-day": (N_("%(day)s is not a workday."), N_("Please choose a workday of the calendar.")),
    "roles-apart": (
        N_("One person cannot be administrator and auditor."),
        N_("Please give the two roles to different people."),
    ),
    "room-broadcast": (
        N_("This room cannot broadcast, and the hearing is to be broadcast."),
        N_("Please choose another room."),
    ),
    "room-busy": (N_("Somebody is in this room."), N_("Please choose another room, or finish there first.")),
    "room-closed": (N_("The room is closed then (%(reason)s), until %(until)s."), N_("Please choose another room or time.")),
    "room-code-taken": (N_("Another room has this number."), N_("Please choose another one.")),
    "room-needed": (N_("A hearing is held in a hearing room."), N_("Please choose one, or ask that it be held elsewhere.")),
    "room-small": (N_("The room has %(places)s places; %(needed)s people take part."), N_("Please choose a larger room.")),
    "room-steps": (
        N_("Wheelchairs cannot get into this room, and somebody needs to."),
        N_("Please choose an accessible room."),
    ),
    "roster-suffices": (
        N_("The roster has %(count)s who fit and can come; an outsider is invited only when nobody does."),
        N_("Please draw or designate one of them, or name exactly what they do not know."),
    ),
    "same-service": (N_("The visitor is already in this service."), N_("Please choose another service.")),
    "service-closed": (N_("This service is not offered now."), N_("Please choose another one, or ask the guide desk.")),
    "service-in-use": (
        N_("Visitors with numbers of this service are still here."),
        N_("Give no more numbers for it, and serve them or send them on first."),
    ),
    "sign-in-first": (N_("Please sign in first."), N_("Then you can go on here.")),
    "sign-in-needed": (N_("Please sign in first."), N_("Then you can go on here.")),
    "signed-out": (N_("You have been signed out."), N_("Please sign in again.")),
    "skill-needed": (N_("The skill is missing."), N_("Please say which skill a window needs; a window needs at least one.")),
    "recognition-needed": (
        N_("It is not said how you know that the booking is theirs."), N_("Please choose what you have seen or compared."),
    ),
    "slot-gone": (N_("This time has just been taken."), N_("Please choose another one.")),
    "source-needed": (N_("The source is missing."), N_("Please enter the regulation or decision, with its number.")),
    "staff-busy": (
        N_("This person has another hearing at that time."),
        N_("Please choose somebody else, or move one of the hearings."),
    ),
    "storage-busy": (N_("We could not save this just now."), N_("Please try again in a moment.")),
    "storage-failed": (N_("We could not save this just now."), N_("Please try again in a moment.")),
    "storage-full": (N_("We cannot save anything at the moment."), N_("Please ask the guide desk; staff have been told.")),
    "storage-unreadable": (N_("We cannot save anything at the moment."), N_("Please ask the guide desk; staff have been told.")),
    "summary-needed": (N_("The summary is missing."), N_("Please write a few sentences.")),
    "table-columns": (N_("The table lacks columns: %(columns)s."), N_("Please add them to its first line and try again.")),
    "table-long": (N_("The table is too long."), N_("Please send at most %(most)s lines at once.")),
    "table-unreadable": (N_("This is not a table that can be read."), N_("Please save it as CSV and try again.")),
    "target-needed": (
        N_("This person does not serve at the hearing."),
        N_("Please choose an officer, the moderator or the clerk."),
    ),
    "term-order": (N_("The term would end before it begins."), N_("Please check both days.")),
    "text-needed": (N_("The words of the reply are missing."), N_("Please write what was said.")),
    "tie-needed": (N_("It has not been said to whom the tie is."), N_("Please enter a unit or a person's full name.")),
    "time-form": (N_("A hearing begins on a quarter of an hour."), N_("Please enter day and time, such as 09:30.")),
    "time-gone": (N_("This time is past."), N_("Please choose one that is still to come.")),
    "time-needed": (
        N_("The hearing has no time yet."),
        N_("Who can come is known only of a day. Please lay down time and place first."),
    ),
    "time-past": (N_("The time of this hearing is past."), N_("Please lay down a new one first.")),
    "time-taken": (
        N_("%(what)s is taken by hearing %(hearing)s at that time."),
        N_("Please choose another time, or move one of the two."),
    ),
    "title-names": (
        N_("The title may be shown to anybody, and it names a private person."),
        N_("Please write it without names, such as: a criminal appeal."),
    ),
    "title-needed": (N_("The title is missing."), N_("Please enter one that names nobody.")),
    "time-wrong": (N_("This time cannot be right."), N_("Please enter the day and the time.")),
    "token-unknown": (N_("This access token is not valid."), N_("Please ask the administrator for a new one.")),
    "too-large": (N_("That is too much at once."), N_("Please send less.")),
    "too-late-today": (
        N_("There is no time left today."),
        N_("We would not get to you before we close. Please come tomorrow morning, or ask the guide desk: they find a way."),
    ),
    "too-late-to-withdraw": (
        N_("This version can no longer be taken back."),
        N_("It has held already, or is the only one. Please lay down a newer one."),
    ),
    "too-long": (N_("This is too long."), N_("Please say it more briefly.")),
    "try-again": (N_("We could not save this just now."), N_("Please try again in a moment.")),
    "type-needed": (
        N_("The type of the case is missing."),
        N_("Please choose one; it decides whether the hearing is open as a rule."),
    ),
    "unknown-call": (N_("There is no such call on the board."), N_("Please look at the board as it is now.")),
    "unknown-code": (
        N_("This code does not open anything."),
        N_("It may have expired or been mistyped. Please check it, or ask the guide desk."),
    ),
    "unknown-decision": (N_("There is no such decision."), N_("Please ask once more what would be.")),
    "unknown-device": (N_("There is no such screen."), N_("Please choose one of those shown.")),
    "unknown-hall": (N_("There is no such hall."), N_("Please start again from the first page.")),
    "unknown-lane": (N_("There is no such lane."), N_("Please choose one of those shown.")),
    "unknown-number": (N_("There is no such number today."), N_("Please check the letter and the digits.")),
    "unknown-pack": (N_("There is no such pack."), N_("Please choose one from the list.")),
    "unknown-pairing": (
        N_("This pairing code does not open anything."),
        N_("It may be used or too old. Please ask for a new one."),
    ),
    "unknown-provision": (N_("There is no such number."), N_("Please choose one from the list.")),
    "unknown-role": (N_("There is no such role."), N_("Please choose one of those shown.")),
    "unknown-room": (N_("There is no such room."), N_("Please choose one from the list.")),
    "unknown-service": (N_("There is no such service."), N_("Please choose one of those shown.")),
    "unknown-staff": (N_("There is no such member of staff."), N_("Please choose one of those shown.")),
    "unknown-task": (N_("There is no such task."), N_("The screen now shows how things stand.")),
    "unknown-token": (N_("There is no such token."), N_("Please choose one of those shown.")),
    "unknown-way": (N_("Nobody can be called in this way."), N_("Please choose one of those shown.")),
    "unknown-window": (N_("There is no such window."), N_("Please choose one of those shown.")),
    "unpaired": (N_("This screen has not been set up for the hall yet."), N_("Please ask the administrator to pair it.")),
    "value-needed": (N_("The number is missing or cannot be right."), N_("Please enter a whole number, 0 or more.")),
    "weak-password": (
        N_("This password is too easy to guess."),
        N_("Please use at least %(length)s characters of %(classes)s kinds: small and capital letters, digits, signs."),
    ),
    "window-busy": (N_("Someone is still at this window."), N_("Please finish, hold or mark them as missed first.")),
    "window-not-open": (N_("This window is not open."), N_("Please open it first.")),
    "window-taken": (N_("A colleague sits at this window."), N_("Please choose another one, or take it over.")),
    "witness-needed": (N_("The witnesses are missing."), N_("Please enter who saw the number, by name.")),
    "wrong-method": (N_("This address does not answer such requests."), N_("Please start again from the first page.")),
    "wrong-password": (
        N_("Account or password is wrong."),
        N_("Please try again. %(left)s tries are left before you must wait."),
    ),
    "wrong-step": (N_("This step cannot follow here."), N_("The screen now shows how things stand.")),
    "year-needed": (N_("The year is missing or cannot be read."), N_("Please enter it in four digits.")),
}
_UNKNOWN = TEXTS["failed"]


def sentence(code: str, language: str, **values: Any) -> str:
    """What is refused, in the reader's language; ``values`` are the detail of the `Refused`."""
    return words.translator(language)(TEXTS.get(code, _UNKNOWN)[0], **values)


def advice(code: str, language: str, **values: Any) -> str:
    """What to do next, in the reader's language."""
    return words.translator(language)(TEXTS.get(code, _UNKNOWN)[1], **values)
