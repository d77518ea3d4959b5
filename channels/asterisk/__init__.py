"""What the channel `ari` is made of: Asterisk's REST interface, its events, and what is done on hearing them.

Facts are from Asterisk's published ARI model (`rest-api/api-docs`). Owns nothing that a restart would lose: which call
belongs to which conversation stands in the names that we give to channels and bridges (`names`).
"""
