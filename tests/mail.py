"""Real mail servers on loopback: an SMTP server that keeps what it is given, and Debian's dovecot as the mailbox."""

import itertools
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Served
from aiosmtpd.smtp import Envelope, Session
from imap_tools import AND
from imap_tools.mailbox import MailBoxUnencrypted

MISSING = (
    "no dovecot here. Install it (Debian, as root: apt-get install dovecot-imapd); deploy/setup/mail.sh does so for make test"
)
PASSWORD = "let/me@in"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_location = maildir:~/mail
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


class Kept(Controller):
    """An SMTP server. ``mails`` are what it has accepted; ``refuse`` makes it answer a recipient with a line instead;
    ``boxes``: mail for an address (what stands behind a plus sign does not count) goes into a mailbox and is not kept;
    ``accepted`` is called when a mail has been kept and the sender has not heard so yet."""

    def __init__(self) -> None:
        super().__init__(self, hostname="127.0.0.1", port=0)
        self.raw: list[bytes] = []
        self.refuse: dict[str, str] = {}
        self.boxes: dict[str, Mailbox] = {}
        self.accepted: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        assert self.server is not None
        port = self.server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        return f"smtp://127.0.0.1:{port}"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for raw in self.raw]  # type: ignore[misc]

    def _trigger_server(self) -> None:
        """The library would ask port 0 whether it answers."""
        self.port = int(self.url.rpartition(":")[2])
        super()._trigger_server()

    async def handle_RCPT(self, server: Served, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Served, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.original_content, bytes)
        boxes = {box for to in envelope.rcpt_tos if (box := self.boxes.get(re.sub(r"\+[^@]*", "", to)))}
        for box in boxes:
            box.deliver(envelope.original_content)
        if not boxes:
            self.raw.append(envelope.original_content)
        self.accepted()
        return "250 OK"


@pytest.fixture
def smtp() -> Iterator[Kept]:
    server = Kept()
    server.start()
    yield server
    server.stop()


class Mailbox:
    """A real IMAP mailbox: `deliver` puts a mail into it, as a mail server would."""

    def __init__(self, server: "Dovecot", account: str) -> None:
        self.server, self.account = server, account
        self.url = f"imap://{account}:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}"
        self.folder = server.folder / account / "mail"
        for name in ("..", "", "new", "cur", "tmp"):
            server.own_folder(self.folder / name)

    def deliver(self, raw: bytes) -> None:
        name = f"{time.time_ns()}.test"
        draft = self.folder / "tmp" / name
        draft.write_bytes(raw)
        os.chown(draft, self.server.who.pw_uid, self.server.who.pw_gid)
        draft.rename(self.folder / "new" / name)

    def unread(self) -> int:
        with MailBoxUnencrypted("127.0.0.1", self.server.port).login(self.account, PASSWORD) as box:
            return len(box.uids(AND(seen=False)))


class Dovecot:
    """A running dovecot of its own; any account may log in with the password."""

    def __init__(self, folder: Path, who: pwd.struct_passwd, port: int) -> None:
        self.folder, self.who, self.port = folder, who, port
        self.accounts = itertools.count(1)

    def own_folder(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True, parents=True)
        os.chown(folder, self.who.pw_uid, self.who.pw_gid)

    def mailbox(self) -> Mailbox:
        return Mailbox(self, f"hearing{next(self.accounts)}")


def dovecot_program() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    program = dovecot_program()
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="nuanyi-mail-"))
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    port = _free_port()
    running = Dovecot(folder, who, port)
    for name in ("", "run", "state"):
        running.own_folder(folder / name)
    group = subprocess.run(["id", "-gn", who.pw_name], capture_output=True, text=True, check=True).stdout.strip()
    (folder / "dovecot.conf").write_text(CONFIG.format(
        folder=folder, user=who.pw_name, group=group, uid=who.pw_uid, gid=who.pw_gid, password=PASSWORD, port=port
    ))
    server = subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.DEVNULL)
    try:
        _wait(port, server, folder)
        yield running
    finally:
        server.terminate()
        server.wait(15)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def imap() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def mailbox(imap: Dovecot) -> Mailbox:
    """A fresh, empty mailbox."""
    return imap.mailbox()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(port: int, server: "subprocess.Popen[bytes]", folder: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    log = folder / "dovecot.log"
    pytest.fail(f"dovecot did not start: {log.read_text() if log.exists() else 'it wrote nothing'}")
