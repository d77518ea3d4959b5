"""What remains of calls and texts: recordings, voicemail, who wants no texts, texts to many, and what carriers cost.

Owns recordings with how long they are kept, consent to texts, batches of texts, and prices. Asks interactions for the
conversations in which all of it happens. Refuses keeping what was recorded while a pause was not confirmed, and texting
whoever said stop.
"""
