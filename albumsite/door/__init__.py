"""The web server: uvicorn reads HTTP, and what is here decides how long, how much and how many at once.

A request gets a thread of Django only when all of it has arrived; until then it costs a few kilobytes and no thread, and a
deadline runs. `python -m albumsite.door --port 8000`.
"""
