"""The roster written as a table (CSV with a byte-order mark, so that Excel reads it) that `file` reads back."""

import csv
from collections.abc import Iterable
from datetime import datetime
from io import StringIO

from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.centre import Named, categories_of, specialisms_of
from hearings.roster.actions import check_manager
from hearings.roster.columns import BOM, CHANNELS, COLUMNS, ENTRIES, LIST_MARK, harmless
from hearings.roster.queries import contact_of, fitness, form_of
from hearings.roster.tables import EligibilityCheck, RosterMember, Standing
from hearings.tables import HEARING_NAME
from shared import journal, vault
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault


def export_table(
    session: Session, *, centre: Centre, reason: str, sealing: Vault, now: datetime, by: Identity
) -> bytes:
    """Everybody on the roster in plain words, as a table that `preview` reads back; what a spreadsheet would run as a formula is
    marked as text. A journalled act. Refuses ``not-allowed``,
    ``reason-needed``."""
    check_manager(session, centre, by)
    if not reason.strip():
        raise Refused("reason-needed", 422)
    wanted = select(RosterMember).where(RosterMember.office_id == centre.office_id, RosterMember.standing != Standing.REMOVED,
                                        col(RosterMember.hearing_id).is_(None))
    rows = session.exec(wanted.order_by(col(RosterMember.id))).all()
    fit = fitness(session, [row.id for row in rows], centre)
    named = {one.code: one for one in (*categories_of(session, centre.office_id), *specialisms_of(session, centre.office_id))}
    out = StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([column for column, _ in COLUMNS])
    for member in rows:
        cells = written_line(session, centre, member, named, sealing, checked=fit[member.id] == "fit")
        table.writerow([harmless(text) for text in cells])
    journal.record(session, office=centre.office_id, act="roster-exported", subject=f"office:{centre.office_id.hex}", by=by.by,
                   now=now, reason=reason.strip()[:500], detail={"members": len(rows)})
    return (BOM + out.getvalue()).encode()


def written_line(
    session: Session, centre: Centre, member: RosterMember, named: dict[str, Named], sealing: Vault, *, checked: bool
) -> Iterable[str]:
    """``checked``: the whole checklist is fulfilled; only then the table says so."""
    form, reached = form_of(session, centre=centre, member_id=member.id, sealing=sealing), contact_of(session, member.id, sealing)
    checks = select(EligibilityCheck).where(EligibilityCheck.member_id == member.id, col(EligibilityCheck.fulfilled))
    check = session.exec(checks.order_by(col(EligibilityCheck.checked_on).desc())).first() if checked else None
    entries, channels = ({value: word for word, value in table.items()} for table in (ENTRIES, CHANNELS))
    told = {
        "id_number": sealing.unseal(member.id_number, purpose=vault.ID_NUMBER) if member.id_number else "",
        "born_on": sealing.unseal(member.born_on, purpose=HEARING_NAME) if member.born_on else "",
        "phone": reached.phone, "email": reached.email, "address": reached.address,
        "category": named[form.category].name_zh, "entry": entries[form.entry],
        "specialisms": LIST_MARK.join(named[code].name_zh if code in named else code for code in form.specialisms),
        "channels": LIST_MARK.join(channels.get(code, code) for code in form.channels),
        "evidence": check.evidence if check else "", "checked_on": check.checked_on.isoformat() if check else "",
    }
    return [told[field] if field in told else str(getattr(form, field)) for _, field in COLUMNS]
