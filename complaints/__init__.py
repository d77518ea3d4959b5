"""Owns the regulated path of a complaint: source and subject, receipt, steps with deadlines, referral, review, its end.

Asks tickets for the complaint itself, sla for working days, interactions for the receipt, notices for who is told.
Refuses to let a complaint end without an outcome and an answer, and to be decided twice by the same person.
"""
