"""Verdicts worked out by hand: what a rule book, a wall clock and a calendar say. Moments are UTC.

One case is one moment: (number, kind, day, {time: rule}). `ok` may be dialled.
"""

from __future__ import annotations

NEW_YORK, CHICAGO, DENVER, LOS_ANGELES = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
US, GB, FR, DE, IT = "+12125550123", "+442071838750", "+33145678901", "+493012345678", "+390612345678"
AE, SA, IR, JO = "+971501234567", "+966512345678", "+989121234567", "+962790123456"
US_WINDOW, DEBT_WINDOW = "us_ftc_fcc.window", "us_debt_reg_f.window"

# number, own zone, kind, medium, day, {UTC time: rule}
MOMENTS: tuple[tuple[str, str, str, str, str, dict[str, str]], ...] = (
    # Winter, UTC-5: 8:00 is 13:00, 21:00 is 02:00 of the next day.
    (
        US,
        NEW_YORK,
        "telesales",
        "voice",
        "2026-01-15",
        {"00:30": "ok", "01:59": "ok", "02:00": US_WINDOW, "12:59": US_WINDOW, "13:00": "ok", "18:00": "ok"},
    ),
    # Summer, UTC-4.
    (
        US,
        NEW_YORK,
        "telesales",
        "voice",
        "2026-07-15",
        {"00:59": "ok", "01:00": US_WINDOW, "11:59": US_WINDOW, "12:00": "ok", "23:59": "ok"},
    ),
    # 8 March 2026: clocks go forward at 2:00, the window begins an hour earlier by UTC.
    (US, NEW_YORK, "telesales", "voice", "2026-03-07", {"12:59": US_WINDOW, "13:00": "ok"}),
    (
        US,
        NEW_YORK,
        "telesales",
        "voice",
        "2026-03-08",
        {"01:59": "ok", "02:00": US_WINDOW, "11:59": US_WINDOW, "12:00": "ok"},
    ),
    # 1 November 2026: back at 2:00.
    (
        US,
        NEW_YORK,
        "telesales",
        "voice",
        "2026-11-01",
        {"00:59": "ok", "01:00": US_WINDOW, "12:00": US_WINDOW, "12:59": US_WINDOW, "13:00": "ok"},
    ),
    (
        US,
        CHICAGO,
        "research",
        "voice",
        "2026-01-15",
        {"02:59": "ok", "03:00": US_WINDOW, "13:59": US_WINDOW, "14:00": "ok"},
    ),
    (
        US,
        DENVER,
        "research",
        "voice",
        "2026-01-15",
        {"03:59": "ok", "04:00": US_WINDOW, "14:59": US_WINDOW, "15:00": "ok"},
    ),
    (
        US,
        LOS_ANGELES,
        "renewal",
        "voice",
        "2026-01-15",
        {"04:59": "ok", "05:00": US_WINDOW, "15:59": US_WINDOW, "16:00": "ok"},
    ),
    (
        US,
        "America/Phoenix",
        "renewal",
        "voice",
        "2026-07-15",
        {"03:59": "ok", "04:00": US_WINDOW, "14:59": US_WINDOW, "15:00": "ok"},
    ),
    (
        US,
        "Pacific/Honolulu",
        "renewal",
        "voice",
        "2026-07-15",
        {"06:59": "ok", "07:00": US_WINDOW, "17:59": US_WINDOW, "18:00": "ok"},
    ),
    # Texts keep the same hours.
    (US, NEW_YORK, "announcement", "sms", "2026-01-15", {"12:59": US_WINDOW, "13:00": "ok"}),
    # No zone of its own: from New York (21:00 is 02:00) to Honolulu and Adak (8:00 is 18:00).
    (
        US,
        "",
        "telesales",
        "voice",
        "2026-01-15",
        {"01:59": "ok", "02:00": US_WINDOW, "13:00": US_WINDOW, "17:59": US_WINDOW, "18:00": "ok", "23:00": "ok"},
    ),
    # Summer: New York ends at 01:00; Honolulu keeps 18:00.
    (
        US,
        "",
        "telesales",
        "voice",
        "2026-07-15",
        {"00:59": "ok", "01:00": US_WINDOW, "17:59": US_WINDOW, "18:00": "ok"},
    ),
    (US, NEW_YORK, "payment_reminder", "voice", "2026-01-15", {"13:00": "ok", "18:00": "ok", "01:59": "ok"}),
    # A phone whose owner lives elsewhere is judged by the law of its country and the clocks of its owner.
    (
        US,
        "Asia/Tehran",
        "telesales",
        "voice",
        "2026-01-15",
        {"04:29": US_WINDOW, "04:30": "ok", "17:29": "ok", "17:30": US_WINDOW},
    ),
    # The United Kingdom has no hours by law.
    (GB, "", "telesales", "voice", "2026-01-15", {"00:00": "ok", "03:00": "ok", "12:00": "ok", "23:59": "ok"}),
    # France, winter UTC+1, a Thursday: 10-13 and 14-20.
    (
        FR,
        "",
        "renewal",
        "voice",
        "2026-01-15",
        {
            "08:59": "fr_2022_1313.window",
            "09:00": "ok",
            "11:59": "ok",
            "12:00": "fr_2022_1313.window",
            "12:59": "fr_2022_1313.window",
            "13:00": "ok",
            "18:59": "ok",
            "19:00": "fr_2022_1313.window",
        },
    ),
    # Summer, UTC+2, a Wednesday.
    (
        FR,
        "",
        "renewal",
        "voice",
        "2026-07-15",
        {
            "07:59": "fr_2022_1313.window",
            "08:00": "ok",
            "10:59": "ok",
            "11:00": "fr_2022_1313.window",
            "12:00": "ok",
            "17:59": "ok",
            "18:00": "fr_2022_1313.window",
        },
    ),
    # 14 July, Easter Monday (6 April), Ascension (14 May), Whit Monday (25 May), Saturday, Sunday.
    (FR, "", "renewal", "voice", "2026-07-14", {"09:00": "fr_2022_1313.window", "13:00": "fr_2022_1313.window"}),
    (FR, "", "renewal", "voice", "2026-04-06", {"09:00": "fr_2022_1313.window"}),
    (FR, "", "renewal", "voice", "2026-04-07", {"09:00": "ok"}),
    (FR, "", "renewal", "voice", "2026-05-14", {"09:00": "fr_2022_1313.window"}),
    (FR, "", "renewal", "voice", "2026-05-25", {"09:00": "fr_2022_1313.window"}),
    (FR, "", "renewal", "voice", "2026-12-25", {"10:00": "fr_2022_1313.window"}),
    (FR, "", "renewal", "voice", "2026-01-01", {"10:00": "fr_2022_1313.window"}),
    (FR, "", "renewal", "voice", "2026-01-17", {"10:00": "fr_2022_1313.window"}),
    (FR, "", "renewal", "voice", "2026-01-18", {"10:00": "fr_2022_1313.window"}),
    # Other purposes are not canvassing.
    (FR, "", "appointment_reminder", "voice", "2026-07-14", {"09:00": "ok", "21:00": "ok"}),
    # Only with consent from 11 August 2026 on.
    (FR, "", "telesales", "voice", "2026-08-10", {"09:00": "ok", "21:00": "fr_2022_1313.window"}),
    (
        FR,
        "",
        "telesales",
        "voice",
        "2026-08-11",
        {"09:00": "fr_2026_opt_in.consent", "21:00": "fr_2026_opt_in.consent"},
    ),
    (DE, "", "telesales", "voice", "2026-01-15", {"10:00": "de_uwg7.consent"}),
    (DE, "", "renewal", "sms", "2026-01-15", {"10:00": "de_uwg7.consent"}),
    (DE, "", "appointment_reminder", "voice", "2026-01-15", {"10:00": "ok", "03:00": "ok"}),
    # Italy, winter UTC+1: Thursday 9-20, Saturday 10-19, Sunday never.
    (
        IT,
        "",
        "telesales",
        "voice",
        "2026-01-15",
        {"07:59": "it_2024.window", "08:00": "ok", "18:59": "ok", "19:00": "it_2024.window"},
    ),
    (
        IT,
        "",
        "telesales",
        "voice",
        "2026-01-17",
        {"08:59": "it_2024.window", "09:00": "ok", "17:59": "ok", "18:00": "it_2024.window"},
    ),
    (IT, "", "telesales", "voice", "2026-01-18", {"10:00": "it_2024.window", "15:00": "it_2024.window"}),
    (IT, "", "telesales", "voice", "2026-03-28", {"08:59": "it_2024.window", "09:00": "ok"}),
    (
        IT,
        "",
        "telesales",
        "voice",
        "2026-03-30",
        {"06:59": "it_2024.window", "07:00": "ok", "17:59": "ok", "18:00": "it_2024.window"},
    ),
    (IT, "", "satisfaction", "voice", "2026-01-18", {"10:00": "ok"}),
    # Dubai, UTC+4 all year: 9-18.
    (
        AE,
        "",
        "telesales",
        "voice",
        "2026-01-15",
        {"04:59": "ae_2024_56.window", "05:00": "ok", "13:59": "ok", "14:00": "ae_2024_56.window"},
    ),
    (
        AE,
        "",
        "research",
        "recording",
        "2026-07-15",
        {"04:59": "ae_2024_56.window", "05:00": "ok", "13:59": "ok", "14:00": "ae_2024_56.window"},
    ),
    (AE, "", "payment_reminder", "voice", "2026-01-15", {"03:00": "ok", "20:00": "ok"}),
    (AE, "", "telesales", "voice", "2024-08-26", {"19:59": "ok", "20:00": "ae_2024_56.window"}),
    (AE, "", "telesales", "voice", "2024-08-27", {"20:00": "ae_2024_56.window"}),
    # Riyadh, UTC+3.
    (SA, "", "telesales", "voice", "2026-01-15", {"10:00": "sa_cst.consent"}),
    (SA, "", "announcement", "sms", "2026-01-15", {"10:00": "sa_cst_sms.consent"}),
    (SA, "", "appointment_reminder", "sms", "2026-01-15", {"10:00": "ok", "23:00": "ok"}),
    (SA, "", "satisfaction", "voice", "2026-01-15", {"23:00": "ok"}),
    # Tehran, UTC+3:30 all year since 2022: marketing never, service 8-21.
    (
        IR,
        "",
        "telesales",
        "voice",
        "2026-01-15",
        {"08:00": "ir_cra_marketing.forbidden", "20:00": "ir_cra_marketing.forbidden"},
    ),
    (IR, "", "renewal", "recording", "2026-07-15", {"08:00": "ir_cra_marketing.forbidden"}),
    (
        IR,
        "",
        "satisfaction",
        "voice",
        "2026-01-15",
        {"04:29": "ir_cra_service.window", "04:30": "ok", "17:29": "ok", "17:30": "ir_cra_service.window"},
    ),
    (
        IR,
        "",
        "payment_reminder",
        "voice",
        "2026-07-15",
        {"04:29": "ir_cra_service.window", "04:30": "ok", "17:29": "ok", "17:30": "ir_cra_service.window"},
    ),
    (IR, "", "telesales", "sms", "2026-01-15", {"08:00": "ir_cra_sms.consent"}),
    (IR, "", "appointment_reminder", "sms", "2026-01-15", {"08:00": "ok", "22:00": "ok"}),
    # A country of which no preset speaks.
    (JO, "", "telesales", "voice", "2026-01-15", {"00:00": "ok", "08:00": "ok", "23:00": "ok"}),
    (JO, "", "announcement", "sms", "2026-01-15", {"00:00": "ok"}),
)

# As above, with consent on record.
WITH_CONSENT: tuple[tuple[str, str, str, str, str, dict[str, str]], ...] = (
    (FR, "", "telesales", "voice", "2026-08-11", {"09:00": "ok", "21:00": "fr_2022_1313.window"}),
    (FR, "", "telesales", "voice", "2026-08-15", {"09:00": "fr_2022_1313.window"}),
    (DE, "", "telesales", "voice", "2026-01-15", {"10:00": "ok", "23:00": "ok"}),
    (DE, "", "renewal", "sms", "2026-01-15", {"10:00": "ok"}),
    (
        SA,
        "",
        "telesales",
        "voice",
        "2026-01-15",
        {"05:59": "sa_cst.window", "06:00": "ok", "18:59": "ok", "19:00": "sa_cst.window"},
    ),
    (
        SA,
        "",
        "announcement",
        "sms",
        "2026-07-15",
        {"05:59": "sa_cst_sms.window", "06:00": "ok", "18:59": "ok", "19:00": "sa_cst_sms.window"},
    ),
    (IR, "", "telesales", "sms", "2026-01-15", {"08:00": "ok"}),
    (IR, "", "telesales", "voice", "2026-01-15", {"08:00": "ir_cra_marketing.forbidden"}),
)

# number, kind, moment, [(hours before, what it came to)], rule, hours from the moment until it may be asked again
HISTORIES: tuple[tuple[str, str, str, tuple[tuple[float, str], ...], str, float | None], ...] = (
    # Regulation F: seven in seven days, seven days after a talk. The moment is noon in New York.
    (US, "payment_reminder", "2026-01-15T17:00", (), "ok", None),
    (US, "payment_reminder", "2026-01-15T17:00", ((2, "unanswered"),) * 6, "ok", None),
    (US, "payment_reminder", "2026-01-15T17:00", tuple((24 * n, "unanswered") for n in range(1, 7)), "ok", None),
    (
        US,
        "payment_reminder",
        "2026-01-15T17:00",
        tuple((20 * n, "unanswered") for n in range(1, 8)),
        "us_debt_reg_f.frequency",
        28,
    ),
    (US, "payment_reminder", "2026-01-15T17:00", ((24, "talked"),), "us_debt_reg_f.after_talk", 144),
    (US, "payment_reminder", "2026-01-15T17:00", ((168, "talked"),), "ok", None),
    (US, "payment_reminder", "2026-01-15T17:00", ((167, "talked"),), "us_debt_reg_f.after_talk", 1),
    (US, "payment_reminder", "2026-01-15T17:00", ((24, "refused"),), "us_debt_reg_f.after_talk", 144),
    (US, "telesales", "2026-01-15T17:00", ((24, "talked"),), "ok", None),
    (US, "telesales", "2026-01-15T17:00", tuple((n, "unanswered") for n in range(1, 20)), "ok", None),
    # Nine hours from noon it is 21:00: the pause goes on until the window opens, at 8:00.
    (US, "payment_reminder", "2026-01-15T17:00", ((159, "talked"),), "us_debt_reg_f.after_talk", 20),
    # Ofcom: 72 hours after an abandoned call.
    (GB, "telesales", "2026-01-15T12:00", ((71, "abandoned"),), "uk_ofcom_2017.after_abandon", 1),
    (GB, "telesales", "2026-01-15T12:00", ((72, "abandoned"),), "ok", None),
    (GB, "telesales", "2026-01-15T12:00", ((1, "unanswered"), (2, "unanswered")), "ok", None),
    (GB, "satisfaction", "2026-01-15T12:00", ((1, "abandoned"),), "uk_ofcom_2017.after_abandon", 71),
    # France: four in thirty days, sixty days after a refusal. Thursday noon in Paris.
    (FR, "renewal", "2026-01-15T11:00", ((24, "unanswered"),) * 3, "ok", None),
    (
        FR,
        "renewal",
        "2026-01-15T11:00",
        tuple((24 * n, "unanswered") for n in range(1, 5)),
        "fr_2022_1313.frequency",
        24 * 26,
    ),
    (FR, "renewal", "2026-01-15T11:00", tuple((720 + n, "talked") for n in range(5)), "ok", None),
    (FR, "renewal", "2026-01-15T11:00", ((24 * 59, "refused"),), "fr_2022_1313.after_refusal", 24),
    (FR, "renewal", "2026-01-15T11:00", ((24 * 60, "refused"),), "ok", None),
    (FR, "renewal", "2026-01-15T11:00", ((24 * 58, "refused"),), "fr_2022_1313.after_refusal", 94),
    (FR, "payment_reminder", "2026-01-15T11:00", ((24, "refused"),), "ok", None),
    # The Emirates: once a day by the clocks of Dubai, twice a week unanswered, never after a refusal. Noon in Dubai.
    (AE, "telesales", "2026-01-15T08:00", ((2, "unanswered"),), "ae_2024_56.frequency", 21),
    (AE, "telesales", "2026-01-15T08:00", ((2, "talked"),), "ae_2024_56.frequency", 21),
    (AE, "telesales", "2026-01-15T08:00", ((13, "talked"),), "ok", None),
    (AE, "telesales", "2026-01-15T08:00", ((24, "unanswered"),), "ok", None),
    (AE, "telesales", "2026-01-15T08:00", ((24, "unanswered"), (48, "unanswered")), "ae_2024_56.frequency", 120),
    (AE, "telesales", "2026-01-15T08:00", ((24, "machine"), (48, "unanswered")), "ae_2024_56.frequency", 120),
    (AE, "telesales", "2026-01-15T08:00", ((24, "talked"), (48, "unanswered")), "ok", None),
    (AE, "telesales", "2026-01-15T08:00", ((24 * 400, "refused"),), "ae_2024_56.after_refusal", 24 * (36500 - 400)),
    (AE, "payment_reminder", "2026-01-15T08:00", ((1, "refused"),), "ok", None),
    # Tehran, Amman: no caps by preset.
    (IR, "satisfaction", "2026-01-15T08:00", ((1, "unanswered"),) * 5, "ok", None),
    (JO, "telesales", "2026-01-15T08:00", ((1, "unanswered"),) * 5, "ok", None),
)
