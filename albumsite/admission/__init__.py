"""Who is let in, how often: one place that counts what costs something, by network, by person and for the whole site."""

from albumsite.admission.addresses import address_prefix_hash, client_address

__all__ = ["address_prefix_hash", "client_address"]
