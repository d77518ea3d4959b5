"""Visitors of web sites, and their side of live chat: the widget's sockets.

Owns visitors and widgets. Asks interactions to take what visitors say. Refuses to know which agent answers.
"""
