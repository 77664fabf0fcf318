"""Kakao sign-in: allauth's provider, with the address of the server in a setting and without trust in its answers."""
