"""Faults on demand, throttles, quotas and pages."""

import json
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from .harness import error_of, eventually, report


def check_faults(fake, ivs):
    arn = ivs.create_channel()["channel"]["arn"]
    model = ivs.meta.service_model
    errors = [shape.name for shape in model.error_shapes]
    for spelling in ("model", "message", "Message", "type", "suffix"):
        fake.admin("/settings", {"errorSpelling": spelling})
        for code in errors if spelling == "model" else ["ThrottlingException"]:
            fake.admin("/fault", {"operation": "GetStream", "error": code})
            number = model.shape_for(code).metadata["error"]["httpStatusCode"]
            report.equal(f"{code} on demand, spelled as {spelling}", error_of(ivs.get_stream, channelArn=arn),
                (code, number))
    fake.admin("/settings", {"errorSpelling": "model"})
    fake.admin("/fault", {"operation": "ListChannels", "error": "InternalFailure", "times": 2})
    found = [error_of(ivs.list_channels) for _ in range(3)]
    report.equal("a fault happens as often as asked for", found, [("InternalFailure", 500)] * 2 + [None])
    fake.admin("/fault", {"operation": "ListChannels", "status": 503, "body": "<html>busy</html>"})
    report.equal("an answer that is no JSON", error_of(ivs.list_channels)[1], 503)
    fake.admin("/fault", {"operation": "ListChannels", "close": True})
    closed = False
    try:
        ivs.list_channels()
    except ConnectionClosedError:
        closed = True
    report.check("a connection closed without an answer", closed)
    fake.admin("/fault", {"operation": "ListChannels", "delay": 0.5})
    began = time.monotonic()
    report.check("a late answer", error_of(ivs.list_channels) is None and time.monotonic() - began >= 0.5)
    fake.admin("/fault", {"operation": "*", "error": "ServiceUnavailable", "isSticky": True})
    report.equal("a fault of all operations", [error_of(ivs.list_channels)[0], error_of(ivs.list_streams)[0]],
        ["ServiceUnavailable"] * 2)
    fake.admin("/faults", method="DELETE")
    report.equal("faults are taken back", error_of(ivs.list_channels), None)


def check_throttle(fake, ivs):
    fake.admin("/settings", {"throttle": True})
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: error_of(ivs.list_streams), range(8)))
    report.check("5 in a second pass, more are throttled", found.count(None) >= 5 and set(found) == {
        None, ("ThrottlingException", 429)}, found)
    report.equal("other operations are not", error_of(ivs.list_channels), None)
    eventually("a second later it passes", lambda: error_of(ivs.list_streams) is None)
    patient = fake.client(config=Config(retries={"mode": "standard", "total_max_attempts": 8}))
    report.check("a client that retries gets through", all(error_of(patient.list_streams) is None for _ in range(8)))
    fake.admin("/settings", {"throttle": False})


def check_pages(fake, ivs):
    made = fake.admin("/channels", {"count": 5000, "namePrefix": "many-"})["channels"]
    began = time.monotonic()
    listed = [channel for page in ivs.get_paginator("list_channels").paginate() for channel in page["channels"]]
    names = [channel["name"] for channel in listed if channel["name"].startswith("many-")]
    report.equal("5,000 channels come in pages, each once", names, [channel["name"] for channel in made])
    print(f"        {time.monotonic() - began:.1f} s")
    report.equal("a filter finds one of them", [channel["arn"] for channel in ivs.list_channels(
        filterByName="many-4321")["channels"]], [made[4321]["arn"]])
    report.equal("the quota counts them", error_of(ivs.create_channel), ("ServiceQuotaExceededException", 402))
    fake.admin("/settings", {"channelQuota": 6000})


def check_find_ingest(fake):
    with urllib.request.urlopen(fake.url + "/api/v2/FindIngest", context=fake.context, timeout=10) as answer:
        ingests = json.load(answer)["ingests"]
    usable = [one for one in ingests if one["availability"] > 0 and "deprecated" not in one["name"]]
    best = min(usable, key=lambda one: one["priority"])
    report.check("FindIngest has one usable, one that is down, one deprecated", len(ingests) == 3 and len(usable) == 1)
    report.equal("it is ours", best["url_template_secure"],
        f"rtmps://127.0.0.1:{fake.ready['ingestPort']}/app/{{stream_key}}")
