"""`python -m qjs_kernel -f CONNECTION_FILE` is the kernel; `install` and `uninstall` register it."""

from __future__ import annotations

import sys


def main() -> int:
    """Launch the kernel, or install or remove it; returns the exit status."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("install", "uninstall", "-h", "--help"):
        from qjs_kernel import install

        return install.main(arguments)
    from qjs_kernel.process import default_pool

    # The worker starts while this process imports IPython and ipykernel, which takes longer.
    default_pool().warm()
    from qjs_kernel.session import Session

    with Session() as session:
        from qjs_kernel.kernel import launch

        launch(session, arguments)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
