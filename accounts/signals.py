"""What other apps may want to know about people. Accounts knows none of them."""

from __future__ import annotations

from django.dispatch import Signal

visitor_became_member = Signal()
"""Sent when somebody signs in or up whose browser has acted as a visitor. visitor, member: accounts.person.Person."""
