"""What a test may turn while the fake runs: limits, times, spellings."""

import dataclasses

from .errors import SPELLINGS


@dataclasses.dataclass
class Settings:
    """Times are in seconds; the defaults are the service's own."""

    throttle: bool = True
    requestsPerSecond: float = 0  # of each operation; 0 for the documented figures
    errorSpelling: str = "model"
    fractionalTimes: bool = False
    channelQuota: int = 5000
    streamQuota: int = 100
    takeoverLimit: int = 100
    idleSeconds: float = 30  # without data, then the session ends
    maximumSeconds: float = 48 * 3600
    startSeconds: float = 1  # of media before a stream counts as started
    starvingBelow: float = 0.7  # of what the encoder advertised
    starvationWindow: int = 5
    limitSeconds: int = 3  # above the bitrate limit, then the publisher is dropped
    enforceLimits: bool = True
    metadataPerSecond: int = 5  # of each channel
    clockAhead: float = 0  # how far the clock by which requests are signed and dated is ahead

    def update(self, changes):
        """Takes changed values; a name or type that there is not is refused."""
        for name, value in changes.items():
            if name not in self.__dataclass_fields__:
                raise ValueError(f"there is no setting {name}; there are {', '.join(self.__dataclass_fields__)}")
            default = getattr(self, name)
            numeric = isinstance(default, (int, float)) and not isinstance(default, bool)
            if not isinstance(value, (int, float) if numeric else type(default)):
                raise ValueError(f"{name} is a {type(default).__name__}")
            if name == "errorSpelling" and value not in SPELLINGS:
                raise ValueError(f"errorSpelling is one of {', '.join(SPELLINGS)}")
        for name, value in changes.items():
            setattr(self, name, value)
