"""Which formats of weights there are, how each is known by the names in a file's header, and what becomes of it here.

One table for two readers: the registry, which verifies in a process without torch, and the engine, which draws. Standard
library only. What is common is drawn; the rest is refused by its real name; what nobody knows is counted and reported.
"""
