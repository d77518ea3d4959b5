"""Call flows: what a machine says and asks before a caller reaches people.

Owns flows with their drafts and published versions, the state of each call in one, and the path that it took. Asks
hours, customers and tickets while a call goes on, and says where a call that reaches people is placed. Refuses
publishing a flow in which a path has no end; a call stays on the version with which it began.
"""
