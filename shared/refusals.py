"""What each refusal says: a sentence, and what to do next. The codes are the public ones of `Refused`."""

from typing import Any

from shared import words


def N_(text: str) -> str:
    return text


TEXTS: dict[str, tuple[str, str]] = {
    "account-taken": (N_("This account name is in use."), N_("Please choose another one.")),
    "already-called": (N_("This number has already been called."), N_("Please look at the screen, or ask the guide desk.")),
    "being-served": (N_("You are being served now."), N_("Please tell the staff at your window.")),
    "by-booking": (N_("This service is by booking only."), N_("Please ask the guide desk for a time.")),
    "code-or-factor": (
        N_("These details do not open anything here."),
        N_("Please check the code and the four digits, or ask at a window."),
    ),
    "contingent-full": (
        N_("All numbers for this service have been given today."),
        N_("Please ask the guide desk, or come again tomorrow."),
    ),
    "cross-site": (N_("This request did not come from our own page."), N_("Please open the page again and repeat it.")),
    "deferred-enough": (N_("You have already asked for more time twice."), N_("Please talk to the guide desk.")),
    "ended": (N_("This visit is over."), N_("If you still need us, please take a new number.")),
    "failed": (N_("Something went wrong on our side."), N_("Nothing was lost. Please try again, or ask the guide desk.")),
    "hall-closed": (N_("The hall is closed now."), N_("Please come during opening hours, or call 12309.")),
    "help-needed": (N_("Please ask the guide desk."), N_("They will help you at once.")),
    "invalid": (N_("Something in the request is not right."), N_("Please check what was entered and try again.")),
    "key-reused": (N_("This request key was used for another request."), N_("Please use a new key.")),
    "link-expired": (N_("This link has expired."), N_("Please ask for a new one.")),
    "link-invalid": (N_("This link does not open anything."), N_("Please open it again from the message, or call us.")),
    "locked": (N_("Too many wrong attempts."), N_("Please wait %(minutes)s minutes, or ask the administrator.")),
    "moved-on": (N_("Someone has already done this."), N_("The screen now shows how things stand.")),
    "nobody-at-window": (N_("There is nobody at this window."), N_("Please call the next visitor first.")),
    "nobody-called": (N_("No call is open at this window."), N_("Please call the next visitor first.")),
    "nobody-waiting": (N_("Nobody is waiting for this window."), N_("You will see here when someone comes.")),
    "not-allowed": (N_("Your account may not do this."), N_("Please ask the administrator.")),
    "not-found": (N_("There is nothing at this address."), N_("Please start again from the first page.")),
    "not-on-hold": (N_("This visit is not on hold."), N_("The screen now shows how things stand.")),
    "reason-needed": (N_("A reason is needed for this."), N_("Please write a few words; they go into the journal.")),
    "roles-apart": (
        N_("One person cannot be administrator and auditor."),
        N_("Please give the two roles to different people."),
    ),
    "same-service": (N_("The visitor is already in this service."), N_("Please choose another service.")),
    "service-closed": (N_("This service is not offered now."), N_("Please choose another one, or ask the guide desk.")),
    "sign-in-first": (N_("Please sign in first."), N_("Then you can go on here.")),
    "sign-in-needed": (N_("Please sign in first."), N_("Then you can go on here.")),
    "signed-out": (N_("You have been signed out."), N_("Please sign in again.")),
    "storage-busy": (N_("We could not save this just now."), N_("Please try again in a moment.")),
    "storage-failed": (N_("We could not save this just now."), N_("Please try again in a moment.")),
    "storage-full": (N_("We cannot save anything at the moment."), N_("Please ask the guide desk; staff have been told.")),
    "storage-unreadable": (N_("We cannot save anything at the moment."), N_("Please ask the guide desk; staff have been told.")),
    "token-unknown": (N_("This access token is not valid."), N_("Please ask the administrator for a new one.")),
    "too-large": (N_("That is too much at once."), N_("Please send less.")),
    "try-again": (N_("We could not save this just now."), N_("Please try again in a moment.")),
    "unknown-code": (
        N_("This code does not open anything."),
        N_("It may have expired or been mistyped. Please check it, or ask the guide desk."),
    ),
    "unknown-device": (N_("There is no such screen."), N_("Please choose one of those shown.")),
    "unknown-hall": (N_("There is no such hall."), N_("Please start again from the first page.")),
    "unknown-lane": (N_("There is no such lane."), N_("Please choose one of those shown.")),
    "unknown-pairing": (
        N_("This pairing code does not open anything."),
        N_("It may be used or too old. Please ask for a new one."),
    ),
    "unknown-role": (N_("There is no such role."), N_("Please choose one of those shown.")),
    "unknown-service": (N_("There is no such service."), N_("Please choose one of those shown.")),
    "unknown-staff": (N_("There is no such member of staff."), N_("Please choose one of those shown.")),
    "unknown-token": (N_("There is no such token."), N_("Please choose one of those shown.")),
    "unknown-window": (N_("There is no such window."), N_("Please choose one of those shown.")),
    "unpaired": (N_("This screen has not been set up for the hall yet."), N_("Please ask the administrator to pair it.")),
    "weak-password": (
        N_("This password is too easy to guess."),
        N_("Please use at least %(length)s characters of %(classes)s kinds: small and capital letters, digits, signs."),
    ),
    "window-busy": (N_("Someone is still at this window."), N_("Please finish, hold or mark them as missed first.")),
    "window-not-open": (N_("This window is not open."), N_("Please open it first.")),
    "wrong-method": (N_("This address does not answer such requests."), N_("Please start again from the first page.")),
    "wrong-password": (
        N_("Account or password is wrong."),
        N_("Please try again. %(left)s tries are left before you must wait."),
    ),
}
_UNKNOWN = TEXTS["failed"]


def sentence(code: str, language: str, **values: Any) -> str:
    """What is refused, in the reader's language; ``values`` are the detail of the `Refused`."""
    return words.translator(language)(TEXTS.get(code, _UNKNOWN)[0], **values)


def advice(code: str, language: str, **values: Any) -> str:
    """What to do next, in the reader's language."""
    return words.translator(language)(TEXTS.get(code, _UNKNOWN)[1], **values)
