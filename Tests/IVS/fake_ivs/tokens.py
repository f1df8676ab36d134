"""AssumeRoleWithWebIdentity and AssumeRole of AWS STS, in its XML."""

import datetime
import urllib.parse
from xml.sax.saxutils import escape

from .channels import letters
from .errors import ServiceError
from .web import Answer

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


class Roles:
    """Roles by ARN: the token that a web identity shows, who else may assume it, and what it may do."""

    def __init__(self):
        self.by_arn = {}

    def add(self, description):
        """`arn`, `webIdentityToken`, `actions`, `seconds` (of validity)."""
        self.by_arn[description["arn"]] = description


def respond(request, roles, identities, signer, now):
    """Answers a form of STS; `signer` says who signed it, or raises."""
    form = {name: values[0] for name, values in urllib.parse.parse_qs(request.body.decode()).items()}
    action = form.get("Action", "")
    try:
        if action not in ("AssumeRole", "AssumeRoleWithWebIdentity"):
            raise ServiceError("InvalidAction", f"Could not find operation {action}", 400, is_violation=True)
        role = roles.by_arn.get(form.get("RoleArn"))
        if action == "AssumeRole":
            signer()
        elif role and form.get("WebIdentityToken") != role.get("webIdentityToken"):
            raise ServiceError("InvalidIdentityToken", "The web identity token is not valid.", 400)
        if not role:
            raise ServiceError("AccessDenied", f"Not authorized to perform sts:{action}", 403)
    except ServiceError as error:
        code = escape(error.code)
        body = (f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{code}</Code><Message>'
                f"{escape(error.message)}</Message></Error></ErrorResponse>")
        return action, error, Answer(error.status or 403, {"Content-Type": "text/xml"}, body.encode())
    until = now + datetime.timedelta(seconds=role.get("seconds", 3600))
    name = form.get("RoleSessionName", "session")
    identity = identities.add({
        "name": f"{role['arn']}/{name}", "accessKeyId": f"ASIA{letters(16).upper()}", "secretAccessKey": letters(40),
        "sessionToken": letters(200), "actions": role.get("actions", ["*"]), "expiration": until.isoformat()})
    body = (
        f'<{action}Response xmlns="{NAMESPACE}"><{action}Result><Credentials>'
        f"<AccessKeyId>{identity.accessKeyId}</AccessKeyId>"
        f"<SecretAccessKey>{identity.secretAccessKey}</SecretAccessKey>"
        f"<SessionToken>{identity.sessionToken}</SessionToken><Expiration>{until:%Y-%m-%dT%H:%M:%SZ}</Expiration>"
        f"</Credentials><AssumedRoleUser><Arn>{escape(identity.name)}</Arn><AssumedRoleId>AROAFAKE:{escape(name)}"
        f"</AssumedRoleId></AssumedRoleUser></{action}Result><ResponseMetadata><RequestId>1</RequestId>"
        f"</ResponseMetadata></{action}Response>")
    return action, None, Answer(200, {"Content-Type": "text/xml"}, body.encode())
