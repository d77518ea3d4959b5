"""Owns figures of the desk over time: what is counted, by what, drawn, drilled into, exported, sent by itself.

Reads what other folders keep and changes none of it. Refuses to count what its reader may not see.
"""
