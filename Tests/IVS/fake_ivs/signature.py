"""Signature Version 4, checked with botocore's own signer: what it would have signed is what must have come."""

import datetime
import hashlib
import hmac
import re

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from .errors import ServiceError

SKEW = datetime.timedelta(minutes=5)
FORM = re.compile(r"AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})")


class _Verifier(SigV4Auth):
    """A signer that takes exactly the headers which the client says it signed."""

    def __init__(self, names, *arguments):
        super().__init__(*arguments)
        self.names = names

    def headers_to_sign(self, request):
        chosen = HTTPHeaders()
        for name, value in request.headers.items():
            if name.lower() in self.names:
                chosen[name.lower()] = value
        return chosen


def _refused(message, code="InvalidSignatureException"):
    return ServiceError(code, message, is_violation=True)


def verify(request, identities, service, region, now):
    """The identity that signed a request; raises what AWS answers to one that is not signed right."""
    authorization = request.header("Authorization")
    if not authorization:
        raise _refused("Missing Authentication Token", "MissingAuthenticationTokenException")
    match = FORM.fullmatch(authorization)
    if not match:
        raise _refused(
            "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.",
            "IncompleteSignatureException")
    credential, names, signature = match.groups()
    names = names.split(";")
    parts = credential.split("/")
    if len(parts) != 5:
        raise _refused("Credential must have exactly 5 slash-delimited elements.", "IncompleteSignatureException")
    access_key, date, *scope = parts
    stamp = request.header("X-Amz-Date")
    try:
        signed_at = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise _refused(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
            "IncompleteSignatureException") from None
    identity = identities.find(access_key)
    if not identity:
        raise _refused("The security token included in the request is invalid.", "UnrecognizedClientException")
    if scope != [region, service, "aws4_request"] or date != stamp[:8]:
        wanted = f"{date}/{region}/{service}/aws4_request"
        raise _refused(f"Credential should be scoped to {wanted}, not {'/'.join(parts[1:])}.")
    if abs(signed_at - now) > SKEW:
        raise _refused(f"Signature expired: {stamp} is not within 5 minutes of {now:%Y%m%dT%H%M%SZ}")
    if (request.header("X-Amz-Security-Token") or None) != identity.sessionToken:
        raise _refused("The security token included in the request is invalid.", "UnrecognizedClientException")
    sent = {name.lower() for name, _ in request.headers}
    needed = {"host", *(name for name in sent if name.startswith("x-amz-"))}
    if not needed <= set(names) or not set(names) <= sent:
        raise _refused(f"'{';'.join(sorted(needed ^ (needed & set(names))))}' must be signed and sent.")
    if names != sorted(names):
        raise _refused("SignedHeaders are not in order.")
    hashed = request.header("X-Amz-Content-SHA256")
    if hashed and hashed != hashlib.sha256(request.body).hexdigest():
        raise _refused("The value of X-Amz-Content-SHA256 is not the body's hash.")

    url = f"{request.scheme}://{request.header('Host')}{request.target}"
    rebuilt = AWSRequest(method=request.method, url=url, data=request.body)
    for name in {name.lower() for name, _ in request.headers}:
        rebuilt.headers[name] = request.header(name)
    rebuilt.context["timestamp"] = stamp
    signer = _Verifier(names, Credentials(access_key, identity.secretAccessKey), service, region)
    expected = signer.signature(signer.string_to_sign(rebuilt, signer.canonical_request(rebuilt)), rebuilt)
    if not hmac.compare_digest(expected, signature):
        raise _refused(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method.")
    if identity.has_expired(now):
        raise ServiceError("ExpiredTokenException", "The security token included in the request is expired")
    return identity
