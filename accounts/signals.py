"""What other apps may want to know about people. Accounts knows none of them."""

from __future__ import annotations

from django.dispatch import Signal

visitor_became_member = Signal()
"""Sent when somebody signs in or up whose browser has acted as a visitor. visitor, member: accounts.person.Person."""

verification_changed = Signal()
"""Sent when a member has proven an address or linked an account, or has taken one away. user: accounts.models.User."""
