"""Pools, rules and numbers for the tests of the draw; all of it follows from the seed that is given."""

import random
import string

from hearings.panel import draw
from hearings.panel.lots import Commitment, EntropySource, PoolTicket, Quota, Rule

HEARING = "检听〔2026〕3号"
DICE = EntropySource("十枚骰子，到场当事人于开庭前当众掷出，自左至右", "123456", 10)
LOTTERY = EntropySource("2026年第130期开奖号码，每个两位", string.digits, 14)
CATEGORIES = ("npc_deputy", "cppcc_member", "expert", "lawyer", "mediator", "community")
SPECIALISMS = ("finance", "medicine", "environment")
FIVE = Rule(
    seats=5, least=3, most=7, no_majority=True, tiers=(2, 4), source="人民检察院审查案件听证工作规定 第八条",
    quotas=(Quota("人大代表或者政协委员", 1, ("npc_deputy", "cppcc_member")), Quota("懂金融的人员", 1, (), "finance")),
)


def number(rng: random.Random, source: EntropySource = DICE) -> str:
    return "".join(rng.choices(source.signs, k=source.length))


def nonce(rng: random.Random) -> str:
    return rng.randbytes(32).hex()


def ticket(member: int, *, key: str = "office key", hearing: str = HEARING, draw_number: int = 1) -> str:
    salt = draw.ticket_salt(key, hearing, draw_number, f"R-{member:04}")
    return draw.ticket_name(salt, hearing, draw_number, f"R-{member:04}")


def row(rng: random.Random, member: int, *, tiers: int = 3) -> PoolTicket:
    known = tuple(one for one in SPECIALISMS if rng.random() < 0.3)
    return PoolTicket(ticket(member), rng.choice(CATEGORIES), known, rng.randrange(tiers))


def pool(rng: random.Random, size: int) -> list[PoolTicket]:
    return [row(rng, member) for member in range(size)]


def rule(rng: random.Random) -> Rule:
    seats = rng.randint(3, 7)
    quotas, left = list[Quota](), seats
    while left and rng.random() < 0.7:
        least = rng.randint(1, min(2, left))
        categories = tuple(rng.sample(CATEGORIES, rng.randint(0, 3)))
        quotas.append(Quota(f"第{len(quotas) + 1}类", least, categories, rng.choice(("", "", *SPECIALISMS))))
        left -= least
    return Rule(seats, 3, 7, tuple(quotas), rng.random() < 0.5, (2, 4), "办法")


def promise(rng: random.Random, lots: Rule = FIVE, size: int = 40) -> tuple[Commitment, str]:
    """A commitment and the office's secret number."""
    secret = nonce(rng)
    return draw.commit_to(HEARING, 1, lots, pool(rng, size), nonce=secret, entropy_source=DICE), secret
