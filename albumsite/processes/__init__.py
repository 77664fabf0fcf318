"""Processes of this machine: the supervisor, the built-in servers, the sandbox, how processes end."""
