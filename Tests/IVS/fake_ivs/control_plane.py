"""From a request of HTTP to an operation and back: model, signature, rights, throttle, faults."""

import datetime
import email.utils
import json
import re
import threading
import time
import traceback
import urllib.parse

from . import find_ingest, tokens
from .errors import ServiceError, rendered
from .shapes import iso8601, iso8601_with_fraction, plain, problems
from .signature import verify
from .throttle import PER_SECOND, Throttle
from .web import Answer

CLOUDWATCH_TARGET = "GraniteServiceVersion20100801."


class ControlPlane:
    """What listens at the service's address."""

    def __init__(self, world, models, handlers, identities, roles, faults, log, region, account, ingests):
        self.world, self.models, self.handlers = world, models, handlers
        self.identities, self.roles, self.faults, self.log = identities, roles, faults, log
        self.region, self.account, self.ingests = region, account, ingests
        self.throttle = Throttle()
        self.closing = threading.Event()

    def respond(self, request):
        """The answer to a request; the log gets an entry in any case."""
        began, entry = time.monotonic(), {
            "time": time.time(), "method": request.method, "target": request.target, "service": "", "operation": "",
            "identity": None, "valid": True, "reason": None, "error": None, "input": None}
        try:
            answer = self._route(request, entry)
        except Exception:  # of the fake itself
            entry |= {"valid": False, "error": "Fake", "reason": traceback.format_exc()}
            self._finish(entry, 500, began)
            raise
        self._finish(entry, answer.status, began)
        answer.headers.setdefault("Date", email.utils.format_datetime(self._now(), usegmt=True))
        return answer

    def _now(self):
        """The service's clock."""
        now = datetime.datetime.now(datetime.timezone.utc)
        return now + datetime.timedelta(seconds=self.world.settings.clockAhead)

    def _finish(self, entry, status, began):
        self.log.add(entry | {"status": status, "milliseconds": round((time.monotonic() - began) * 1000, 1)})

    def _route(self, request, entry):
        if request.path == "/api/v2/FindIngest" and request.method == "GET":
            entry |= {"service": "ingest", "operation": "FindIngest"}
            fault = self._fault("FindIngest")
            return fault and fault.raw() or Answer.json(find_ingest.ingests(*self.ingests))
        if request.header("Content-Type").startswith("application/x-www-form-urlencoded"):
            return self._token(request, entry)
        if request.header("X-Amz-Target"):
            return self._serve(request, entry, "cloudwatch", "monitoring", self._cloudwatch_call)
        return self._serve(request, entry, "ivs", "ivs", self._ivs_call)

    def _token(self, request, entry):
        now = self._now()
        signer = lambda: verify(request, self.identities, "sts", self.region, now)
        action, error, answer = tokens.respond(request, self.roles, self.identities, signer, now)
        entry |= {"service": "sts", "operation": action}
        if error:
            entry |= {"valid": not error.is_violation, "error": error.code, "reason": error.message}
        return answer

    def _serve(self, request, entry, service, signing_name, find_call):
        model, spelling = self.models[service], self.world.settings.errorSpelling
        entry["service"] = service
        try:
            identity = verify(request, self.identities, signing_name, self.region, self._now())
            entry["identity"] = identity.name
            operation, wanted = find_call(request, model)
            entry |= {"operation": operation.name, "input": wanted}
            self._authorize(identity, "cloudwatch" if service == "cloudwatch" else "ivs", operation.name)
            fault = self._fault(operation.name)
            if fault:
                raw = fault.raw()
                if raw:
                    entry["error"] = "on demand"
                    return raw
                spelling = fault.spelling or spelling
                if fault.error:
                    raise ServiceError(fault.error, fault.message, fault.status)
            self._limit_rate(operation.name)
            self._check_input(wanted, operation)
            with self.world.lock:
                output = getattr(self.handlers[service], operation.name)(wanted)
                return self._answer(output, operation, service, entry)
        except ServiceError as error:
            entry |= {"error": error.code}
            if error.is_violation:
                entry |= {"valid": False, "reason": error.message}
            return Answer(*rendered(error, model, spelling))

    def _fault(self, operation):
        fault = self.faults.take(operation)
        if fault and fault.delay:
            self.closing.wait(fault.delay)
        return fault

    def _authorize(self, identity, prefix, operation):
        action = f"{prefix}:{operation}"
        if not identity.may(action):
            user = f"arn:aws:iam::{self.account}:user/{identity.name}"
            raise ServiceError("AccessDeniedException", f"User: {user} is not authorized to perform: {action}")

    def _limit_rate(self, operation):
        settings = self.world.settings
        rate = settings.requestsPerSecond or PER_SECOND.get(operation, 5)
        if settings.throttle and not self.throttle.passes(operation, rate, time.monotonic()):
            raise ServiceError("ThrottlingException", "Rate exceeded")

    def _check_input(self, wanted, operation):
        found = problems(wanted, operation.input_shape) if operation.input_shape else []
        if found:
            raise ServiceError("ValidationException" if operation.service_model.service_name == "ivs" else
                               "ValidationError", "; ".join(found), is_violation=True)

    def _ivs_call(self, request, model):
        """The operation and its input, from the path, the query and the body."""
        tagged = re.fullmatch(r"/tags/(.+)", request.path)
        for name in model.operation_names:
            operation = model.operation_model(name)
            http = operation.http
            if http["method"] != request.method or (
                http["requestUri"] != ("/tags/{resourceArn}" if tagged else request.path)
            ):
                continue
            if not hasattr(self.handlers["ivs"], name):
                raise ServiceError("InternalFailure", f"The fake has no {name}.", 501, is_violation=True)
            wanted = self._body(request, "application/json") if request.method == "POST" else {}
            if tagged:
                wanted["resourceArn"] = urllib.parse.unquote(tagged[1])
                if "tagKeys" in request.query:
                    wanted["tagKeys"] = request.query["tagKeys"]
            return operation, wanted
        raise ServiceError(
            "UnknownOperationException", f"There is no {request.method} {request.path}.", is_violation=True)

    def _cloudwatch_call(self, request, model):
        target = request.header("X-Amz-Target")
        name = target.removeprefix(CLOUDWATCH_TARGET)
        if request.method != "POST" or request.path != "/" or not target.startswith(CLOUDWATCH_TARGET) or not hasattr(
            self.handlers["cloudwatch"], name
        ):
            raise ServiceError("UnknownOperationException", f"The fake has no {target}.", is_violation=True)
        return model.operation_model(name), self._body(request, "application/x-amz-json-1.0")

    @staticmethod
    def _body(request, content_type):
        if request.body and request.header("Content-Type").partition(";")[0].strip() != content_type:
            raise ServiceError("SerializationException", f"The Content-Type is not {content_type}.", is_violation=True)
        try:
            body = json.loads(request.body or b"{}")
        except ValueError as error:
            raise ServiceError("SerializationException", f"The body is no JSON: {error}", is_violation=True) from None
        if not isinstance(body, dict):
            raise ServiceError("SerializationException", "The body is no JSON object.", is_violation=True)
        return body

    def _answer(self, output, operation, service, entry):
        """The output as JSON; what the model does not allow is a mistake of the fake, said loudly."""
        shape = operation.output_shape
        found = problems(output, shape) if shape else []
        if found:
            raise AssertionError(f"{operation.name} of the fake answers what the model does not allow: {found}")
        status = operation.http.get("responseCode", 200)
        if status == 204 or (shape is None and service == "ivs"):
            return Answer(status)
        if service == "cloudwatch":
            body = plain(output, shape, lambda time: time.timestamp())
            return Answer(status, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(body).encode())
        write = iso8601_with_fraction if self.world.settings.fractionalTimes else iso8601
        return Answer.json(plain(output, shape, write), status)
