"""Who is let in, how often: one place that counts what costs something, by network, by person and for the whole site."""

from albumsite.admission.addresses import address_prefix_hash, client_address, hash_of_today
from albumsite.admission.gate import (
    admit_post,
    admit_try,
    admitted,
    counted_as,
    forget_tries,
    give_back,
    look,
    sweep,
    take_room,
)

__all__ = [
    "address_prefix_hash",
    "admit_post",
    "admit_try",
    "admitted",
    "client_address",
    "counted_as",
    "forget_tries",
    "give_back",
    "hash_of_today",
    "look",
    "sweep",
    "take_room",
]
