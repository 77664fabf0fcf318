"""Which machines may be asked for a picture: those of the public internet, and nothing of our own network."""

from __future__ import annotations

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from covers.albums.album_contract import RowProblem, RowRefused

NAT64 = IPv6Network("64:ff9b::/96")

NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # IETF protocol assignments; clouds answer at 192.0.0.192
            "192.88.99.0/24",  # relays of 6to4, deprecated
            "64:ff9b:1::/48",  # NAT64 of one's own network: an IPv4 address may stand anywhere in it
            "100:0:0:1::/64",
            "2001::/23",  # IETF protocol assignments, Teredo among them
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",  # segment routing inside of a network
            "fec0::/10",  # site-local, deprecated and still routed in places
        ),
    )
)
"""Of IANA's special-purpose registries, those that some versions of Python call global."""


def resolved(host: str, port: int, *, allow_private: bool) -> str:
    """The numeric address to connect to; asking again might give another one. Raises RowRefused.

    A name with one private address among public ones is refused as a whole.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RowRefused(RowProblem.UNKNOWN_HOST, host, is_temporary=True) from error
    numbers = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(map(is_public, numbers)):
        raise RowRefused(RowProblem.PRIVATE_ADDRESS, host)
    return numbers[0]


def is_public(number: str) -> bool:
    """Whether it is a global unicast address, also as an IPv4 address inside an IPv6 one."""
    try:
        address = _inner(ipaddress.ip_address(number.partition("%")[0]))
    except ValueError:
        return False
    is_special = address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local
    is_ours = any(address.version == network.version and address in network for network in NOT_PUBLIC)
    return address.is_global and not is_special and not is_ours


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
