# SPDX-License-Identifier: Apache-2.0
"""Drives a headless Chromium over its debugging pipe (Chrome DevTools Protocol): no port, no network.

Everything has a deadline: a browser that hangs fails the test and is killed.
"""

import base64
import json
import os
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import zlib

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--force-color-profile=srgb", "--remote-debugging-pipe",
)
DEADLINE = 120  # seconds for one answer, on a machine that has much else to do


def find():
    """The program, or None."""
    return next((found for found in map(shutil.which, PROGRAMS) if found), None)


class Chromium:
    """A browser with one page. A context manager: it leaves neither process nor file behind."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="headgate-chromium-")
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        script = f'exec "$@" 3<&{commands} 4>&{answers}'
        self.process = subprocess.Popen(
            ["sh", "-c", script, "sh", program, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"],
            pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True, env={**os.environ, "HOME": self.profile})
        os.close(commands)
        os.close(answers)
        self.buffer, self.number, self.session, self.events = b"", 0, None, []
        try:
            target = self.call("Target.createTarget", url="about:blank")["targetId"]
            self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.call(domain + ".enable")
            self.call("Page.setLifecycleEventsEnabled", enabled=True)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _message(self, deadline):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.answers], [], [], max(0, deadline - time.monotonic()))
            piece = os.read(self.answers, 1 << 20) if ready else b""
            if not piece:
                raise AssertionError("Chromium " + ("has ended" if ready else f"did not answer within {DEADLINE} s"))
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + DEADLINE
        while True:
            answer = self._message(deadline)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def _load(self, url):
        loader = self.call("Page.navigate", url=url)["loaderId"]
        loaded = {"name": "load", "loaderId": loader}
        deadline = time.monotonic() + DEADLINE
        while not any(event.get("method") == "Page.lifecycleEvent" and loaded.items() <= event["params"].items()
                      for event in self.events):
            self.events.append(self._message(deadline))

    def open(self, path, fragment=""):
        """Loads a file; forgets what happened before."""
        self._load("about:blank")
        self.events.clear()
        self._load(f"file://{path}{fragment}")

    def evaluate(self, expression):
        """The value of an expression, which may be a promise. Runs even where the page's scripts do not."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def complaints(self):
        """What the console says: violations of the policy, errors of the script, files not found."""
        self.settle()
        texts = []
        for event in self.events:
            if event.get("method") == "Log.entryAdded":
                texts.append(event["params"]["entry"]["text"])
            elif event.get("method") == "Runtime.exceptionThrown":
                texts.append(event["params"]["exceptionDetails"]["text"])
        return texts

    def requests(self):
        """The addresses that the page asked for."""
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def settle(self):
        """Waits until the page's short timers have run."""
        time.sleep(0.15)
        self.evaluate("document.body.offsetHeight")

    def click(self, selector):
        """Presses the mouse in the middle of the element, as a person would."""
        x, y = self.evaluate(
            "(function (e) { e.scrollIntoView({block: 'center'}); var r = e.getBoundingClientRect();"
            f" return [r.x + r.width / 2, r.y + r.height / 2]; }})(document.querySelector({json.dumps(selector)}))")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.settle()

    def key(self, key, code, number, text=""):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code, windowsVirtualKeyCode=number,
                      text=text if kind == "keyDown" else "")

    def type(self, selector, text):
        """Replaces what stands in a text box."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).select()")
        self.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
        if text:
            self.call("Input.insertText", text=text)
        else:
            self.key("Delete", "Delete", 46)
        self.settle()

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def colours(self, scheme):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def _drawn(self):
        """What is in the window, as a PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def picture(self, name):
        """For people, who name the directory in HEADGATE_SCREENSHOTS."""
        if "HEADGATE_SCREENSHOTS" in os.environ:
            with open(f"{os.environ['HEADGATE_SCREENSHOTS']}/{name}.png", "wb") as file:
                file.write(self._drawn())

    def pixels(self):
        """How many there are of each colour in the window."""
        return colours_of(self._drawn())


def unfilter(kind, line, above, size):
    """Undoes a PNG filter (PNG specification, section 9.2) in place."""
    for i, value in enumerate(line):
        left = line[i - size] if i >= size else 0
        up = above[i]
        corner = above[i - size] if i >= size else 0
        if kind == 1:
            predicted = left
        elif kind == 2:
            predicted = up
        elif kind == 3:
            predicted = (left + up) // 2
        else:
            estimate = left + up - corner
            predicted = min((left, up, corner), key=lambda known: abs(estimate - known))
        line[i] = (value + predicted) & 255


def colours_of(data):
    """How many pixels of each (red, green, blue) a PNG of 8 bits a channel has."""
    packed, at = b"", 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        chunk = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", chunk[:10])
        elif kind == b"IDAT":
            packed += chunk
        at += length + 12
    assert depth == 8 and colour in (2, 6), (depth, colour)
    size = 3 if colour == 2 else 4
    pixels = zlib.decompress(packed)
    above = bytes(width * size)
    counts = {}
    for row in range(height):
        start = row * (width * size + 1)
        line = bytearray(pixels[start + 1:start + 1 + width * size])
        if pixels[start]:
            unfilter(pixels[start], line, above, size)
        for i in range(0, len(line), size):
            pixel = tuple(line[i:i + 3])
            counts[pixel] = counts.get(pixel, 0) + 1
        above = line
    return counts
