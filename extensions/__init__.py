"""Pages of other systems beside conversations and customers: which, for whom, and the context that they may trust.

Owns extensions and their secrets, and the signed context that a frame is told. Asks interactions and customers what
the person in front of the screen may see. Refuses our own origin, a page without TLS, and tokens in addresses.
"""
