"""The numbers that plans go by and the ways out of a plan that has no lawful start, as an office begins with them, each with
its source. An office's own rows take their place."""

from hearings.proposals.problem import Rule, Way

HEARING_RULES = "人民检察院审查案件听证工作规定（2020）"
ROSTER_OPINION = "听证员库建设管理指导意见（2022）"
OWN_RULES = "本院听证工作办法（演示，可在制度项中修改）"

RULES = {
    "hearing.notice_days": Rule(3, f"{HEARING_RULES}第10条"),
    "hearing.panel_min": Rule(3, f"{HEARING_RULES}第8条"),
    "hearing.panel_max": Rule(7, f"{HEARING_RULES}第8条"),
    "hearing.no_majority": Rule(1, OWN_RULES),
    "hearing.daily_cap": Rule(1, OWN_RULES),
    "hearing.weekly_cap": Rule(2, OWN_RULES),
    "hearing.yearly_cap": Rule(12, OWN_RULES),
    "hearing.pool_factor": Rule(2, OWN_RULES),
}

WAYS = (
    Way("other_room", 1, "handler", OWN_RULES),
    Way("other_moderator", 2, "department_head", f"{HEARING_RULES}第13条"),
    Way("later", 3, "department_head", OWN_RULES, 10),
    Way("smaller_panel", 4, "chief_procurator", f"{HEARING_RULES}第8条", 3),
    Way("narrow_draw", 5, "chief_procurator", OWN_RULES),
    Way("notice_waived", 6, "parties", f"{HEARING_RULES}第10条"),
    Way("new_notice", 6, "chief_procurator", f"{HEARING_RULES}第10条"),
    Way("on_site", 7, "chief_procurator", f"{HEARING_RULES}第12条"),
    Way("outsider", 8, "chief_procurator", ROSTER_OPINION),
)
