"""What SMS and voice share of Twilio's 2010-04-01 API; the client library itself is `twilio`.

Owns the REST client, the signature check, TwiML, and the words for error codes. Asks the account's API host only.
Refuses every webhook that is not clearly signed by Twilio for that very account.
"""
