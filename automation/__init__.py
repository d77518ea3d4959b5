"""Owns what happens to tickets by itself: rules on events and on time, macros of one click, and the log of both.

Asks tickets to change themselves, sla for business time, whoever writes to customers for a message. Refuses to react
to what it did itself: after something happened outside all rules see the ticket once, in their order, so no loop is
possible.
"""
