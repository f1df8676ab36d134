"""Whether a value is what a shape of a botocore model allows, and how it is written as JSON."""

import datetime
import functools
import re
import warnings

from botocore.validate import ParamValidator

# The model's pattern of ResourceArn lacks a quantifier, so that no ARN of the service fits it.
WRONG_PATTERNS = {"ResourceArn"}
# The service answers an empty preset for the types that have none, though the enumeration lacks that.
MAY_BE_EMPTY = {"TranscodePreset"}
CLASSES = {r"\p{L}": r"\w", r"\p{Z}": r"\s", r"\p{N}": r"\d"}  # Python's re has no Unicode classes


@functools.cache
def _compiled(pattern):
    for name, counterpart in CLASSES.items():
        pattern = pattern.replace(name, counterpart)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(pattern)


def problems(value, shape):
    """What is wrong with a value, one sentence each: types, required and unknown members, and every limit."""
    report = ParamValidator().validate(value, shape).generate_report()
    return ([report] if report else []) + list(_limits(value, shape, shape.name))


def _limits(value, shape, place):
    """What botocore leaves to the server: maxima, patterns and enumerations."""
    kind, facts = shape.type_name, shape.metadata
    if kind == "structure" and isinstance(value, dict):
        for name, member in shape.members.items():
            if name in value:
                yield from _limits(value[name], member, f"{place}.{name}")
    elif kind == "list" and isinstance(value, (list, tuple)):
        yield from _size(len(value), facts, place)
        for index, item in enumerate(value):
            yield from _limits(item, shape.member, f"{place}[{index}]")
    elif kind == "map" and isinstance(value, dict):
        yield from _size(len(value), facts, place)
        for key, item in value.items():
            yield from _limits(key, shape.key, f"{place} (key)")
            yield from _limits(item, shape.value, f"{place}.{key}")
    elif kind == "string" and isinstance(value, str):
        yield from _size(len(value), facts, place)
        if facts.get("enum") and value not in facts["enum"] and (value or shape.name not in MAY_BE_EMPTY):
            yield f"{place}: '{value}' is none of {', '.join(facts['enum'])}"
        if "pattern" in facts and shape.name not in WRONG_PATTERNS and not _compiled(facts["pattern"]).fullmatch(value):
            yield f"{place}: '{value}' does not fit {facts['pattern']}"
    elif kind in ("integer", "long", "float", "double") and isinstance(value, (int, float)):
        yield from _size(value, facts, place)


def _size(size, facts, place):
    if "min" in facts and size < facts["min"]:
        yield f"{place}: {size} is less than {facts['min']}"
    if "max" in facts and size > facts["max"]:
        yield f"{place}: {size} is more than {facts['max']}"


def plain(value, shape, timestamp):
    """A value as JSON has it; `timestamp` writes a point in time."""
    kind = shape.type_name
    if kind == "structure":
        return {name: plain(item, shape.members[name], timestamp) for name, item in value.items()}
    if kind == "list":
        return [plain(item, shape.member, timestamp) for item in value]
    if isinstance(value, datetime.datetime):
        return timestamp(value)
    return value


def iso8601(time):
    """2026-01-31T10:00:00Z, as the service answers."""
    return time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso8601_with_fraction(time):
    """2026-01-31T10:00:00.123Z, which ISO 8601 allows as well."""
    return time.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
