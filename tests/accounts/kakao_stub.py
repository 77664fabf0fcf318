"""A stand-in for Kakao: a real HTTP server on this machine with the authorize, token and profile pages of its OAuth."""

from __future__ import annotations

import json
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit


@dataclass
class KakaoStub:
    """What it answers can be changed while it runs."""

    profile: Any = None
    is_denied: bool = False
    token_status: int = 200
    token_body: bytes | None = None
    profile_status: int = 200
    seen: list[dict[str, str]] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_port}"

    def start(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        assert self.server is not None
        self.server.shutdown()
        self.server.server_close()


def profile(
    uid: int = 4242, email: str | None = "minji@kakao.example", nickname: str | None = "민지"
) -> dict[str, Any]:
    """As GET /v2/user/me answers, with the members' consent to what is given."""
    account: dict[str, Any] = {"profile": {"nickname": nickname} if nickname else {}}
    if email:
        account |= {"email": email, "is_email_valid": True, "is_email_verified": True}
    return {"id": uid, "connected_at": "2026-01-01T00:00:00Z", "kakao_account": account}


def _handler_of(stub: KakaoStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/oauth/authorize":
                self._authorize(dict(parse_qsl(parts.query)))
            elif parts.path == "/v2/user/me":
                self._me()
            else:
                self._answer(404, b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            posted = {name: values[0] for name, values in parse_qs(body).items()}
            stub.seen.append(posted)
            if stub.token_status != 200 or stub.token_body is not None:
                self._answer(stub.token_status, stub.token_body or b'{"error": "server_error"}')
            elif posted.get("code") not in stub.codes or posted.get("client_id") != "kakao-id":
                self._answer(400, b'{"error": "invalid_grant"}')
            else:
                stub.codes.discard(posted["code"])  # a code is good for one use
                stub.tokens.add(token := secrets.token_hex(8))
                self._answer(
                    200, json.dumps({"access_token": token, "token_type": "bearer", "expires_in": 3600}).encode()
                )

        def _authorize(self, query: dict[str, str]) -> None:
            answer = {"error": "access_denied"}
            if not stub.is_denied:
                stub.codes.add(code := secrets.token_hex(8))
                answer = {"code": code}
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri']}?{urlencode({**answer, 'state': query['state']})}")
            self.end_headers()

        def _me(self) -> None:
            known = self.headers.get("Authorization", "").removeprefix("Bearer ") in stub.tokens
            self._answer(stub.profile_status if known else 401, json.dumps(stub.profile).encode())

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json;charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler
