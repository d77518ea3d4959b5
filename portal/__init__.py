"""Owns the customers' portal: who is let in by a code, what they see of their tickets, and forms on other sites.

Asks tickets, complaints and interactions for what is asked and said, knowledge's public pages for answers.
Refuses to tell whether an address is known, and to show anything that was not said to its reader.
"""
