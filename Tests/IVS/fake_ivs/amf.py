"""AMF0, as far as metadata and commands of RTMP need it."""

import struct


class Undefined:
    """AMF's undefined, which is not null."""


def read_all(data):
    """All values in a row; what is cut off or unknown ends it."""
    values, place = [], 0
    try:
        while place < len(data):
            value, place = _read(data, place)
            values.append(value)
    except (struct.error, IndexError, ValueError):
        pass
    return values


def _read(data, place):
    kind, place = data[place], place + 1
    if kind == 0:
        return struct.unpack_from(">d", data, place)[0], place + 8
    if kind == 1:
        return data[place] != 0, place + 1
    if kind in (2, 12):
        return _text(data, place, ">H" if kind == 2 else ">I")
    if kind == 3:
        return _object(data, place)
    if kind == 5:
        return None, place
    if kind == 6:
        return Undefined, place
    if kind == 8:
        return _object(data, place + 4)
    if kind == 10:
        count, place, items = struct.unpack_from(">I", data, place)[0], place + 4, []
        for _ in range(count):
            item, place = _read(data, place)
            items.append(item)
        return items, place
    if kind == 11:
        return struct.unpack_from(">d", data, place)[0], place + 10
    raise ValueError(f"AMF type {kind}")


def _text(data, place, form):
    length, place = struct.unpack_from(form, data, place)[0], place + struct.calcsize(form)
    if place + length > len(data):
        raise ValueError("cut off")
    return data[place:place + length].decode("utf-8", "replace"), place + length


def _object(data, place):
    members = {}
    while True:
        name, place = _text(data, place, ">H")
        if not name and data[place] == 9:
            return members, place + 1
        members[name], place = _read(data, place)


def written(*values):
    """Values in a row: numbers, booleans, texts, None and dictionaries."""
    return b"".join(_written(value) for value in values)


def _written(value):
    if value is None:
        return b"\x05"
    if isinstance(value, bool):
        return bytes([1, value])
    if isinstance(value, (int, float)):
        return b"\x00" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"\x02" + _name(value)
    return b"\x03" + b"".join(_name(key) + _written(item) for key, item in value.items()) + b"\x00\x00\x09"


def _name(text):
    data = text.encode()
    return struct.pack(">H", len(data)) + data
