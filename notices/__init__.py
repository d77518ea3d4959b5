"""Colleagues among themselves at a document: comments, who looks after it, and who is told of what.

Owns comments, assignments and notifications, with the personal settings of what rings. Asks access who may see what,
and the owners of documents what they are called. Refuses to know what a document is: an owner serves its kind.
"""
