"""Who may do what, on whose data: staff, roles, branches, sign-in, API tokens, the audit trail.

Owns sessions and the list of permissions. Asks storage. Refuses to know what the permissions protect.
"""
