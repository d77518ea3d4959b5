"""Answers to frequent questions: written once, found in any spelling, read by colleagues and, if public, by everybody.

Owns articles, their categories, texts in three languages with every earlier edition, and whether they helped. Asks
access who may write and publish. Refuses two editors at once, markup that runs, and showing what is not published.
"""
