"""The service's errors and the spellings in which they reach a client."""

import json

# What AWS answers before a service sees the request, and what no model lists: status of each.
FRONT = {
    "AccessDenied": 403, "ExpiredTokenException": 403, "IncompleteSignatureException": 400, "InternalFailure": 500,
    "InvalidClientTokenId": 403, "InvalidSignatureException": 403, "MissingAuthenticationTokenException": 403,
    "NotAuthorized": 400, "OptInRequired": 403, "RequestExpired": 400, "SerializationException": 400,
    "SignatureDoesNotMatch": 403, "ThrottlingException": 429, "UnknownOperationException": 404,
    "UnrecognizedClientException": 403, "ValidationError": 400,
}
SPELLINGS = ("model", "message", "Message", "type", "suffix")


class ServiceError(Exception):
    """An error that a client gets.

    `is_violation` tells that the request itself was wrong in a way that no correct client's request is.
    """

    def __init__(self, code, message, status=None, is_violation=False):
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status, self.is_violation = code, message, status, is_violation


def status(code, model):
    """The HTTP status of an error: the model's, else that of the front end."""
    shape = model.shape_for(code) if code in model.shape_names else None
    return shape.metadata.get("error", {}).get("httpStatusCode", 400) if shape else FRONT.get(code, 400)


def rendered(error, model, spelling):
    """Status, headers and body of an error in one of SPELLINGS."""
    number = error.status or status(error.code, model)
    if model.metadata["protocol"] != "rest-json":
        body = {"__type": f"com.amazonaws.cloudwatch.v2010_08_01#{error.code}", "message": error.message}
        return number, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    # The front end's errors are in no model and so have no `exceptionMessage`.
    is_modelled = error.code in model.shape_names
    name = {"model": "exceptionMessage" if is_modelled else "message", "Message": "Message"}.get(spelling, "message")
    body = {name: error.message}
    if spelling == "type":
        body["__type"] = f"com.amazonaws.ivs#{error.code}"
    elif spelling == "suffix":
        headers["x-amzn-ErrorType"] = f"{error.code}:http://internal.amazon.com/coral/com.amazonaws.ivs/"
    else:
        headers["x-amzn-ErrorType"] = error.code
    return number, headers, json.dumps(body).encode()
