"""Debian's Chromium, driven by WebDriver's own JSON over HTTP."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager

import httpx
import pytest

from service.embedded.arena import free_port
from tests.patience import HANG, until

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-extensions", "--disable-background-networking", "--hide-scrollbars",
)  # fmt: skip
needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="wants chromium and chromium-driver, which are not installed"
)


class Browser:
    """One window."""

    def __init__(self, http, session):
        self.http, self.home = http, f"/session/{session}"

    def ask(self, method, path, **body):
        answer = self.http.request(
            method, self.home + path, json=body if method == "POST" else None
        )
        value = answer.json()["value"]
        assert answer.is_success, value
        return value

    def open(self, address):
        self.ask("POST", "/url", url=address)

    def run(self, script, *arguments):
        """What a script in the page returns."""
        return self.ask("POST", "/execute/sync", script=script, args=list(arguments))

    def text(self, selector="body"):
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def click(self, selector, number=0):
        script = "return document.querySelectorAll(arguments[0])[arguments[1]]"
        element = self.run(script, selector, number)[ELEMENT]
        self.ask("POST", f"/element/{element}/click")

    def resize(self, width, height):
        self.ask("POST", "/window/rect", width=width, height=height)

    def colours(self, scheme):
        """light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask(
            "POST",
            "/goog/cdp/execute",
            cmd="Emulation.setEmulatedMedia",
            params={"features": features},
        )

    def scripts(self, on):
        self.ask(
            "POST",
            "/goog/cdp/execute",
            cmd="Emulation.setScriptExecutionDisabled",
            params={"value": not on},
        )

    def width(self, width, height=900):
        """As a device of so many pixels sees it; a window has a least width of its own."""
        about = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask(
            "POST", "/goog/cdp/execute", cmd="Emulation.setDeviceMetricsOverride", params=about
        )

    def picture(self):
        """A PNG of the window, in base64."""
        return self.ask("GET", "/screenshot")

    def complaints(self):
        """What the console says is wrong since the last look."""
        entries = self.ask("POST", "/se/log", type="browser")
        return [one["message"] for one in entries if one["level"] == "SEVERE"]

    def until(self, script, *arguments):
        """Waits until a script returns something."""
        return until(lambda: self.run(script, *arguments))


@contextmanager
def opened_browser():
    port = free_port()
    folder = tempfile.mkdtemp(prefix="browser")
    driver = subprocess.Popen(
        [DRIVER, f"--port={port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"HOME": folder},
    )
    options = {"binary": CHROMIUM, "args": [*FLAGS, f"--user-data-dir={folder}/profile"]}
    wanted = {"browserName": "chrome", "goog:chromeOptions": options}
    wanted["goog:loggingPrefs"] = {"browser": "ALL"}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=HANG) as http:
            await_driver(http)
            answer = http.post("/session", json={"capabilities": {"alwaysMatch": wanted}}).json()
            browser = Browser(http, answer["value"]["sessionId"])
            yield browser
            http.delete(browser.home)
    finally:
        driver.terminate()
        driver.wait()
        shutil.rmtree(folder, ignore_errors=True)


def await_driver(http):
    deadline = time.monotonic() + HANG
    while time.monotonic() < deadline:
        try:
            if http.get("/status").json()["value"]["ready"]:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError("chromedriver is not ready")
