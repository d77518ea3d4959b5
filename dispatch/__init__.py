"""Owns visits: work at a customer's place, who goes there and when, what was done and signed for; periodic service.

Asks tickets for what a visit is about, geo for technicians, where they are and how long a way takes, automation for
how customers are told. Refuses to know how positions come in, and what a plan is worth: the judge in `planning` says.
"""
