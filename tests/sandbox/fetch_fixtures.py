"""The server, and sandboxes that may reach it. Test files import what they use: these are fixtures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from qjs_kernel import FetchPolicy, Sandbox
from qjs_kernel.fetch.client import FetchClient

from .conftest import Maker
from .fetch_server import FetchServer

__all__ = ["forget", "named", "online", "policy", "server"]


@pytest.fixture(scope="module")
def server() -> Iterator[FetchServer]:
    server = FetchServer()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def forget(server: FetchServer) -> None:
    server.seen.clear()
    server.connections = 0
    server.gone.clear()
    server.waiting.clear()


@pytest.fixture
def policy(server: FetchServer) -> FetchPolicy:
    return FetchPolicy(allow=[server.origin], allow_private=True, rate=None)


@pytest.fixture
def online(make: Maker, server: FetchServer, policy: FetchPolicy) -> Sandbox:
    return make(allow_fetch=policy, env={"at": server.origin})


@pytest.fixture
def named(make: Maker, server: FetchServer) -> Callable[..., tuple[Sandbox, list[str]]]:
    """A sandbox whose names are looked up in a table: for every name, the answers in their order."""

    def build(names: dict[str, list[list[str]]], **fields: Any) -> tuple[Sandbox, list[str]]:
        asked: list[str] = []

        async def resolve(host: str, port: int) -> Sequence[str]:
            asked.append(host)
            answers = names.get(host)
            if answers is None:
                raise OSError("resolver 10.9.8.7 says no")
            return answers.pop(0) if len(answers) > 1 else answers[0]

        policy = FetchPolicy(**{"allow": [f"http://*:{server.port}"], "rate": None, **fields})
        sandbox = make(allow_fetch=policy, env={"port": server.port})
        sandbox._answers.fetches.client = FetchClient(policy, resolve=resolve)
        return sandbox, asked

    return build
