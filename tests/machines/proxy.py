"""nginx as docs/machines.md has it, and a browser that believes that it is covers.example.com."""

from __future__ import annotations

import datetime
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from albumsite.processes.valkey_server import free_port
from tests.machines import page

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
HOST = "covers.example.com"
needs_nginx = pytest.mark.skipif(not NGINX, reason="nginx is not installed: apt-get install nginx-light")


@dataclass
class Proxy:
    """folder: of its own, which everybody may enter. site: host:port of the web process. private: the file of the private pictures."""

    folder: Path
    site: str
    var: Path
    private: str
    port: int = field(default_factory=free_port)
    plain_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, mode=0o755)
        make_certificate(self.folder)
        (self.folder / "private-files.conf").write_text(self.private)
        names = {
            "server 10.0.0.11:8000": f"server {self.site}",
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "/etc/ssl/aibum/": f"{self.folder}/",
            "/srv/aibum/var": str(self.var),
            "/etc/nginx/aibum-private-files.conf": f"{self.folder}/private-files.conf",
        }
        (self.folder / "site.conf").write_text(page.filled_in(page.block("nginx", "upstream aibum"), names))
        (self.folder / "nginx.conf").write_text(self._main())
        assert NGINX
        self.process = subprocess.Popen(
            [NGINX, "-e", self._log, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        )
        wait_for_port(self.port, self.process)

    @property
    def _log(self) -> str:
        return str(self.folder / "error.log")

    def _main(self) -> str:
        """What a Debian machine has around it. The folders for large bodies cannot be written to: none may come to the disk."""
        user = "user www-data;\n" if os.getuid() == 0 else ""
        types = "include /etc/nginx/mime.types;" if Path("/etc/nginx/mime.types").exists() else ""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in kinds)
        return (
            f"{user}daemon off;\nworker_processes 1;\npid {self.folder}/nginx.pid;\nerror_log {self._log};\n"
            f"events {{ worker_connections 256; }}\nhttp {{\n{types}\naccess_log off;\n{folders}include {self.folder}/site.conf;\n}}\n"
        )

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)

    def browser(self, session: str = "") -> Browser:
        return Browser(self, session)


class Browser:
    """Asks for https://covers.example.com/…, keeps cookies, follows redirects. session: of somebody who is signed in."""

    def __init__(self, proxy: Proxy, session: str = "") -> None:
        context = ssl.create_default_context(cafile=str(proxy.folder / "fullchain.pem"))
        self.cookies = CookieJar()
        handlers = (_ToProxy(proxy.port, context), urllib.request.HTTPCookieProcessor(self.cookies))
        self._opener = urllib.request.build_opener(*handlers)
        self._opener.addheaders = [("User-Agent", "Mozilla/5.0"), ("Accept-Language", "en")]
        self._session = session

    def get(self, path: str, data: bytes | None = None, method: str | None = None, **headers: str) -> Answer:
        """path: with or without the site's address. headers: with _ for -."""
        url = path if path.startswith("http") else f"https://{HOST}{path}"
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if data is not None:
            sent |= {"Origin": f"https://{HOST}", "Referer": url}
        if self._session:
            sent["Cookie"] = f"sessionid={self._session}"
        request = urllib.request.Request(url, data, sent, method=method)
        try:
            with self._opener.open(request, timeout=30) as response:
                return Answer(response.status, response.url, _by_name(response.headers), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.url, _by_name(error.headers), error.read())


@dataclass(frozen=True)
class Answer:
    """headers: by their names in small letters."""

    status: int
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def _by_name(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class _ToProxy(urllib.request.HTTPSHandler):
    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self._port, self._ssl = port, context

    def https_open(self, request: urllib.request.Request) -> Any:
        def connection(host: str, **values: Any) -> http.client.HTTPSConnection:
            made = http.client.HTTPSConnection(host, context=self._ssl, **values)
            made._create_connection = lambda _address, *more: socket.create_connection(("127.0.0.1", self._port), *more)  # type: ignore[attr-defined]
            return made

        return self.do_open(connection, request)  # type: ignore[arg-type]


def make_certificate(folder: Path) -> None:
    """fullchain.pem and privkey.pem for covers.example.com."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    today = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(today - datetime.timedelta(days=1)).not_valid_after(today + datetime.timedelta(days=2))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    (folder / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(key.private_bytes(*form))


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Only a failing test waits for so long."""
    deadline = time.monotonic() + 120
    while True:
        assert process.poll() is None, "it ended"
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def private_block(*, s3: str = "", var: Path | None = None) -> str:
    """The file of the private pictures as the page has it, for a bucket of the store at `s3`, or for the disk."""
    if s3:
        names = {"https://s3.example.com/": f"{s3}/", "Host s3.example.com": f"Host {s3.split('://')[1]}"}
        return page.filled_in(page.block("nginx", "proxy_pass https://s3.example.com/"), names)
    return page.filled_in(page.block("nginx", "alias /srv/aibum/var/private/"), {"/srv/aibum/var": str(var)})
