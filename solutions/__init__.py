"""What was found out for one is given to others: articles from tickets, solutions to all who have the same problem.

Owns solutions that were sent, with what became of each ticket. Asks knowledge for articles, tickets for whom a problem
concerns, automation to tell them. Refuses telling a customer the same twice, and articles of
what is confidential.
"""
