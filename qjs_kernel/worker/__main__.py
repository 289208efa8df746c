"""Start of a worker process: limits on itself, the engine, then the message loop on a thread with a large stack.

Started by `qjs_kernel.process` with `python -I -S`; argv[1] is the user's private cache directory ("" = none).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from qjs_kernel.worker.rlimits import limit_process

_STACK = 32 * 2**20  # the WebAssembly stack (at most 2 MiB) lies on the thread's own
_PARENT_CHECK = 2.0  # s


def main() -> None:
    """Serve messages from standard input until it ends."""
    # Interrupts come as messages: the terminal's Ctrl-C reaches the whole process group and must not end a cell.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = os.dup(0), os.dup(1)
    _silence()
    limit_process()
    cache = Path(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] else None
    status: list[int] = []
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve, args=(source, target, cache, status), daemon=True)
    thread.start()
    parent = os.getppid()
    while thread.is_alive():
        thread.join(_PARENT_CHECK)
        if os.getppid() != parent:
            os._exit(3)  # the kernel process died while guest code was running: nobody waits for it any more
    os._exit(status[0] if status else 1)


def _serve(source: int, target: int, cache: Path | None, status: list[int]) -> None:
    from qjs_kernel.frames import ProtocolFault
    from qjs_kernel.protocol import Fatal
    from qjs_kernel.worker.pipe import Pipe

    pipe = Pipe(source, target)
    directories = [os.path.dirname(os.getcwd())]
    try:
        from qjs_kernel.worker.loop import Loop

        Loop(pipe, cache, directories).serve()
    except (EOFError, BrokenPipeError):
        _remove(directories)
        status.append(0)
    except ProtocolFault:
        status.append(2)
    except BaseException as error:  # noqa: BLE001 - the owner must learn why, whatever it was
        status.append(1)
        try:
            pipe.send(Fatal(f"{type(error).__name__}: {error}"[:2000]))
        except OSError:
            return


def _remove(directories: list[str]) -> None:
    """The kernel process is gone, or it would have ended this one: nobody else removes what lies on disk."""
    import shutil

    os.chdir(os.sep)
    for directory in directories:
        if os.path.basename(directory).startswith("qjs-"):
            shutil.rmtree(directory, ignore_errors=True)


def _silence() -> None:
    """Standard input, output and error lead nowhere: the duplicates made before are the only way out."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(null, descriptor)
    os.close(null)


if __name__ == "__main__":
    main()
