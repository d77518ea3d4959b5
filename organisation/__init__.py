"""What holds for the whole organisation: its name and sign, languages, calendar, hours, reasons for a break.

Owns these settings and tells every console of them. Asks access for the permission. Refuses what belongs to one person,
who has preferences, and to one installation, which has `core.settings`.
"""
