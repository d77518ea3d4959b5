"""Internal chat: direct chats, team rooms, and guests from other organisations by invitation.

Owns rooms, their members, messages and read marks. Asks access for people, notices to tell them, interactions for
files. Refuses to know what customers say: a message may point at a document, and each reader's rights decide what of it
is shown.
"""
