"""A stand-in for Kakao: a real HTTP server on this machine with the authorize, token and profile pages of its OAuth."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tests.stand_ins import StandIn, WebHandler


class _Handler(WebHandler):
    told: KakaoStub

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/oauth/authorize":
            self._authorize(dict(parse_qsl(parts.query)))
        elif parts.path == "/v2/user/me":
            self._me()
        else:
            self._answer(404, b"")

    def do_POST(self) -> None:
        body = self.content().decode()
        posted = {name: values[0] for name, values in parse_qs(body).items()}
        self.told.seen.append(posted)
        if self.told.token_status != 200 or self.told.token_body is not None:
            self._answer(self.told.token_status, self.told.token_body or b'{"error": "server_error"}')
        elif posted.get("code") not in self.told.codes or posted.get("client_id") != "kakao-id":
            self._answer(400, b'{"error": "invalid_grant"}')
        else:
            self.told.codes.discard(posted["code"])  # a code is good for one use
            self.told.tokens.add(token := secrets.token_hex(8))
            self._answer(200, json.dumps({"access_token": token, "token_type": "bearer", "expires_in": 3600}).encode())

    def _authorize(self, query: dict[str, str]) -> None:
        answer = {"error": "access_denied"}
        if not self.told.is_denied:
            self.told.codes.add(code := secrets.token_hex(8))
            answer = {"code": code}
        self.give(302, Location=f"{query['redirect_uri']}?{urlencode({**answer, 'state': query['state']})}")

    def _me(self) -> None:
        known = self.headers.get("Authorization", "").removeprefix("Bearer ") in self.told.tokens
        self._answer(self.told.profile_status if known else 401, json.dumps(self.told.profile).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.give(status, body, Content_Type="application/json;charset=UTF-8")


@dataclass
class KakaoStub(StandIn):
    """What it answers can be changed while it runs."""

    handles = _Handler
    profile: Any = None
    is_denied: bool = False
    token_status: int = 200
    token_body: bytes | None = None
    profile_status: int = 200
    seen: list[dict[str, str]] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)


def profile(
    uid: int = 4242, email: str | None = "minji@kakao.example", nickname: str | None = "민지"
) -> dict[str, Any]:
    """As GET /v2/user/me answers, with the members' consent to what is given."""
    account: dict[str, Any] = {"profile": {"nickname": nickname} if nickname else {}}
    if email:
        account |= {"email": email, "is_email_valid": True, "is_email_verified": True}
    return {"id": uid, "connected_at": "2026-01-01T00:00:00Z", "kakao_account": account}
