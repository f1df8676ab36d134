"""What the configuration records of H.264 and AAC say about a stream."""

PROFILES = {66: "Baseline", 77: "Main", 88: "Extended", 100: "High", 110: "High 10", 122: "High 4:2:2",
    244: "High 4:4:4"}
SAMPLE_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)


class _Bits:
    """Bits of a NAL unit without its emulation prevention."""

    def __init__(self, data):
        data = data.replace(b"\x00\x00\x03", b"\x00\x00")
        self.value, self.left = int.from_bytes(data, "big"), len(data) * 8

    def take(self, count):
        self.left -= count
        if self.left < 0:
            raise ValueError("the sequence parameter set is cut off")
        return self.value >> self.left & (1 << count) - 1

    def unsigned(self):
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self):
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)


def video_configuration(record):
    """Profile, level, codec and picture size of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3)."""
    profile, compatibility, level = record[1:4]
    length = int.from_bytes(record[6:8], "big")
    width, height = _size(record[8:8 + length])
    name, number = PROFILES.get(profile, str(profile)), f"{level // 10}.{level % 10}"
    return {
        "avcProfile": name, "avcLevel": number, "profile": name, "level": number,
        "codec": f"avc1.{profile:02X}{compatibility:02X}{level:02X}", "videoWidth": width, "videoHeight": height,
        "track": "Track0"}


def _size(unit):
    """Width and height by a sequence parameter set (H.264 §7.3.2.1.1)."""
    bits = _Bits(unit[1:])
    profile = bits.take(8)
    bits.take(16)
    bits.unsigned()
    chroma, separate = 1, 0
    if profile in (100, 110, 122, 244, 44, 83, 86, 118, 128):
        chroma = bits.unsigned()
        if chroma == 3:
            separate = bits.take(1)
        bits.unsigned()
        bits.unsigned()
        bits.take(1)
        if bits.take(1):
            for index in range(8 if chroma != 3 else 12):
                if bits.take(1):
                    _skip_scaling_list(bits, 16 if index < 6 else 64)
    bits.unsigned()
    order = bits.unsigned()
    if order == 0:
        bits.unsigned()
    elif order == 1:
        bits.take(1)
        bits.signed()
        bits.signed()
        for _ in range(bits.unsigned()):
            bits.signed()
    bits.unsigned()
    bits.take(1)
    width, height = (bits.unsigned() + 1) * 16, (bits.unsigned() + 1) * 16
    frames_only = bits.take(1)
    height *= 2 - frames_only
    if not frames_only:
        bits.take(1)
    bits.take(1)
    if bits.take(1):
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        wide = 1 if chroma in (0, 3) or separate else 2
        high = (1 if chroma != 1 or separate else 2) * (2 - frames_only)
        width, height = width - (left + right) * wide, height - (top + bottom) * high
    return width, height


def _skip_scaling_list(bits, count):
    last, following = 8, 8
    for _ in range(count):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def audio_configuration(config):
    """Codec, sample rate and channels of an AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1)."""
    kind, index = config[0] >> 3, (config[0] & 7) << 1 | config[1] >> 7
    answer = {"codec": f"mp4a.40.{kind}", "channels": config[1] >> 3 & 15, "track": "Track0"}
    return answer | ({"sampleRate": SAMPLE_RATES[index]} if index < len(SAMPLE_RATES) else {})
