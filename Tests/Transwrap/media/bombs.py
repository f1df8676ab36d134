"""Streams that make much of few bytes, or promise it."""

import struct


def words(*values):
    return struct.pack(f">{len(values)}I", *values)


def box(name, *parts):
    content = b"".join(parts)
    return words(len(content) + 8) + name.encode() + content


def table(name, count, content=b""):
    return box(name, words(0, count), content)


def element(name, *parts, size=None):
    content = b"".join(parts)
    return bytes.fromhex(name) + (1 << 56 | (len(content) if size is None else size)).to_bytes(8, "big") + content


MANY = 60_000_000
FTYP = box("ftyp", b"isom", words(512), b"iso5")
MDAT = box("mdat", bytes(200))


def movie(tables, more=b""):
    matrix = words(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    entry = box("vp08", bytes(24), b"\x01\x40\x00\xb4", bytes(50))
    media = box("mdia", box("mdhd", words(0, 0, 0, 1000, 0, 0)), box("hdlr", words(0, 0), b"vide", bytes(13)),
                box("minf", box("stbl", box("stsd", words(0, 1), entry), tables)))
    head = box("tkhd", words(3, 0, 0, 1), bytes(24), matrix, words(320 << 16, 180 << 16))
    return FTYP + box("moov", box("mvhd", words(0, 0, 0, 1000), bytes(80)), box("trak", head, media), more)


def live():
    empty = table("stts", 0) + box("stsz", words(0, 0, 0)) + table("stsc", 0) + table("stco", 0)
    return movie(empty, box("mvex", box("trex", words(0, 1, 1, 33, 0, 0))))


def run(count, flags=0, fields=b""):
    return box("moof", box("mfhd", words(0, 1)), box("traf", box("tfhd", words(0x20000, 1)),
                                                     box("trun", words(flags, count), fields)))


def webm(*parts):
    return element("1a45dfa3", element("4282", b"webm")) + bytes.fromhex("18538067" + "01ffffffffffffff") + b"".join(parts)


def flv(steps, milliseconds):
    """Keyframes without sound whose times step by so much."""
    record = bytes.fromhex("0164001fffe1001a6764001facd940d83de6f0110000030001000003003c0f18319601000468ef8fcbfdf8f800")

    def tag(kind, time, payload):
        head = bytes([kind]) + len(payload).to_bytes(3, "big") + (time & 0xffffff).to_bytes(3, "big")
        return head + bytes([time >> 24 & 255, 0, 0, 0]) + payload + words(len(payload) + 11)
    out = b"FLV\x01\x01" + words(9, 0) + tag(9, 0, b"\x17\x00\x00\x00\x00" + record)
    picture = b"\x17\x01\x00\x00\x00" + words(200) + b"\x65" + bytes(199)
    return out + b"".join(tag(9, index * milliseconds & 0xffffffff, picture) for index in range(steps))


TABLES = table("stsc", 1, words(1, MANY, 1)) + table("stco", 1, words(2000)) + box("stsz", words(0, 1, MANY))
TRACK = element("ae", element("d7", b"\x01"), element("83", b"\x01"), element("86", b"V_VP8"),
                element("e0", element("b0", b"\x01\x40"), element("ba", b"\xb4")))
CLUSTER = element("1654ae6b", TRACK) + bytes.fromhex("1f43b675" + "01ffffffffffffff")

BOMBS = [
    ("MP4: stsz of one size, sixty million", movie(table("stts", 1, words(MANY, 33)) + TABLES) + MDAT),
    ("MP4: ctts and stts of one run each", movie(table("stts", 1, words(MANY, 33)) + table("ctts", 1, words(MANY, 0))
                                                 + TABLES) + MDAT),
    ("MP4: trun of sixty million without fields", live() + run(MANY) + MDAT),
    ("MP4: two hundred truns of 300,000", live() + (run(300_000) + box("mdat")) * 200),
    ("MP4: header of 2 GiB", FTYP + words(0x7fffffff) + b"moov" + bytes(100_000)),
    ("WebM: half a million tracks", webm(element("1654ae6b", b"\xae\x80" * 500_000))),
    ("WebM: half a million cues", webm(element("1c53bb6b", b"\xbb\x80" * 500_000), element("1654ae6b", TRACK))),
    ("WebM: half a million tags", webm(element("1254c367", b"\x73\x73\x80" * 500_000), element("1654ae6b", TRACK))),
    ("WebM: CodecPrivate of 256 MiB", webm(element("1654ae6b", element("ae", element("63a2", size=0xfffffff),
                                                                       size=0xfffffff), size=0xfffffff))),
    ("WebM: block of 256 MiB", webm(CLUSTER, element("a3", b"\x81\x00\x00\x80", size=0xfffffff))),
    ("WebM: laced blocks of 256 empty frames", webm(CLUSTER, element("a3", b"\x81\x00\x00\x82\xff" + bytes(256)) * 2000)),
    ("FLV: tags of 16 MiB that never come", flv(1, 0) + b"\x09\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x17\x01"),
    ("FLV: silent, 6000 tags that step by 4.9 s", flv(6000, 4900)),
    ("FLV: silent, times that jump by hours", flv(6000, 7_200_000)),
    ("FLV: silent, times that go back", flv(6000, 0xffffff00)),
    ("FLV: 20,000 pictures at one time", flv(20_000, 0)),
]
