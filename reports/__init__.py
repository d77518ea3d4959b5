"""Owns figures of the desk over time: what is counted, by what, drilled into, exported, sent by itself.

Asks the tables of other folders, and changes none of them. Refuses to count what its reader may not see.
"""
