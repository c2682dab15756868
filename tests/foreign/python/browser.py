"""Opens an HTML report in headless Chromium, by the DevTools protocol, and uses it as a reader does.

Usage: browser.py CHROMIUM PAGE PICTURES EXPECTED   EXPECTED is JSON: scenarios, bubbles, filter, shown.
Says `… ok` for each thing that it saw; ends with an error at the first that is otherwise.
"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import websocket

program, page, pictures, expected = sys.argv[1:]
expected = json.loads(expected)
url = pathlib.Path(page).resolve().as_uri()
pictures = pathlib.Path(pictures)
pictures.mkdir(parents=True, exist_ok=True)


class Browser:
    def __init__(self, folder):
        flags = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank",
        ]
        self.process = subprocess.Popen([program, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = pathlib.Path(folder) / "DevToolsActivePort"
        for _ in range(600):
            if port.exists() and len(port.read_text().split()) == 2:
                break
            if self.process.poll() is not None:
                sys.exit(f"{program} ended with {self.process.returncode}")
            time.sleep(0.1)
        number, path = port.read_text().split()
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{number}{path}", suppress_origin=True, timeout=120
        )
        self.number = 0
        self.session = None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def value(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def key(self, key, text=None):
        codes = {"Enter": 13, "Escape": 27}
        parameters = {"key": key, "windowsVirtualKeyCode": codes.get(key, ord(key[0].upper()))}
        text = text if text is not None else {"Enter": "\r", "Escape": ""}.get(key, key)
        kind = "keyDown" if text else "rawKeyDown"
        self.call("Input.dispatchKeyEvent", type=kind, text=text, **parameters)
        self.call("Input.dispatchKeyEvent", type="keyUp", **parameters)


def check(what, found, wanted=True):
    assert found == wanted, f"{what}: {found!r}, not {wanted!r}"
    print(f"{what} ok")


def run(browser):
    for domain in ("Page", "Runtime", "Log", "Network"):
        browser.call(f"{domain}.enable")

    def size(width, height=900):
        browser.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )

    size(1280)
    browser.call("Page.navigate", url=url)
    for _ in range(600):
        if browser.value("document.readyState === 'complete' && location.protocol === 'file:'"):
            break
        time.sleep(0.1)
    shown = "[...document.querySelectorAll('.scenario')].filter((each) => each.offsetParent !== null).length"
    focused = "[...document.querySelectorAll('.scenario')].findIndex((each) => each.querySelector('summary') === document.activeElement)"
    check("all scenarios are shown", browser.value(shown), expected["scenarios"])
    check("the count is told", browser.value("document.getElementById('shown').textContent"), f"{expected['scenarios']} of {expected['scenarios']} shown")
    check("each message is a bubble", browser.value("document.querySelectorAll('.chat .bubble').length"), expected["bubbles"])
    check("Markdown is drawn", browser.value("document.querySelectorAll('.bubble .body li').length > 0"))
    check("a difference is drawn", browser.value("document.querySelectorAll('.diff del').length > 0 && document.querySelectorAll('.diff ins').length > 0"))
    check("a route is drawn", browser.value("document.querySelectorAll('.route .depth4').length > 0"))
    check("what is hostile stays text", browser.value("[...document.querySelectorAll('.bubble')].some((each) => each.textContent.includes('<script>'))"))
    check("nothing of it runs", browser.value("typeof window.pwned"), "undefined")
    check("it makes no element", browser.value("document.querySelectorAll('.bubble script, .bubble img, .bubble iframe, .bubble [onclick]').length"), 0)
    check("no link does anything but lead", browser.value("[...document.links].every((each) => /^(https?|file):$/.test(each.protocol))"))
    check("no character turns the direction", browser.value(r"/[\u202a-\u202e\u2066-\u2069\u001b]/.test(document.body.textContent)"), False)

    # The keyboard.
    browser.key("j")
    check("j goes to the first scenario", browser.value(focused), 0)
    check("the focus is seen", browser.value("getComputedStyle(document.activeElement).outlineStyle"), "solid")
    browser.key("j")
    check("j goes on", browser.value(focused), 1)
    browser.key("k")
    check("k goes back", browser.value(focused), 0)
    before = browser.value("document.activeElement.parentElement.open")
    browser.key("Enter")
    check("Enter opens and closes", browser.value("document.activeElement.parentElement.open"), not before)
    browser.key("Enter")
    browser.key("/")
    check("/ goes to the filter", browser.value("document.activeElement.id"), "text")
    check("/ is not written", browser.value("document.activeElement.value"), "")
    browser.call("Input.insertText", text=expected["filter"])
    check("the filter chooses", browser.value(shown), expected["shown"])
    browser.key("j")
    check("j is a letter there", browser.value("document.activeElement.value"), expected["filter"] + "j")
    check("nothing fits, and that is told", browser.value("!document.getElementById('none').hidden && document.getElementById('shown').textContent.startsWith('0 of')"))
    browser.key("Escape")
    check("Escape clears it", browser.value(shown), expected["scenarios"])
    check("Escape leaves it", browser.value("document.activeElement.id"), "")
    passed = "document.querySelector('fieldset input[value=passed]')"
    browser.value(f"{passed}.click()")
    check("a verdict is left out", browser.value("document.querySelector('.scenario.passed').hidden"))
    browser.value(f"{passed}.click()")

    # What a screen reader is told.
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = {}
    for node in tree:
        if not node.get("ignored"):
            roles.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
    for role in ("main", "banner", "search", "heading", "status", "searchbox"):
        check(f"there is a {role}", role in roles)
    check("the filter has a name", roles["searchbox"], ["Filter"])
    check("checkboxes have names", all(roles["checkbox"]))
    levels = browser.value("[...document.querySelectorAll('h1,h2,h3,h4')].map((each) => Number(each.tagName[1]))")
    check("headings leave out no level", all(b - a <= 1 for a, b in zip([0] + levels, levels)))
    check("verdicts are words too", browser.value("[...document.querySelectorAll('.scenario summary')].every((each) => each.closest('.route, .attempt, .lookup') || /passed|failed|errored|not run/.test(each.textContent))"))

    # Both widths, both schemes.
    contrast = """(() => {
      const rgb = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
      const light = (text) => { const [r, g, b] = rgb(text).map((c) => c / 255).map((c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
      const ground = (each) => { for (; each; each = each.parentElement) { const color = getComputedStyle(each).backgroundColor; if (!/, 0\\)|transparent/.test(color)) return color; } return 'rgb(255,255,255)'; };
      const bad = [];
      for (const each of document.querySelectorAll('h1,h3,h4,p,li,time,pre,code,.where,.tag,.via,del,ins,a,td,th,label,.mark')) {
        if (!each.offsetParent || !each.textContent.trim()) continue;
        const [a, b] = [light(getComputedStyle(each).color), light(ground(each))].sort((x, y) => y - x);
        if ((a + .05) / (b + .05) < 4.5) bad.push(each.outerHTML.slice(0, 80));
      }
      return bad.slice(0, 3);
    })()"""
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        check(f"all text is readable in the {scheme}", browser.value(contrast), [])
        for width in (1280, 390):
            size(width)
            check(f"nothing is wider than {width}", browser.value("document.documentElement.scrollWidth <= innerWidth"))
            picture = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
            (pictures / f"{scheme}-{width}.png").write_bytes(base64.b64decode(picture["data"]))
            size(width, 2400)
            picture = browser.call("Page.captureScreenshot", format="png")
            (pictures / f"{scheme}-{width}-long.png").write_bytes(base64.b64decode(picture["data"]))

    browser.value("new Promise((done) => setTimeout(done, 200))")
    requests = [e["params"]["request"]["url"] for e in browser.events if e["method"] == "Network.requestWillBeSent"]
    check("no request leaves the file", requests, [url])
    told = [e for e in browser.events if e["method"] in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")]
    check("the console is empty", told, [])


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    browser = Browser(folder)
    try:
        run(browser)
    finally:
        browser.process.terminate()
        browser.process.wait(30)
