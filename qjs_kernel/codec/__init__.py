"""Python values ↔ the flat tagged text that crosses the wall. The guest's twin is `worker/js/codec.js`.

The text is one JSON array of tokens (ASCII), the blob holds the bytes of binary values. Strings, numbers and
booleans stand for themselves; a null opens everything else with a tag; codec.js lists the tags. `encode` checks
what the host hands out and names the path of what it cannot send. `decode` reads what came out of the guest:
nothing in it is trusted, every length is checked, and it runs under a budget.
"""

from qjs_kernel.codec.decode import decode
from qjs_kernel.codec.encode import encode
from qjs_kernel.codec.wire import Encoded, Hooks

__all__ = ["Encoded", "Hooks", "decode", "encode"]
