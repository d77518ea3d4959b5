"""Queues, requirements, the pure engine, offers and the elected router: who gets which work, and why.

Owns queues and their rules, the order of waiting work, the choice of the agent, reservations and what is written about
each decision. Asks agents for skills, trust, presence and capacity, and is told of work by those who made it. Refuses
to relax a permission or a trust level, to give one work to two agents, to load an agent above the capacity, and to
decide by anything but its arguments: the engine reads no clock, no chance and no database.
"""
