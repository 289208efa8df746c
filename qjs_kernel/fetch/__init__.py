"""The host's side of `fetch`: what the owner allows, where a URL leads, and the client that keeps to both.

`client` needs httpcore and is imported when the first request is made, never before.
"""

from qjs_kernel.fetch.policy import FetchPolicy, origin_of, policy_of

__all__ = ["FetchPolicy", "origin_of", "policy_of"]
