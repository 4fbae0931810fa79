"""The embedded engine: the real Triton server as a child process on this machine."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio import disk, private
from studio.core.serving.arguments import served_arguments
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, Exit, LaunchSpec, LogLine
from studio.core.serving.launching.options import ServerOptions
from studio.engines import install
from studio.engines.environment import server_environment
from studio.engines.failure import EngineError
from studio.engines.files import VERSION, EngineFiles
from studio.engines.log import LogFile, exit_reason
from studio.engines.ports import Claim, claim
from studio.engines.processes import of_group
from studio.locking import try_lock
from studio.paths import state_dir

_ATTEMPT = "Start the embedded engine"
_SUPERVISOR = Path(__file__).with_name("supervisor.py")
TRACES = "traces"
"""The folder within that of a run where its requests are recorded."""
_KEPT_RUNS = 10
_REMEMBERED_LINES = 2000


@dataclass(frozen=True, slots=True)
class EmbeddedEngine:
    """Starts servers from the engine that `install` put on this machine."""

    kind: EngineKind = EngineKind.EMBEDDED

    def start(self, spec: LaunchSpec) -> EmbeddedServer:
        """Start a server on a repository where it is; returns before it is ready."""
        if spec.repository is None or not spec.repository.is_dir():
            raise EngineError(_ATTEMPT, f"there is no folder {spec.repository}.", "Open a model repository.")
        files, mark = install.installed_files()
        claimed: Claim | None = None
        try:
            files.lay_out_backends()
            run = new_run()
            claimed = claim(spec.ports, spec.bind)
            claimed.descriptors.append(hold_run(run))
            prefix = f"trireme_{uuid.uuid4().hex[:12]}_"
            environment = server_environment(files, mark.library_dir, spec.gpus, spec.inherited, dict(spec.environment))
            plain = replace(spec, repository=_plain(spec.repository, run), options=recorded_in(spec.options, run))
            command = [*_supervisor(files, run, prefix), *arguments(files, plain, claimed.addresses, prefix)]
            process = _spawn(command, environment, run, claimed)
        except OSError as error:
            raise EngineError(_ATTEMPT, f"{disk.reason(error)}: {error.filename or files.root}.") from error
        finally:
            if claimed:
                claimed.close()
        return EmbeddedServer(spec, claimed.addresses, process, run, prefix)


@dataclass
class EmbeddedServer:
    """One server and its supervisor; the folder `run` holds its log and its process id."""

    spec: LaunchSpec
    addresses: Addresses
    process: subprocess.Popen[bytes]
    run: Path
    prefix: str
    description: str = f"Embedded Triton {VERSION}"
    _exit: Exit | None = None
    _stopped: bool = False
    _unread: list[LogLine] = field(default_factory=list)
    _recent: deque[LogLine] = field(default_factory=lambda: deque(maxlen=_REMEMBERED_LINES))

    def __post_init__(self) -> None:
        self._log = LogFile(self.run / "log.txt")

    @property
    def pid(self) -> int | None:
        """The server's own process, which leads a group with its Python stubs; None until it is started."""
        try:
            return int((self.run / "server.pid").read_text("ascii"))
        except (OSError, ValueError):
            return None

    def processes(self) -> frozenset[int]:
        """The server and its Python stubs."""
        leader = self.pid
        return of_group(leader) if leader else frozenset()

    def poll(self) -> Exit | None:
        """How it ended, with the cause that its log gives; None while it lives."""
        code = self.process.poll()
        if code is not None and self._exit is None:
            self._sweep()
            self._unread += self._log.close()
            reason = "Stopped." if self._stopped else exit_reason(code, [*self._recent, *self._unread])
            self._exit = Exit(code, reason)
            shutil.rmtree(self.run / TRACES, ignore_errors=True)
        return self._exit

    def read_log(self) -> list[LogLine]:
        """The lines since the last call; never waits."""
        lines, self._unread = [*self._unread, *([] if self._exit else self._log.read())], []
        self._recent.extend(lines)
        return lines

    def ask_to_end(self) -> bool:
        """SIGTERM, on which it answers what it was asked and unloads its models."""
        lives = self.process.poll() is None
        if lives and not self._stopped:
            self._stopped = True
            self.process.send_signal(signal.SIGTERM)
        return lives

    def stop(self, timeout: float = 10.0) -> None:
        """Ask it to end, and kill it with all its stubs when it has not after `timeout` seconds."""
        if self.ask_to_end():
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self._kill()
        self._close_lifeline()
        self.poll()

    def _kill(self) -> None:
        """The supervisor kills the whole group when its lifeline is cut."""
        self._close_lifeline()
        try:
            self.process.wait(5.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _close_lifeline(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()

    def _sweep(self) -> None:
        """Only for a supervisor that was killed itself: end the stubs, which die with nobody."""
        for pid in _stubs(self.prefix):
            os.kill(pid, signal.SIGKILL)
        for segment in Path("/dev/shm").glob(f"{self.prefix}*"):  # noqa: S108 — the system's own place
            segment.unlink(missing_ok=True)


def arguments(files: EngineFiles, spec: LaunchSpec, addresses: Addresses, prefix: str) -> list[str]:
    """The server's command line."""
    command = [str(files.server), f"--model-repository={spec.repository}", f"--backend-directory={files.backends}"]
    for name, address in (("http", addresses.http), ("grpc", addresses.grpc), ("metrics", addresses.metrics)):
        command += [f"--{name}-address={spec.bind}", f"--{name}-port={address.rpartition(':')[2]}"]
    command += served_arguments(spec)
    for backend in ("python", *(each.backend for each in files.stand_ins())):
        command.append(f"--backend-config={backend},shm-region-prefix-name={prefix}")
    if spec.cache_bytes:
        command += [f"--cache-directory={files.caches}", f"--cache-config=local,size={spec.cache_bytes}"]
    return [*command, *spec.arguments]


def _plain(repository: Path, run: Path) -> Path:
    """The repository under a name that a shell takes as it is: the server hands it to one, unquoted, for each stub."""
    if shlex.quote(str(repository)) == str(repository):
        return repository
    link = run / "models"
    link.symlink_to(repository)
    return link


def recorded_in(options: ServerOptions, run: Path) -> ServerOptions:
    """What is recorded on demand goes to the folder of the run, which goes with it."""
    if options.trace.mode != "ready" or options.trace.to:
        return options
    private.folder(run / TRACES)
    return replace(options, trace=replace(options.trace, to=str(run / TRACES / "t.json")))


def _supervisor(files: EngineFiles, run: Path, prefix: str) -> list[str]:
    # The engine's Python, since the studio's own may be frozen into one program.
    return [str(files.python), "-I", "-S", str(_SUPERVISOR), prefix, str(run / "server.pid")]


def _spawn(command: list[str], environment: dict[str, str], run: Path, claimed: Claim) -> subprocess.Popen[bytes]:
    with private.opened(run / "log.txt") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            # So that a Ctrl+C in our terminal is ours alone to handle.
            start_new_session=True,
            pass_fds=claimed.descriptors,
            cwd="/",
        )


def new_run() -> Path:
    """A folder for one run's log; older ones are removed but for the last few and those of servers that still run."""
    runs = state_dir() / "servers"
    private.folder(runs)
    for old in sorted(runs.iterdir())[: -_KEPT_RUNS + 1]:
        with suppress(OSError):
            handle = hold_run(old)
            shutil.rmtree(old, ignore_errors=True)
            os.close(handle)
    # To the nanosecond: the oldest go first, of one second too.
    seconds, rest = divmod(time.time_ns(), 10**9)
    now = time.strftime("%Y%m%d-%H%M%S", time.localtime(seconds))
    return Path(tempfile.mkdtemp(prefix=f"{now}-{rest:09}-", dir=runs))


def hold_run(run: Path) -> int:
    """A lock on a run's folder, which its supervisor is handed. Raises OSError where its server still runs."""
    handle = os.open(run, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not try_lock(handle):
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN), str(run))
    except OSError:
        os.close(handle)
        raise
    return handle


def _stubs(prefix: str) -> list[int]:
    """Processes that were started with our shared memory prefix, which no other server has."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        # The stub's own arguments, not the server's and the supervisor's, which hold the prefix too.
        if b"triton_python_backend_stub" in words[0] and any(w.startswith(prefix.encode()) for w in words):
            found.append(int(folder.name))
    return found
