"""Headless Chromium with one page after another, driven by the DevTools protocol over a pipe."""

import base64
import json
import os
import select
import subprocess
import time


class Chromium:
    """A browser without a window and with a profile of its own, in a folder that the caller keeps."""

    def __init__(self, folder, *switches):
        to_browser, self.commands = os.pipe()
        self.answers, from_browser = os.pipe()
        # The browser reads commands from descriptor 3 and answers to 4.
        script = f'exec 3<&{to_browser} 4>&{from_browser} "$@"'
        self.log = open(os.path.join(folder, "log"), "w+")
        self.process = subprocess.Popen(
            [
                "bash", "-c", script, "chromium", "chromium", "--headless=new", "--no-sandbox",
                "--remote-debugging-pipe", "--autoplay-policy=no-user-gesture-required", "--mute-audio",
                "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                "--disable-component-update", "--window-size=1360,900", f"--user-data-dir={folder}", *switches,
                "about:blank",
            ],
            pass_fds=(to_browser, from_browser), stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        os.close(to_browser)
        os.close(from_browser)
        self.unread = b""
        self.count = 0
        self.complaints = []

    def call(self, method, session=None, **parameters):
        """Sends a command and waits for its answer; what the page complains of meanwhile is kept."""
        self.count += 1
        command = {"id": self.count, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        deadline = time.monotonic() + 20
        while True:
            message = self.receive(deadline)
            if message.get("method") == "Runtime.exceptionThrown":
                details = message["params"]["exceptionDetails"]
                self.complaints.append(details.get("exception", {}).get("description") or details["text"])
            if message.get("method") == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
                entry = message["params"]["entry"]
                self.complaints.append(f"{entry['text']} {entry.get('url', '')}".strip())
            if message.get("id") == self.count:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]

    def receive(self, deadline):
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.answers], [], [], max(0, deadline - time.monotonic()))
            part = os.read(self.answers, 1 << 20) if ready else b""
            if not part:
                self.log.seek(0)
                raise RuntimeError(f"the browser does not answer; it wrote:\n{self.log.read()[-2000:]}")
            self.unread += part
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def open(self, url, script=None):
        """Opens the page and answers its session; a script runs before any of the page's own."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Runtime", "Log", "Page"):
            self.call(f"{domain}.enable", session)
        if script:
            self.call("Page.addScriptToEvaluateOnNewDocument", session, source=script)
        self.call("Page.navigate", session, url=url)
        return session

    def evaluate(self, session, expression):
        """The value of an expression, or of the promise that it is; what it throws is raised."""
        answer = self.call(
            "Runtime.evaluate", session, expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def screenshot(self, session, file):
        picture = self.call("Page.captureScreenshot", session, format="png")["data"]
        with open(file, "wb") as output:
            output.write(base64.b64decode(picture))

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except (RuntimeError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
