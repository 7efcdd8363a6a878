"""The pages of an invitation: a phone without script and with, the kiosk, the desk's tab, recusal; who may see what, both
languages, nothing for axe to find."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from hearings.approval.actions import answer as approve
from hearings.approval.queries import waiting
from hearings.invitations.actions import renew_link
from hearings.invitations.answers import Said
from hearings.invitations.dispatch import token_of
from hearings.invitations.tables import Invitation, InvitationState, Recusal, Via
from hearings.plan.actions import save_plan, submit_plan
from hearings.plan.paper import PlanForm
from hearings.roster.tables import RosterMember
from hearings.tables import HEARING_CONTACT, HEARING_NAME, HearingState, Participant, Seat
from shared.settings import Settings
from tests.browser import KIOSK, PHONE, Open, axe
from tests.centre import PASSWORD, Centre
from tests.hearings.callers import Callers
from tests.hearings.guests import Browsers, code, hidden, invited_centre, link, new_hearing, words
from tests.hearings.staging import PEOPLE, Stage

I = InvitationState  # noqa: E741
Running = tuple[Centre, Settings, Stage]
PLAN = {"prosecutor": "王芳", "questions": "伤情成因如何认定", "officers_wanted": "三名", "schedule": "七个步骤", "risks": "无",
        "contingency": "法警两名", "briefing": "案情简介：双方争执"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, hashes: list[str]) -> Iterator[Running]:
    with invited_centre(tmp_path_factory.mktemp("guests"), sqlite_template, hashes) as found:
        yield found


@pytest.fixture
def invited(running: Running) -> tuple[Callers, list[UUID]]:
    return new_hearing(running[2], running[1])


@pytest.fixture
def browse(running: Running) -> Iterator[Browsers]:
    browsers = Browsers(running[0])
    yield browsers
    browsers.close()


def name_of(stage: Stage, invitation: UUID) -> str:
    member = stage.get(RosterMember, stage.get(Seat, stage.get(Invitation, invitation).seat_id).member_id)
    return stage.vault.unseal(member.name, purpose=HEARING_NAME)


def plan(stage: Stage, hearing: UUID) -> None:
    """A plan that has been approved."""
    handler, chief = stage.by("window3"), stage.by("jianchazhang")
    form = PlanForm(**PLAN, moderator=str(handler.id), clerk=str(stage.by("window1").id))
    stage.act(save_plan, hearing_id=hearing, form=form, sealing=stage.vault)
    stage.act(submit_plan, hearing_id=hearing, sealing=stage.vault)
    asked = next(one for line, many in stage.db.read_now(waiting, centre=stage.centre(), by=chief) for one in many
                 if line.id == hearing)
    stage.act(approve, who="jianchazhang", approval_id=asked.id, granted=True, text="同意")


def test_page_names_neither_parties_nor_case_and_both_languages_are_whole(
    browse: Browsers, running: Running, invited: Any
) -> None:
    page = link(running[2], invited[1][0])
    chinese, english = browse().get(page), browse(language="en").get(page)
    assert "诚邀您担任听证员" in words(chinese) and "We invite you to serve as a hearing officer" in words(english)
    for secret in (*(one[1] for one in PEOPLE), "故意伤害", "蚌检控申"):
        assert secret not in chinese.text and secret not in english.text
    assert chinese.headers["cache-control"] == "no-store" and "noindex" in chinese.text


def test_forged_foreign_and_renewed_links_open_nothing(browse: Browsers, running: Running, invited: Any) -> None:
    callers, (first, *_) = invited
    page, guest = link(running[2], first), browse()
    assert guest.get(page[:-2] + "xx").status_code == 404
    callers.stage.act(renew_link, who="anguan", invitation_id=first, sealing=callers.stage.vault, settings=callers.settings)
    assert guest.get(page).status_code == 404 and guest.post(f"{page}/yes", data={}).status_code == 404
    assert guest.get(link(running[2], first)).status_code == 200


def test_decline_takes_its_reason_and_can_be_taken_back(browse: Browsers, running: Running, invited: Any) -> None:
    callers, (first, *_) = invited
    page, guest = link(running[2], first), browse()
    asked = guest.get(f"{page}/no")
    assert guest.post(f"{page}/no", data=hidden(asked)).status_code == 422
    assert guest.post(f"{page}/no", data={**hidden(asked), "reason": "illness", "words": "住院了"}).status_code == 303
    row = callers.get(first)
    assert (row.state, row.decline_code, row.answered_via) == (I.DECLINED, "illness", Via.LINK)
    shown = guest.get(page)
    assert "您已告知不能参加" in words(shown) and "收回我的答复" in words(shown)
    guest.post(f"{page}/undo", data=hidden(shown))
    assert callers.get(first).state == I.DELIVERED and "诚邀您担任听证员" in words(guest.get(page))


def test_one_ticked_box_is_as_good_as_two(browse: Browsers, running: Running, invited: Any) -> None:
    callers, (first, *_) = invited
    page, guest = link(running[2], first), browse()
    taken = {"said": "accept", "via": "phone", "undertaken": "yes", "evidence": "11月23日 15:10 本人来电", "needs": "companion"}
    desk = browse("anguan").post(f"/desk/hearings/{callers.hearing}/invitations/{first}/answer",
                                 data={**hidden(guest.get(f"{page}/yes")), **taken})
    assert desk.status_code == 303 and callers.get(first).needs == ["companion"]
    for boxes in (["sign-language"], ["wheelchair", "sign-language"], []):
        assert guest.post(f"{page}/help", data={"needs": boxes}).status_code == 303
        assert callers.get(first).needs == boxes


def test_answer_to_a_page_that_was_open_while_the_hearing_moved_does_not_count(
    browse: Browsers, running: Running, invited: Any
) -> None:
    callers, (first, *_) = invited
    page, guest = link(running[2], first), browse()
    form = hidden(guest.get(f"{page}/yes"))
    callers.move(21)
    late = guest.post(f"{page}/yes", data=form)
    assert late.status_code == 409 and "您答复的是原来的安排" in words(late) and callers.get(first).state == I.SENT
    guest.post(f"{page}/yes", data=hidden(guest.get(f"{page}/yes")))
    assert callers.get(first).state == I.ACCEPTED


def test_papers_open_after_the_declaration_only_and_each_opening_is_noted(
    browse: Browsers, running: Running, invited: Any
) -> None:
    callers, (first, *_) = invited
    stage, page, guest = running[2], link(running[2], first), browse()
    plan(stage, callers.hearing)
    assert guest.post(f"{page}/briefing").status_code == 403
    callers.answer(first, Said.ACCEPT, via=Via.CALENDAR)
    assert guest.post(f"{page}/briefing").status_code == 403 and "还差一步" in words(guest.get(page))
    callers.accept(first)
    pack = guest.post(f"{page}/briefing")
    assert pack.status_code == 200 and "案情简介：双方争执" in words(pack) and "故意伤害" in words(pack)
    assert not any(one[1] in pack.text for one in PEOPLE)
    assert len([line for line in stage.journal() if line.act == "briefing-opened" and line.by == f"invited:{first}"]) == 1
    callers.set_state(HearingState.ENDED)
    assert guest.post(f"{page}/briefing").status_code == 403


def test_deputy_of_seventy_answers_with_two_touches(running: Running, invited: Any, open_page: Open) -> None:
    callers, (first, second, _) = invited
    for width, address in ((PHONE, link(running[2], first)), (PHONE, link(running[2], second))):
        phone = open_page(width, has_touch=True, is_mobile=True)
        phone.goto(running[0].url + address)
        axe(phone)
        if address == link(running[2], first):
            phone.get_by_role("link", name="我能参加").tap()
            button = phone.get_by_role("button", name="我声明，并参加")
            expect(button).to_be_visible()
            axe(phone)
            button.tap()
            expect(phone.get_by_role("heading", name="谢谢！您已答应参加")).to_be_visible()
        else:
            phone.get_by_role("link", name="我不能参加").tap()
            button = phone.get_by_role("button", name="家里有事")
            expect(button).to_be_visible()
            axe(phone)
            button.tap()
            expect(phone.get_by_role("heading", name="您已告知不能参加")).to_be_visible()
        axe(phone)
        sizes = phone.locator(".choice .button, .undo .button").evaluate_all("all => all.map(one => one.offsetHeight)")
        assert all(size >= 48 for size in sizes)
    assert (callers.get(first).state, callers.get(second).state) == (I.ACCEPTED, I.DECLINED)


def test_kiosk_takes_the_code_and_the_answer(running: Running, invited: Any, open_page: Open) -> None:
    callers, (first, *_) = invited
    kiosk = open_page(KIOSK, has_touch=True)
    kiosk.goto(f"{running[0].url}/sign-in")
    pair(kiosk, running)
    kiosk.goto(f"{running[0].url}/kiosk/booking")
    kiosk.locator("#text").fill(code(running[2], first))
    kiosk.locator("form.typing .button.main").tap()
    expect(kiosk.get_by_role("heading", name="诚邀您担任听证员")).to_be_visible()
    axe(kiosk)
    kiosk.get_by_role("link", name="我能参加").tap()
    button = kiosk.get_by_role("button", name="我声明，并参加")
    expect(button).to_be_visible()
    axe(kiosk)
    button.tap()
    expect(kiosk.get_by_role("heading", name="谢谢！您已答应参加")).to_be_visible()
    axe(kiosk)
    row = callers.get(first)
    assert (row.state, row.answered_via) == (I.ACCEPTED, Via.KIOSK) and row.undertaken_at is not None


def pair(page: Page, running: Running) -> None:
    """Any browser of staff may use the kiosk's pages."""
    page.locator("[name=account]").fill("daozhen")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button, form button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def test_desk_shows_one_line_a_person_with_way_and_next_step(
    browse: Browsers, running: Running, invited: Any, open_page: Open
) -> None:
    callers, (first, second, third) = invited
    tab = f"/desk/hearings/{callers.hearing}/invitations"
    callers.accept(first, needs=["wheelchair"])
    callers.answer(second, Said.PERHAPS, via=Via.CALENDAR, words="→ 2026-12-09 09:30 +0800")
    desk = browse("anguan")
    shown = words(desk.get(tab))
    for told in ("能来", "通过链接", "轮椅", "答复不明确，请打电话核实", "前答复"):
        assert told in shown, told
    assert name_of(running[2], third) not in desk.get(tab).text
    full = desk.post(f"{tab}/{third}/reveal")
    assert name_of(running[2], third) in full.text and "invitation-contact-shown" in [one.act for one in running[2].journal()]
    taken = {**hidden(full), "said": "decline", "via": "phone", "reason": "work"}
    kept = desk.post(f"{tab}/{third}/answer", data=taken)
    assert kept.status_code == 422
    assert desk.post(f"{tab}/{third}/answer", data={**taken, "evidence": "11月23日 15:10 本人来电"}).status_code == 303
    assert callers.get(third).state == I.DECLINED and callers.get(third).answered_via == Via.PHONE
    page = signed_in(open_page(), running[0], "anguan")
    page.goto(running[0].url + tab)
    axe(page)
    page.locator("details.adding summary").first.click()
    axe(page)


def signed_in(page: Page, centre: Centre, who: str) -> Page:
    page.context.request.post(f"{centre.url}/sign-in", form={"account": who, "password": PASSWORD})
    return page


def test_letter_is_printed_and_counts_as_posted(browse: Browsers, running: Running, invited: Any) -> None:
    callers, (first, *_) = invited
    paper = browse("anguan").post(f"/desk/hearings/{callers.hearing}/invitations/{first}/print")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF")
    assert {(one.channel, one.state) for one in callers.messages(first)} >= {("letter", "sent")}


def test_each_role_comes_as_far_as_it_may(browse: Browsers, running: Running, invited: Any) -> None:
    callers, (first, *_) = invited
    tab = f"/desk/hearings/{callers.hearing}/invitations"
    for who, seen, does in (("auditor", 200, 403), ("window3", 200, 303), ("daozhen", 403, 403), ("jianchazhang", 200, 403)):
        desk = browse(who)
        assert (desk.get(tab).status_code, desk.post(tab).status_code) == (seen, does), who
    other, _ = new_hearing(running[2], running[1])
    wrong = f"/desk/hearings/{other.hearing}/invitations/{first}/answer"
    assert browse("anguan").post(wrong, data={"said": "accept", "via": "phone", "evidence": "x"}).status_code == 404


def test_recusal_is_written_down_decided_by_the_chief_and_the_reserve_follows(
    browse: Browsers, running: Running, invited: Any, open_page: Open
) -> None:
    callers, (first, second, third) = invited
    stage, place = running[2], f"/desk/hearings/{callers.hearing}/recusals"
    for one in (first, second, third):
        callers.accept(one)
    handler, chief = browse("window3"), browse("jianchazhang")
    seat = f"seat:{callers.get(first).seat_id.hex}"
    party = next(row for row in stage.all(Participant) if row.hearing_id == callers.hearing)
    form = {"target": seat, "claimed_by": f"participant:{party.id.hex}", "ground": "interest", "oral": "yes",
            "words": "曾是对方单位的顾问"}
    assert handler.post(place, data={**form, "words": ""}).status_code == 422
    assert handler.post(place, data=form).status_code == 303 and handler.post(place, data=form).status_code == 409
    row = next(one for one in stage.all(Recusal) if one.hearing_id == callers.hearing)
    assert stage.vault.unseal(row.words, purpose=HEARING_CONTACT) == "曾是对方单位的顾问"
    assert handler.post(f"{place}/{row.id}/decide", data={"granted": "yes"}).status_code == 403
    assert "曾是对方单位的顾问" in words(chief.get("/desk/hearings/recusals"))
    page = signed_in(open_page(), running[0], "jianchazhang")
    page.goto(running[0].url + place)
    axe(page)
    assert chief.post(f"{place}/{row.id}/decide", data={"granted": "no"}).status_code == 422
    assert chief.post(f"{place}/{row.id}/decide", data={"granted": "yes"}).status_code == 303
    assert first not in callers.panel() and len(callers.panel()) == 3 and callers.get(first).state == I.REVOKED


def test_expired_link_says_so(browse: Browsers, running: Running) -> None:
    callers, (first, *_) = new_hearing(running[2], running[1], days=2)
    page = link(running[2], first)
    assert browse().get(page).status_code == 200
    old = token_of(callers.get(first), running[2].now() - timedelta(days=2), running[2].vault)
    gone = browse().get(f"/i/{old}")
    assert gone.status_code == 410 and "已过期" in words(gone)
