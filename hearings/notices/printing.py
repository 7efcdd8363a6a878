"""A notice on paper, with an acknowledgement to sign, for handing over or for the post. Printing proves nothing by itself."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre
from hearings.invitations.tables import NoticeKind
from hearings.notices.proofs import prepared, standing
from hearings.notices.queries import about, owed_to
from hearings.notices.reading import paper_in
from hearings.notices.sending import content_for
from hearings.steps import note
from hearings.tables import HEARING_NAME
from shared import delivery
from shared.errors import Refused
from shared.identity import Identity
from shared.letters import dated
from shared.outbox import Channel, Letter, messages_about
from shared.settings import Settings
from shared.vault import Vault


def print_notice(
    session: Session, *, centre: Centre, hearing_id: UUID, notice_id: UUID, participant_id: UUID, sealing: Vault,
    settings: Settings, now: datetime, by: Identity,
) -> Letter:
    """What is to be printed for one person; a letter that waited for it in the outbox counts as printed. Refuses
    ``not-allowed``, ``not-found``."""
    hearing = prepared(session, centre, hearing_id, by)
    notice = standing(session, hearing, notice_id)
    person = next((one for one in owed_to(session, hearing, NoticeKind(notice.kind)) if one.id == participant_id), None)
    if person is None:
        raise Refused("not-found", 404)
    for message in messages_about(session, about(notice.id, person.id)):
        delivery.printed(session, message.id, sealing, now=now, by=by.by)
    note(session, hearing, "notice-printed", by, now, {"kind": notice.kind, "participant": person.id.hex})
    name = sealing.unseal(person.name, purpose=HEARING_NAME)
    content = content_for(Channel.LETTER, hearing, notice, paper_in(notice, sealing), person, name, centre=centre,
                          sealing=sealing, settings=settings)
    assert isinstance(content, Letter)
    day = dated(notice.given_at.astimezone(centre.zone).date(), content.language)
    return Letter(content.to, content.template, {"day": day, **content.data}, content.language)
