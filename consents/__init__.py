"""Who must not be called or texted, and who has agreed to it, with proof.

Owns the list of numbers that opted out and the consents. Asks nobody. Whoever begins a call or a text asks here first,
whatever the reason: a campaign, a colleague's click, the API, another try. Refuses to forget why a number is listed.
"""
