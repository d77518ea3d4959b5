"""Contact forms: what an agent writes down of a contact, kept at the conversation, and the ticket made of it.

Owns forms and the lists that they choose from. Asks interactions for conversations, customers for who it is, the desk
for tickets. Refuses to change the customer's record: what was said in one contact is not yet what is known of a
customer.
"""
