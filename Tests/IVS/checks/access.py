"""Who is let in: signatures, identities, roles."""

import contextlib
import datetime
import email.utils
import importlib

import botocore.auth
import botocore.compat
from botocore import UNSIGNED
from botocore.config import Config

from .harness import GUEST, READER, error_of, report


@contextlib.contextmanager
def clock_off(minutes):
    """Lets botocore believe that it is later, whichever of its signers is used: with awscrt installed it is another."""
    signers = [botocore.auth] + ([importlib.import_module("botocore.crt.auth")] if botocore.compat.HAS_CRT else [])
    now = botocore.auth.get_current_datetime
    for signer in signers:
        signer.get_current_datetime = lambda *a, **k: now(*a, **k) + datetime.timedelta(minutes=minutes)
    try:
        yield
    finally:
        for signer in signers:
            signer.get_current_datetime = now


def check_signatures(fake, ivs):
    admin = {"accessKeyId": fake.ready["accessKeyId"], "secretAccessKey": fake.ready["secretAccessKey"]}
    cases = {
        "a wrong secret": (fake.client(identity=admin | {"secretAccessKey": "wrong"}), "InvalidSignatureException"),
        "an unknown access key": (fake.client(identity=admin | {"accessKeyId": "AKIANOBODY"}),
            "UnrecognizedClientException"),
        "another region": (fake.client(region="eu-west-1"), "InvalidSignatureException"),
        "a wrong session token": (fake.client(identity=GUEST | {"sessionToken": "old"}), "UnrecognizedClientException"),
        "no signature": (fake.client(config=Config(signature_version=UNSIGNED)), "MissingAuthenticationTokenException"),
    }
    for name, (client, code) in cases.items():
        report.equal(f"refused: {name}", error_of(client.list_channels), (code, 403))
    changed = fake.client()
    changed.meta.events.register(
        "before-send.ivs.CreateChannel", lambda request,
            **_: setattr(request, "body", request.body.replace(b"one", b"two")))
    report.equal("refused: a body changed after signing", error_of(changed.create_channel, name="one"),
        ("InvalidSignatureException", 403))
    for minutes, answer in ((-6, ("InvalidSignatureException", 403)), (6, ("InvalidSignatureException", 403)), (4, None)):
        with clock_off(minutes):
            said = "taken" if answer is None else "refused"
            report.equal(f"{said}: a clock {minutes} minutes off", error_of(ivs.list_channels), answer)
    date = ivs.list_channels()["ResponseMetadata"]["HTTPHeaders"]["date"]
    ahead = email.utils.parsedate_to_datetime(date) - datetime.datetime.now(datetime.timezone.utc)
    report.equal("answers have this machine's date", abs(ahead) < datetime.timedelta(seconds=5), True)
    fake.admin("/settings", {"clockAhead": 3600})
    report.equal("refused: the service's clock an hour ahead", error_of(ivs.list_channels),
        ("InvalidSignatureException", 403))
    fake.admin("/settings", {"clockAhead": 0})
    guest, reader = fake.client(identity=GUEST), fake.client(identity=READER)
    report.equal("taken: a session token", error_of(guest.list_channels), None)
    fake.admin("/identities/expire", {"accessKeyId": GUEST["accessKeyId"]})
    report.equal("refused: an expired token", error_of(guest.list_channels), ("ExpiredTokenException", 403))
    key = ivs.create_channel()["streamKey"]
    report.equal("a reader lists keys", error_of(reader.list_stream_keys, channelArn=key["channelArn"]), None)
    denied = ("AccessDeniedException", 403)
    report.equal("a reader gets no value of a key", error_of(reader.get_stream_key, arn=key["arn"]), denied)
    report.equal("nor several", error_of(reader.batch_get_stream_key, arns=[key["arn"]]), denied)
    report.equal("nor makes channels", error_of(reader.create_channel), denied)
    fake.admin("/identities", {"accessKeyId": "AKIANEW", "secretAccessKey": "new", "actions": ["ivs:GetStream"]})
    new = fake.client(identity={"accessKeyId": "AKIANEW", "secretAccessKey": "new"})
    report.equal("an identity added at run time", error_of(new.get_stream, channelArn=key["channelArn"]),
        ("ChannelNotBroadcasting", 404))
    fake.admin("/identities/remove", {"accessKeyId": "AKIANEW"})
    report.equal("and removed", error_of(new.get_stream, channelArn=key["channelArn"]),
        ("UnrecognizedClientException", 403))
    fake.admin("/roles",
        {"arn": "arn:aws:iam::123456789012:role/test", "webIdentityToken": "a.b.c.d", "actions": ["ivs:ListChannels"]})
    sts = fake.client("sts", config=Config(signature_version=UNSIGNED))
    arguments = {"RoleArn": "arn:aws:iam::123456789012:role/test", "RoleSessionName": "me"}
    report.equal("a wrong web identity", error_of(
        sts.assume_role_with_web_identity, WebIdentityToken="wrong", **arguments), ("InvalidIdentityToken", 400))
    for assumed in (sts.assume_role_with_web_identity(WebIdentityToken="a.b.c.d", **arguments),
                    fake.client("sts").assume_role(**arguments)):
        got = assumed["Credentials"]
        client = fake.client(identity={
            "accessKeyId": got["AccessKeyId"], "secretAccessKey": got["SecretAccessKey"],
                "sessionToken": got["SessionToken"]})
        report.equal("an assumed role may what it may",
            (error_of(client.list_channels), error_of(client.create_channel)), (None, denied))
    fake.admin("/requests", method="DELETE")
