"""Owns business time: hours with holidays in three calendars, policies of service, and the clocks that run by them.

Asks nobody. Refuses to know what is being timed: a subject is a kind and an id, and its owner says what happened to it.
"""
