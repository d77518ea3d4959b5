"""People and organisations that contact the centre: register, identities, merging.

Owns who somebody is and by which addresses they are found. Asks access for permissions. Refuses to know what they said:
that is interactions'.
"""
