"""What the Python judges share: assertions that say what they saw, and the emulator's control API.

A judge is a program of its own, so that nothing of this project's code stands between the foreign
client and the emulator. It ends with 0 when all held; otherwise the first thing that did not is the
last line on stderr.
"""

import inspect
import json
import os
import sys
import time
import traceback
import urllib.error
import urllib.request

ENDPOINT = os.environ["JUDGE_ENDPOINT"]
AUTHORITY = ENDPOINT.split("://", 1)[1]
# Straight to the emulator, whatever the environment says about proxies.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def same(what, seen, wanted):
    if seen != wanted or isinstance(seen, bool) != isinstance(wanted, bool):
        raise AssertionError(f"{what}: saw {seen!r}, wanted {wanted!r}")


def holds(what, condition, seen=None):
    if not condition:
        raise AssertionError(f"{what}: saw {seen!r}")


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        ENDPOINT + "/_bellcheck/" + path, data, {"content-type": "application/json"}, method=method
    )
    try:
        with OPENER.open(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None


def robot(token, **settings):
    """Declares a robot and returns the address that a contact's webhook has."""
    control("POST", "robots", {"token": token, **settings})
    return f"https://oapi.dingtalk.com/robot/send?access_token={token}"


def messages(token):
    return control("GET", f"robots/{token}/messages")


def eventually(what, look, seconds=30):
    """What `look` finds: the emulated delays are real time here, if short."""
    for _ in range(seconds * 20):
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: did not happen in {seconds} s")


PLAIN = {"str": str, "int": int, "bool": bool, "float": (int, float)}


def typed(model):
    """Asserts that every value in a V3 SDK model has the type that the SDK declares for it.

    The SDK itself takes what comes; a program that reads `body.code` relies on the declaration.
    """
    for name, parameter in inspect.signature(type(model).__init__).parameters.items():
        declared = parameter.annotation
        value = getattr(model, name, None)
        if name == "self" or value is None:
            continue
        where = f"{type(model).__name__}.{name}"
        wants_list = str(declared).startswith("List[")
        holds(f"{where} is declared {declared}", isinstance(value, list) == wants_list, value)
        inner = str(declared)[5:-1] if wants_list else str(declared)
        for one in value if wants_list else [value]:
            if inner in PLAIN:
                kind = PLAIN[inner]
                right = isinstance(one, kind) and isinstance(one, bool) == (kind is bool)
                holds(f"{where} is declared {declared}", right, one)
            elif hasattr(one, "to_map"):
                typed(one)
    return model


def run(flows):
    """Runs the flows in order, and says which one ended how."""
    for flow in flows:
        began = time.monotonic()
        try:
            flow()
        except BaseException as error:
            traceback.print_exc()
            kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
            print(f"{flow.__name__} failed: {kind}{error}", file=sys.stderr)
            sys.exit(1)
        print(f"{flow.__name__} ok in {time.monotonic() - began:.1f} s")
