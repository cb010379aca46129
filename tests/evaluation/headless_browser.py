"""A headless Chromium, driven through the pipe it offers; needs no package."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PATIENCE = 60.0
_CODES = {
    key: {"windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code}
    for key, code in {"Tab": 9, "Enter": 13, "ArrowUp": 38, "ArrowDown": 40}.items()
}


def find_browser() -> str | None:
    """Return the path of a Chromium, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One page of a headless Chromium: what it logs, what it asks the network for, what it shows."""

    def __init__(self, executable: str, profile: Path) -> None:
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()

        def pipes_at_three_and_four() -> None:
            # moved out of the way first: either may itself be number 3 or 4
            inward, outward = os.dup(commands), os.dup(answers)
            os.dup2(inward, 3)
            os.dup2(outward, 4)

        self._process = subprocess.Popen(
            [
                executable,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--remote-debugging-pipe",
                f"--user-data-dir={profile}",
            ],
            preexec_fn=pipes_at_three_and_four,  # noqa: PLW1509  (a child cannot be given descriptors 3 and 4 otherwise)
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        self._buffer = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []
        target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Run one command of the DevTools protocol in the page."""
        return self._call(method, parameters, self._session)

    def show(self, path: Path, width: int = 1280, height: int = 900, scheme: str = "light") -> None:
        """Open a report and wait until its charts are drawn."""
        self.events.clear()
        self.resize(width, height)
        self.prefer(scheme)
        self.call("Page.navigate", url=path.as_uri())
        end = time.monotonic() + _PATIENCE
        while not self.value("document.documentElement?.hasAttribute('data-drawn') === true"):
            if time.monotonic() > end:
                raise TimeoutError(f"the charts were not drawn: {self.complaints()}")
            time.sleep(0.05)
        self.settle()

    def resize(self, width: int, height: int = 900) -> None:
        """Change the size of the screen and wait until the charts have followed."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.value("new Promise(done => setTimeout(done, 300))")  # plotly waits 100 ms for a resize to end
        self.settle()

    def prefer(self, scheme: str) -> None:
        """Set the colour scheme that the reader prefers."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.settle()

    def press(self, key: str, text: str = "") -> None:
        """Press and release a key."""
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, text=text, **_CODES.get(key, {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, **_CODES.get(key, {}))
        self.settle()

    def settle(self) -> None:
        """Wait until what was asked for is painted."""
        self.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def value(self, expression: str) -> Any:
        """Evaluate JavaScript in the page and return its value."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def complaints(self) -> list[str]:
        """Return the errors and warnings that the page caused since it was opened."""
        found = []
        for event in self.events:
            method, detail = event["method"], event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(str(detail["exceptionDetails"].get("exception", detail["exceptionDetails"])))
            elif method == "Runtime.consoleAPICalled" and detail["type"] in ("error", "warning", "assert"):
                found.append(str([item.get("value") for item in detail["args"]]))
            elif method == "Log.entryAdded" and detail["entry"]["level"] in ("error", "warning"):
                found.append(detail["entry"]["text"])
        return found

    def requests(self) -> list[str]:
        """Return the addresses asked for since the page was opened, itself included; data: carries its own answer."""
        sent = (event for event in self.events if event["method"] == "Network.requestWillBeSent")
        addresses = [event["params"]["request"]["url"] for event in sent]
        return [address for address in addresses if not address.startswith("data:")]

    def screenshot(self, path: Path, whole: bool = True) -> None:
        """Save a picture of the page as PNG."""
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer["data"]))

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._commands)
        os.close(self._answers)

    def _call(self, method: str, parameters: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come before it are kept."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def _receive(self) -> dict[str, Any]:
        """Return the next message of the browser."""
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], _PATIENCE)
            chunk = os.read(self._answers, 1 << 16) if ready else b""
            if not chunk:
                raise RuntimeError("the browser does not answer")
            self._buffer += chunk
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)
