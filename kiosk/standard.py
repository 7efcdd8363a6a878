"""What a 12309 hall begins with: its usual services, windows, lanes, hours and numbers, each with where it comes from. An office
goes by its own rows from the first day on."""

from datetime import date, time

from shared.offices import Unit

SINCE = date(2026, 1, 1)
OWN_RULES = "设立时的建议值，请按本院规定核对"
PRIORITY_LAW = "残疾人保障法第55条；老年人权益保障法第58条；军人地位和权益保障法；本院接待规程"
SECURITY = "GB/T 22239-2019 身份鉴别；本院网络安全制度"
PRIVACY = "个人信息保护法第19条、第47条；本院个人信息保存期限规定"
LOGS = "网络安全法（网络日志留存不少于六个月）"

SERVICES = (
    # code, prefix, skill, minutes, by booking, 中文, English, hints, what to bring
    ("legal-consultation", "A", "consultation", 10, False, "法律咨询", "Legal consultation",
     "问一问法律和办事程序", "Questions about the law and where to turn",
     "身份证\n与问题有关的材料（没有也可以来问）", "ID card\nPapers about your question (if you have any)"),
    ("complaints-appeals", "B", "complaints", 20, False, "控告申诉", "Complaints and appeals",
     "控告、刑事申诉、民事行政监督", "Accusations, appeals, supervision of judgments",
     "身份证\n判决书、裁定书或不起诉决定书\n申诉状（没有也可以现场写）",
     "ID card\nThe judgment or decision\nYour written appeal (you can also write it here)"),
    ("compensation-aid", "C", "aid", 25, False, "国家赔偿与司法救助", "State compensation and judicial aid",
     "赔偿申请、生活困难救助", "Compensation claims, help in hardship",
     "身份证、户口簿\n受到损害的证明\n困难情况证明（村委会、居委会或单位出具）",
     "ID card and household book\nProof of the harm\nProof of hardship (from your village, neighbourhood or employer)"),
    ("lawyers-cases", "D", "lawyers", 12, False, "律师接待与案件管理", "Lawyers and case management",
     "阅卷、递交材料、程序信息", "File reading, handing in papers, progress of a case",
     "律师执业证\n律师事务所证明\n委托书或法律援助公函",
     "Lawyer's licence\nLetter of your firm\nPower of attorney or legal-aid letter"),
    ("chief-procurator", "E", "reception", 30, True, "检察长接待", "Chief procurator's reception",
     "请先预约", "By booking", "身份证\n相关法律文书", "ID card\nThe legal documents of the case"),
)
WINDOWS = (
    ("1", ("consultation",)),
    ("2", ("consultation", "complaints")),
    ("3", ("complaints",)),
    ("4", ("aid", "complaints")),
    ("5", ("lawyers",)),
    ("6", ("lawyers", "reception", "consultation")),
)
LANES = (
    ("elderly", "60岁以上老年人", "Aged 60 or over", "", "accessibility"),
    ("disability", "残疾人", "Person with a disability", "", "accessibility"),
    ("pregnant", "孕妇或带婴幼儿", "Pregnant or with an infant", "", "baby"),
    ("military", "军人及军属", "Service member or military family", "", "shield"),
    ("lawyer", "律师", "Lawyer", "lawyers", "scale"),
)
LANE_MINUTES = 20
# Monday to Friday; rest days and working Saturdays are the calendar's.
WORKDAYS = range(5)
HOURS = ((time(8, 30), time(12)), (time(14, 30), time(17, 30)))
# Discreet visits: the letter of numbers that tell nothing, the rooms, who may see them, the services that offer it at the kiosk.
DISCREET = ("N", "接待室\n谈话室", "Reception room\nInterview room", ("receiver", "supervisor"), ("complaints-appeals",))
# Bookings: service, weekdays (Monday is 0), weeks of the month (empty: all), from, until, minutes, places. At most 40 % of what
# the windows can do in an hour, so that who comes without is served as well.
CONTINGENTS = (
    ("legal-consultation", "0,1,2,3,4", "", time(8, 30), time(17, 30), 30, 2),
    ("complaints-appeals", "0,1,2,3,4", "", time(8, 30), time(17, 30), 30, 1),
    ("compensation-aid", "0,1,2,3,4", "", time(8, 30), time(17, 30), 60, 1),
    ("lawyers-cases", "0,1,2,3,4", "", time(8, 30), time(17, 30), 30, 2),
    ("chief-procurator", "2", "1,3", time(9), time(11, 30), 30, 1),
)
# Key, number, unit, source (None: the office's own rules).
PROVISIONS = (
    ("order.cap_minutes", 60, Unit.MINUTES, None),
    ("order.deferral_minutes", 15, Unit.MINUTES, None),
    ("order.deferrals", 2, Unit.TIMES, None),
    ("order.return_credit", 10, Unit.MINUTES, None),
    ("order.return_minutes", 30, Unit.MINUTES, None),
    ("order.return_calls", 2, Unit.TIMES, None),
    ("order.errand_minutes", 40, Unit.MINUTES, None),
    ("order.booking_head_start", 45, Unit.MINUTES, None),
    ("order.booking_early", 5, Unit.MINUTES, None),
    ("order.booking_late", 10, Unit.MINUTES, None),
    ("order.late_booking_head_start", 10, Unit.MINUTES, None),
    ("order.closing_grace", 30, Unit.MINUTES, None),
    ("ticket.expires_hours", 12, Unit.HOURS, None),
    ("booking.horizon_days", 30, Unit.DAYS, None),
    ("booking.lead_minutes", 60, Unit.MINUTES, None),
    ("booking.per_phone", 2, Unit.TIMES, None),
    ("booking.tries", 6, Unit.TIMES, None),
    ("booking.try_minutes", 60, Unit.MINUTES, None),
    ("booking.changes", 3, Unit.TIMES, None),
    ("booking.return_least", 10, Unit.MINUTES, None),
    ("booking.return_most", 90, Unit.MINUTES, None),
    ("booking.check_in_minutes", 60, Unit.MINUTES, None),
    ("booking.remind_hour", 10, Unit.HOURS, None),
    ("call.repeat_seconds", 60, Unit.SECONDS, None),
    ("call.repeats", 2, Unit.TIMES, None),
    ("call.lease_seconds", 6, Unit.SECONDS, None),
    ("watch.transferred_minutes", 20, Unit.MINUTES, None),
    ("watch.called_minutes", 6, Unit.MINUTES, None),
    ("watch.apart_minutes", 15, Unit.MINUTES, None),
    ("watch.held_minutes", 30, Unit.MINUTES, None),
    ("watch.silent_minutes", 3, Unit.MINUTES, None),
    ("watch.unprinted_minutes", 2, Unit.MINUTES, None),
    ("watch.press_minutes", 5, Unit.MINUTES, None),
    ("watch.help_minutes", 3, Unit.MINUTES, None),
    ("watch.escalate_minutes", 10, Unit.MINUTES, None),
    ("watch.door_minutes", 15, Unit.MINUTES, None),
    ("watch.door_people", 5, Unit.TIMES, None),
    ("watch.outcome_minutes", 60, Unit.MINUTES, None),
    ("kiosk.idle_seconds", 45, Unit.SECONDS, None),
    ("kiosk.question_seconds", 20, Unit.SECONDS, None),
    ("kiosk.extensions", 10, Unit.TIMES, None),
    ("kiosk.personal_seconds", 30, Unit.SECONDS, None),
    ("kiosk.block_numbers", 10, Unit.PLACES, None),
    ("kiosk.hand_in_hours", 12, Unit.HOURS, None),
    ("door.failures", 5, Unit.TIMES, SECURITY),
    ("door.lock_minutes", 10, Unit.MINUTES, SECURITY),
    ("door.idle_minutes", 30, Unit.MINUTES, SECURITY),
    ("lookup.failures", 5, Unit.TIMES, None),
    ("lookup.lock_minutes", 30, Unit.MINUTES, None),
    ("reply.procedural_days", 7, Unit.DAYS, "人民检察院刑事诉讼规则（2019）第161、163条"),
    ("reply.substantive_months", 3, Unit.MONTHS, "人民检察院刑事诉讼规则（2019）第163条"),
    ("retention.ticket_days", 30, Unit.DAYS, PRIVACY),
    ("retention.task_days", 30, Unit.DAYS, PRIVACY),
    ("retention.booking_days", 30, Unit.DAYS, PRIVACY),
    ("retention.message_days", 180, Unit.DAYS, PRIVACY),
    ("retention.observer_days", 30, Unit.DAYS, PRIVACY),
    ("retention.receipt_days", 30, Unit.DAYS, PRIVACY),
    ("retention.sign_in_days", 180, Unit.DAYS, LOGS),
    ("retention.attempt_days", 1, Unit.DAYS, SECURITY),
)
