"""The wall: whatever does not fit a message type is a ProtocolFault, whatever does comes back as it was."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel import protocol
from qjs_kernel.frames import (
    HEADER,
    MAX_FRAME,
    ProtocolFault,
    decode_to_host,
    decode_to_worker,
    encode_frame,
    frame_length,
)

TO_HOST = list(protocol.ToHost.__args__)
TO_WORKER = list(protocol.ToWorker.__args__)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def of(kind: type) -> st.SearchStrategy[Any]:
    return st.from_type(kind)


st.register_type_strategy(str, TEXT)
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))
st.register_type_strategy(float, st.floats(allow_nan=False))

DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | TEXT
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=20,
)


@given(st.data())
def test_messages_of_the_worker_survive(data: st.DataObject) -> None:
    message = data.draw(of(data.draw(st.sampled_from(TO_HOST))))
    frame = encode_frame(message)
    assert frame_length(frame[:HEADER]) == len(frame) - HEADER
    assert decode_to_host(frame[HEADER:]) == message


@given(st.data())
def test_messages_to_the_worker_survive(data: st.DataObject) -> None:
    message = data.draw(of(data.draw(st.sampled_from(TO_WORKER))))
    frame = encode_frame(message)
    assert frame_length(frame[:HEADER]) == len(frame) - HEADER
    assert decode_to_worker(frame[HEADER:]) == message


@pytest.mark.parametrize("decode", [decode_to_host, decode_to_worker])
@given(body=st.binary(max_size=200))
def test_garbage_is_a_fault_or_a_message(decode: Any, body: bytes) -> None:
    try:
        message = decode(body)
    except ProtocolFault:
        return
    assert type(message) in TO_HOST + TO_WORKER


@pytest.mark.parametrize("decode", [decode_to_host, decode_to_worker])
@given(tree=DATA)
def test_wrong_types_are_faults(decode: Any, tree: Any) -> None:
    try:
        message = decode(msgspec.msgpack.encode(tree))
    except ProtocolFault:
        return
    assert type(message) in TO_HOST + TO_WORKER


@given(st.data())
def test_a_field_of_another_type_is_a_fault(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([each for each in TO_HOST if each.__struct_fields__]))
    body = msgspec.msgpack.decode(encode_frame(data.draw(of(kind)))[HEADER:])
    place = data.draw(st.integers(1, len(body) - 1))
    body[place] = {"no field": [object.__name__]}
    with pytest.raises(ProtocolFault):
        decode_to_host(msgspec.msgpack.encode(body))


@given(st.data())
def test_truncations_are_faults(data: st.DataObject) -> None:
    frame = encode_frame(data.draw(of(data.draw(st.sampled_from(TO_HOST)))))[HEADER:]
    cut = data.draw(st.integers(0, len(frame) - 1))
    with pytest.raises(ProtocolFault):
        decode_to_host(frame[:cut])


@given(st.data())
def test_something_after_the_end_is_a_fault(data: st.DataObject) -> None:
    frame = encode_frame(data.draw(of(data.draw(st.sampled_from(TO_HOST)))))[HEADER:]
    with pytest.raises(ProtocolFault):
        decode_to_host(frame + data.draw(st.binary(min_size=1, max_size=5)))


def test_deep_nesting_is_a_fault() -> None:
    with pytest.raises(ProtocolFault):
        decode_to_host(b"\x91" * 200_000 + b"\xc0")


@given(st.binary(min_size=HEADER, max_size=HEADER))
def test_lengths_are_bounded(header: bytes) -> None:
    length = int.from_bytes(header, "little")
    if 0 < length <= MAX_FRAME:
        assert frame_length(header) == length
    else:
        with pytest.raises(ProtocolFault):
            frame_length(header)


@pytest.mark.parametrize("length", [0, MAX_FRAME + 1, 2**32 - 1])
def test_implausible_lengths_are_faults(length: int) -> None:
    with pytest.raises(ProtocolFault):
        frame_length(length.to_bytes(HEADER, "little"))


@pytest.mark.parametrize("side", ["worker", "host"])
def test_a_message_of_the_other_direction_is_a_fault(side: str) -> None:
    if side == "worker":
        with pytest.raises(ProtocolFault):
            decode_to_worker(encode_frame(protocol.Opened("x"))[HEADER:])
    else:
        with pytest.raises(ProtocolFault):
            decode_to_host(encode_frame(protocol.Stop(1))[HEADER:])


def test_lone_surrogates_are_a_fault_of_the_sender() -> None:
    with pytest.raises(ProtocolFault):
        encode_frame(protocol.Write(1, "\ud800", 0))
