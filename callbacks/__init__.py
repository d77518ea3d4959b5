"""Calling back: who waits may hang up and keep the place, and who left and comes back gets it again.

Owns callbacks, their tries and what a queue offers to those who wait. Asks interactions, which places the calls, and
routing, in which the placeholder waits with the old key. Refuses to call anybody twice at a time, numbers that cost
extra, and a fourth try.
"""
