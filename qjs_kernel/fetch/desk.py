"""`FetchDesk`: the requests of one sandbox as the worker asks for them: by JSON, with numbers to cancel them by."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from qjs_kernel.fetch.errors import FetchError
from qjs_kernel.fetch.policy import FetchPolicy

if TYPE_CHECKING:
    from qjs_kernel.fetch.client import FetchClient

__all__ = ["FetchDesk"]

_OFF = (
    "fetch is off in this sandbox: its owner must allow it, with %allow fetch HOST in a notebook or with "
    "Sandbox(allow_fetch=FetchPolicy(allow=[{origin!r}])) in Python"
)


class FetchDesk:
    """See the module. `policy` may be set at any time and holds from the next request on; None: fetch is off.

    `client` is made when it is first needed; tests put one of their own there.
    """

    def __init__(self, policy: FetchPolicy | None) -> None:
        self._policy = policy
        self.client: FetchClient | None = None
        self._under_way: dict[int, tuple[asyncio.AbstractEventLoop, asyncio.Future[Any]]] = {}

    @property
    def policy(self) -> FetchPolicy | None:
        return self._policy

    @policy.setter
    def policy(self, policy: FetchPolicy | None) -> None:
        self._policy = policy
        self.client = None

    def new_run(self) -> None:
        """A run begins: what the policy allows a run counts from here."""
        if self.client is not None:
            self.client.new_run()

    async def serve(self, text: bytes, body: bytes, most_bytes: int) -> dict[str, Any]:
        """The reply to the request in `text`, as fetch.js takes it. FetchError for what is refused or fails.

        most_bytes  of a response's body, whatever the policy says: what the way into the guest can carry
        """
        fields = _first(text)
        if not isinstance(fields, dict):
            raise FetchError("malformed request")
        if self._policy is None:
            raise FetchError(
                _OFF.format(origin=_origin(fields)), "ERR_FETCH_REFUSED", "TypeError", refused=True
            )
        # httpcore and what it needs take a tenth of a second to import: only who fetches pays for it.
        from qjs_kernel.fetch.client import FetchClient, FetchRequest

        if self.client is None:
            self.client = FetchClient(self._policy)
        request = FetchRequest.read(fields, body)
        number = fields.get("id")
        task = asyncio.ensure_future(self.client.fetch(request, most_bytes))
        if isinstance(number, int):
            self._under_way[number] = (asyncio.get_running_loop(), task)
        try:
            reply = await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            raise FetchError("the request was cancelled", "ABORT_ERR") from None
        except FetchError:
            raise
        except Exception as error:
            # A fault of ours: its words are not for the guest.
            raise FetchError("the request could not be made") from error
        finally:
            if isinstance(number, int):
                self._under_way.pop(number, None)
        return {
            "url": reply.url,
            "status": reply.status,
            "statusText": reply.reason,
            "headers": [[name, value] for name, value in reply.headers],
            "body": reply.body,
            "redirected": reply.redirected,
        }

    def cancel(self, text: bytes) -> None:
        """End the request whose number is in `text`, if it is still under way."""
        number = _first(text)
        found = self._under_way.get(number) if isinstance(number, int) else None
        if found is not None:
            loop, task = found
            # The request may run on another thread than the one that serves the worker.
            loop.call_soon_threadsafe(task.cancel)


def _first(text: bytes) -> Any:
    try:
        arguments = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return arguments[0] if isinstance(arguments, list) and arguments else None


def _origin(fields: dict[str, Any]) -> str:
    from qjs_kernel.fetch.address import BadUrl, parse_url

    url = fields.get("url")
    try:
        return parse_url(url).origin if isinstance(url, str) else "https://…"
    except BadUrl:
        return "https://…"
