"""GetMetricData of Amazon CloudWatch for what arrived at the channels."""

import math

from .errors import ServiceError
from .sessions import moment

STATISTICS = {
    "Average": lambda values: sum(values) / len(values), "Minimum": min, "Maximum": max, "Sum": sum,
    "SampleCount": len,
}
METRICS = {
    "IngestVideoBitrate": lambda second: [second.videoBytes * 8],
    "IngestAudioBitrate": lambda second: [second.audioBytes * 8],
    "IngestBitrate": lambda second: [second.bytes * 8],
    "IngestFramerate": lambda second: [second.frames],
}


class CloudWatch:
    """The one operation that it has. The caller holds the world's lock."""

    def __init__(self, world):
        self.world = world

    def GetMetricData(self, wanted):
        start, end = _seconds(wanted["StartTime"]), _seconds(wanted["EndTime"])
        if start >= end:
            raise ServiceError("ValidationError", "StartTime must be less than EndTime.", is_violation=True)
        results = []
        for query in wanted["MetricDataQueries"]:
            if "MetricStat" not in query:
                raise ServiceError("ValidationError", "The fake knows no expressions.", is_violation=True)
            if not query.get("ReturnData", True):
                continue
            points = self._points(query["MetricStat"], start, end)
            points.sort(reverse=wanted.get("ScanBy") != "TimestampAscending")
            results.append({
                "Id": query["Id"], "Label": query.get("Label", query["MetricStat"]["Metric"]["MetricName"]),
                "Timestamps": [moment(time) for time, _ in points], "Values": [float(value) for _, value in points],
                "StatusCode": "Complete"})
        return {"MetricDataResults": results, "Messages": []}

    def _points(self, stat, start, end):
        period, name = stat["Period"], stat["Metric"].get("MetricName")
        if period not in (1, 5, 10, 20, 30) and period % 60:
            raise ServiceError(
                "ValidationError", "The period must be 1, 5, 10, 20, 30 or a multiple of 60.", is_violation=True)
        if stat["Stat"] not in STATISTICS:
            raise ServiceError("ValidationError", f"The fake knows no statistic {stat['Stat']}.", is_violation=True)
        if stat["Metric"].get("Namespace") != "AWS/IVS":
            return []
        collected = {}
        for second, values in self._values(stat["Metric"]):
            place = math.floor(second / period) * period
            if start <= place < end and place + period <= self.world.clock():
                collected.setdefault(place, []).extend(values)
        return [(place, STATISTICS[stat["Stat"]](values)) for place, values in collected.items() if values]

    def _values(self, metric):
        """Seconds with the values of each."""
        name = metric.get("MetricName")
        dimensions = {dimension["Name"]: dimension["Value"] for dimension in metric.get("Dimensions", [])}
        if set(dimensions) != {"Channel"}:
            return
        for arn, sessions in self.world.sessions.items():
            if arn.rpartition("/")[2] != dimensions["Channel"]:
                continue
            channel = self.world.channels.by_arn.get(arn)
            for session in sessions:
                if name == "KeyframeInterval":
                    yield from session.arrivals.keyframe_intervals.items()
                    continue
                for second, counts in session.arrivals.seconds.items():
                    if name in METRICS:
                        yield second, METRICS[name](counts)
                    elif name == "ConcurrentViews" and channel:
                        yield second, [channel.viewers]


def _seconds(time):
    return time if isinstance(time, (int, float)) else time.timestamp()
