"""Owns tickets: what somebody asked for, who looks after it, and everything that was done about it.

Asks interactions for conversations, customers for people, routing for who gets a ticket, sla for when it is due.
Refuses to know what a complaint has to go through: that is for whoever guards its closing.
"""
