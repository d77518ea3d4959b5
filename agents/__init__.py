"""Staff at work: skills, trust, capacity, presence, and the console's sockets.

Owns who is on the floor and the `/agent` namespace with its feed; other folders add their commands and their part of
the snapshot. Asks access who somebody is. Refuses to know what the agents work on: that is routing's and interactions'.
"""
