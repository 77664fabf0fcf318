"""The loop that learns: albums and reviews in, a better model out every week, and a report. Rows and rules; nothing here
imports torch, which only `covers.learning` and the engines do.
"""
