"""Stands between the studio and a server, so that nothing of the server outlives either.

A program of its own, run by the engine's Python (3.8 or later): standard library only, and nothing of the studio.

    supervisor.py SHARED_MEMORY_PREFIX PID_FILE COMMAND…

It starts COMMAND in a process group of its own and ends as it ends: with its exit code, or by its signal. SIGTERM is
passed on. When standard input closes, which is what happens when the studio dies in whatever way, the group is killed.
A parent-death signal would not do for that: Linux sends it when the *thread* that started us ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def main(arguments: list[str]) -> None:
    """Run a server to its end."""
    prefix, pid_file, command = arguments[0], arguments[1], arguments[2:]
    # What a stub leaves behind when its server dies becomes our child, so that it can be found.
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    wake = wake_on_signals()
    server = spawn(command)
    Path(pid_file).write_text(str(server), "ascii")
    try:
        status = watch(server, wake)
    finally:
        kill_group(server)
        kill_children()
        remove_shared_memory(prefix)
    end_as(status)


def wake_on_signals() -> int:
    """A file descriptor that gets a byte for each signal."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(writer)
    return reader


def spawn(command: list[str]) -> int:
    """Start the server; it dies with us, even when we are killed."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setpgid(0, 0)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        # The locks on the server's ports are ours to hold.
        os.closerange(3, 1024)
        os.execv(command[0], command)  # noqa: S606 — there is no shell to start it with
    except OSError as error:
        os.write(2, f"cannot start {command[0]}: {error}\n".encode())
    finally:
        os._exit(127)


def watch(server: int, wake: int) -> int:
    """Wait for the server's end, passing on signals; kills it when the studio is gone. Gives its wait status."""
    while True:
        ready = select.select([0, wake], [], [])[0]
        if 0 in ready and not os.read(0, 64):
            kill_group(server)
            return os.waitpid(server, 0)[1]
        if wake not in ready:
            continue
        if {signal.SIGTERM, signal.SIGINT} & set(os.read(wake, 64)):
            os.kill(server, signal.SIGTERM)
        status = reap(server)
        if status is not None:
            return status


def reap(server: int) -> int | None:
    """Collect ended children; the wait status of the server where it is one of them."""
    found = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if not pid:
            return found
        if pid == server:
            found = status


def kill_group(group: int) -> None:
    """Kill what is left of a process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def kill_children() -> None:
    """Kill what was handed down to us: what a model started in a session of its own."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while True:
        for pid in children.read_text("ascii").split():
            os.kill(int(pid), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def remove_shared_memory(prefix: str) -> None:
    """Remove the segments that killed stubs could not."""
    for segment in Path("/dev/shm").glob(prefix + "*"):  # noqa: S108 — the system's own place
        with contextlib.suppress(FileNotFoundError):
            segment.unlink()


def end_as(status: int) -> None:
    """End as the server did, so that whoever waits for us sees its exit code or its signal."""
    if not os.WIFSIGNALED(status):
        os._exit(os.WEXITSTATUS(status))
    number = os.WTERMSIG(status)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def prctl(option: int, value: int) -> None:
    """One of Linux's process controls."""
    if ctypes.CDLL(None, use_errno=True).prctl(option, int(value), 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl {option} failed")


if __name__ == "__main__":
    main(sys.argv[1:])
