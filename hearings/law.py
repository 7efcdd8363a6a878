"""What the office goes by when it prepares a hearing: articles in our words with their sources, and the numbers. Data that
`centre.found_hearings` writes once; afterwards the rows hold."""

from datetime import date

from shared.offices import Unit

HEARING_RULES = "人民检察院审查案件听证工作规定（高检发办字〔2020〕53号）"
ROSTER_OPINION = "人民检察院听证员库建设管理指导意见（2022）"
PROCEDURE_RULES = "人民检察院刑事诉讼规则（2019）第24至37条"
PROCEDURE_LAW = "中华人民共和国刑事诉讼法第29条"
OWN_RULES = "本院听证工作规定（演示，可在制度项中修改）"
OWN_SETTING = "本院自行设定（无统一规定，可在制度项中修改）"
SINCE = date(2020, 9, 14)  # the day the hearing rules were issued

# Key, number, unit, source. Minutes of the day count from local midnight.
STANDARD = (
    ("hearing.notice_days", 3, Unit.DAYS, f"{HEARING_RULES}第10条"),
    ("hearing.panel_min", 3, Unit.PLACES, f"{HEARING_RULES}第8条"),
    ("hearing.panel_max", 7, Unit.PLACES, f"{HEARING_RULES}第8条"),
    ("hearing.officer_age", 23, Unit.YEARS, f"{HEARING_RULES}第7条"),
    ("hearing.reply_workdays", 2, Unit.DAYS, OWN_RULES),
    ("hearing.reminder_days", 1, Unit.DAYS, OWN_RULES),
    ("hearing.daily_cap", 1, Unit.TIMES, OWN_RULES),
    ("hearing.weekly_cap", 2, Unit.TIMES, OWN_RULES),
    ("hearing.yearly_cap", 12, Unit.TIMES, OWN_RULES),
    ("hearing.no_majority", 1, Unit.TIMES, OWN_RULES),
    ("hearing.plan_days", 60, Unit.DAYS, OWN_RULES),
    ("hearing.pool_factor", 2, Unit.TIMES, OWN_RULES),
    ("hearing.load_step", 3, Unit.TIMES, OWN_RULES),
    ("hearing.minutes", 90, Unit.MINUTES, OWN_RULES),
    ("hearing.day_begins", 540, Unit.MINUTES, OWN_RULES),
    ("hearing.day_ends", 1050, Unit.MINUTES, OWN_RULES),
    ("hearing.lunch_begins", 720, Unit.MINUTES, OWN_RULES),
    ("hearing.lunch_ends", 840, Unit.MINUTES, OWN_RULES),
    ("hearing.observer_seats", 10, Unit.PLACES, OWN_RULES),
    ("hearing.media_seats", 4, Unit.PLACES, OWN_RULES),
    ("hearing.observer_cutoff_hours", 24, Unit.HOURS, OWN_RULES),
    ("hearing.observer_waiting", 30, Unit.PLACES, OWN_RULES),
    ("hearing.observer_tries", 5, Unit.TIMES, OWN_RULES),
    ("hearing.observer_try_minutes", 60, Unit.MINUTES, OWN_RULES),
    ("hearing.recusal_days", 3, Unit.DAYS, "人民检察院民事诉讼监督规则第22条（作为本院规定适用）"),
    ("hearing.reconsider_days", 5, Unit.DAYS, PROCEDURE_RULES),
    ("hearing.reconsidered_days", 3, Unit.DAYS, PROCEDURE_RULES),
    ("hearing.check_months", 12, Unit.MONTHS, OWN_SETTING),
    ("hearing.check_warning_days", 30, Unit.DAYS, OWN_SETTING),
    ("hearing.minutes_most", 480, Unit.MINUTES, OWN_SETTING),
    ("hearing.contradiction_minutes", 60, Unit.MINUTES, OWN_SETTING),
    ("hearing.regret_seconds", 30, Unit.SECONDS, OWN_SETTING),
    ("hearing.link_days_after", 1, Unit.DAYS, OWN_SETTING),
)

# Code, 中文, English, open as a rule, article (Arts. 4 and 5).
CASE_TYPES = (
    ("criminal-appeal", "刑事申诉案件", "Criminal appeal", True, "openness"),
    ("non-prosecution", "拟不起诉案件", "Proposed non-prosecution", True, "openness"),
    ("civil-supervision", "民事诉讼监督案件", "Civil litigation supervision", True, "openness"),
    ("administrative-supervision", "行政诉讼监督案件", "Administrative litigation supervision", True, "openness"),
    ("public-interest", "公益诉讼案件", "Public-interest litigation", True, "openness"),
    ("petition", "信访案件", "Letters and visits", True, "openness"),
    ("judicial-aid", "司法救助案件", "Judicial aid", True, "openness"),
    ("detention-necessity", "羁押必要性审查案件", "Detention-necessity review", False, "openness"),
    ("arrest-review", "审查逮捕案件", "Arrest review", False, "openness"),
    ("detention-extension", "审查延长羁押期限案件", "Extension of detention", False, "openness"),
)

# Code, group for quotas, 中文, English.
CATEGORIES = (
    ("npc-deputy", "delegate", "人大代表", "NPC deputy"),
    ("cppcc-member", "delegate", "政协委员", "CPPCC member"),
    ("legal-expert", "professional", "法学专家", "Legal expert"),
    ("expert", "professional", "专业人士", "Expert of another field"),
    ("lawyer", "professional", "律师", "Lawyer"),
    ("mediator", "community", "人民调解员", "People's mediator"),
    ("community", "community", "社区工作者", "Community worker"),
    ("other", "community", "其他社会人士", "Other citizen"),
)

SPECIALISMS = (
    ("criminal-law", "刑事法律", "Criminal law"),
    ("civil-law", "民商事法律", "Civil and commercial law"),
    ("administrative-law", "行政法律", "Administrative law"),
    ("finance", "金融财务", "Finance and accounting"),
    ("medicine", "医疗卫生", "Medicine"),
    ("environment", "生态环境", "Environment"),
    ("engineering", "工程建设", "Engineering"),
    ("psychology", "心理咨询", "Psychology"),
    ("minors", "未成年人保护", "Protection of minors"),
    ("land", "土地农业", "Land and farming"),
)

# Items of the eligibility checklist (Art. 7); the last is a check of the office's own. True: the answer "yes" bars.
ELIGIBILITY = (
    ("citizen", False), ("age", False), ("upright", False), ("able", False),
    ("criminal-punishment", True), ("dismissed", True), ("licence-revoked", True), ("serious-breach", True),
    ("dishonest-debtor", True),
)  # fmt: skip

# Code, 中文, English, wording in our words (中文, English), source.
ARTICLES = (
    ("approval", "第4条", "Article 4", "拟听证的案件，须经检察长批准。",
     "A hearing is held only with the chief procurator's approval.", HEARING_RULES),
    ("openness", "第5条", "Article 5",
     "不起诉、申诉、民事、行政和公益诉讼案件一般公开听证；审查逮捕、羁押必要性审查以及当事人是未成年人的案件一般不公开。",
     "Hearings on non-prosecution, appeals, civil, administrative and public-interest cases are open as a rule; those on arrest "
     "and detention, and all that concern a minor, are not.", HEARING_RULES),
    ("eligibility", "第7条", "Article 7",
     "听证员须年满二十三周岁，与案件没有利害关系，并且没有受过刑事处罚、被开除公职、吊销执业证书等情形。",
     "A hearing officer is at least 23 years old, has no interest in the case, and has never been punished for a crime, "
     "dismissed from public office or struck off a professional register.", HEARING_RULES),
    ("panel-size", "第8条", "Article 8", "听证员一般为三至七人。",
     "A panel has three to seven officers as a rule.", HEARING_RULES),
    ("application", "第9条", "Article 9", "当事人可以申请听证；不同意的，应当说明理由。",
     "A party may apply for a hearing; a refusal states its reasons.", HEARING_RULES),
    ("notice", "第10条", "Article 10",
     "听证会三日前告知参加人案由、时间和地点，告知当事人主持人和听证员的姓名、身份；公开听证的，发布公告。",
     "Three days before, participants are told the cause, time and place; parties are told the names and identities of the "
     "moderator and the officers; an open hearing is announced in public.", HEARING_RULES),
    ("place", "第12条", "Article 12", "听证会一般在听证室举行；确需在其他场所举行的，须经检察长批准。",
     "A hearing is held in a hearing room; elsewhere only with the chief procurator's approval.", HEARING_RULES),
    ("moderator", "第13条", "Article 13", "听证会由承办检察官或办案组的主办检察官主持；检察长或部门负责人承办的，由其主持。",
     "The prosecutor in charge moderates; a chief procurator or head of department who handles the case does so themself.",
     HEARING_RULES),
    ("no-room-twice", "听证室使用", "Use of rooms", "同一听证室、同一人员在同一时段只能安排一场听证。",
     "A room or a person serves one hearing at a time.", OWN_RULES),
    ("roster", "听证员库", "Roster", "听证员一般从听证员库中随机抽取；确需邀请库外人员或者指定人员的，须说明理由并经批准。",
     "Officers are drawn from the roster by lot; anybody else, or a choice without a draw, needs a reason and approval.",
     ROSTER_OPINION),
    ("same-firm", "利害关系", "Conflict of interest", "与当事人、代理人同一单位或者同一律师事务所的，不参加本案听证。",
     "Nobody of the same employer or law firm as a party or its counsel sits on the case.", PROCEDURE_LAW),
    ("recusal", "回避", "Recusal", "申请回避的，由检察长决定；驳回的，可以申请复议一次。",
     "The chief procurator decides on a request to step aside; a refusal may be reconsidered once.", PROCEDURE_RULES),
    ("notice-proof", "告知送达", "Proof of notice", "应当告知的人员未确认收到且未放弃的，不得开始听证。",
     "A hearing does not begin while somebody entitled to notice has neither received nor waived it.", OWN_RULES),
)
