"""The page of an audit in a real browser: Debian's Chromium, headless, through Selenium, from a file.

One browser serves all tests; a test without one is skipped, and says why, unless REQUIRE_BROWSER is set, as the gate does.
"""

import json
import os
import shutil
import time
from contextlib import contextmanager

import pytest
from audit_samples import BOOK, HOSTILE, compared, hostile, large, small

from lintfoot.audit.views import VIEWS
from lintfoot.reports import Options

REQUIRED = "REQUIRE_BROWSER"
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --disable-dev-shm-usage --window-size=1280,900""".split()
SAMPLES = {"small": small, "compared": compared, "hostile": hostile, "large": large}


def found():
    """The browser and its driver, or why there is none."""
    paths = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if all(paths):
        return paths, ""
    return None, "no Chromium here: `apt-get install chromium chromium-driver` brings browser and driver"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    paths, missing = found()
    if missing and not os.environ.get(REQUIRED):
        pytest.skip(missing)
    assert not missing, f"{REQUIRED} is set: {missing}"
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = paths[0]
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(paths[1]))
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The address of a sample's page, made once."""
    folder = tmp_path_factory.mktemp("pages")

    def address(name):
        file = folder / f"{name}.html"
        if not file.exists():
            file.write_text(VIEWS["html"](SAMPLES[name](), BOOK, Options()), encoding="utf-8")
        return file.as_uri()

    return address


@pytest.fixture
def show(browser, pages):
    """Open a sample afresh; what the last test left in the logs is gone."""

    def opened(name, fragment=""):
        browser.get("about:blank")
        browser.get_log("browser"), browser.get_log("performance")
        browser.get(pages(name) + fragment)
        return browser

    return opened


@contextmanager
def emulated(browser, command, during, after):
    browser.execute_cdp_cmd(command, during)
    try:
        yield
    finally:
        browser.execute_cdp_cmd(command, after)


def screen(browser, width, height):
    command = "Emulation.setDeviceMetricsOverride"
    phone = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    return emulated(browser, command, phone, {"width": 0, "height": 0, "deviceScaleFactor": 0, "mobile": False})


def scripts(browser, *, on):
    return emulated(browser, "Emulation.setScriptExecutionDisabled", {"value": not on}, {"value": False})


def media(browser, **given):
    features = [{"name": "prefers-color-scheme", "value": given.get("scheme", "")}]
    during = {"media": given.get("media", ""), "features": features}
    return emulated(browser, "Emulation.setEmulatedMedia", during, {"media": "", "features": []})


def asked_for(browser):
    """The addresses that the page asked for, itself among them; what its policy stopped never left it."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = {
        event["params"]["requestId"]: event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    }
    for event in events:
        if event["method"] == "Network.loadingFailed" and event["params"].get("blockedReason") == "csp":
            asked.pop(event["params"]["requestId"], None)
    return list(asked.values())


def script(browser, text, *values):
    return browser.execute_script(text, *values)


def shown(browser):
    """The keys of the findings that no filter hides."""
    return script(
        browser,
        "return [...document.querySelectorAll('li.f')].filter(f => !f.closest('[hidden]')).map(f => f.id)",
    )


def wait(browser, text, seconds=10):
    """Until an expression holds."""
    until = time.monotonic() + seconds
    while not script(browser, f"return Boolean({text})"):
        assert time.monotonic() < until, text
        time.sleep(0.03)


def fill(browser, name, value):
    """What a person does to a field, and the wait for what it brings about."""
    script(
        browser,
        """const field = document.getElementById(arguments[0]);
        if (field.type === "checkbox") field.checked = arguments[1]; else field.value = arguments[1];
        document.getElementById("status").textContent = "";
        field.dispatchEvent(new Event("input", {bubbles: true}));""",
        name,
        value,
    )
    wait(browser, "document.getElementById('status').textContent")


def status(browser):
    return script(browser, "return document.getElementById('status').textContent")


def focused(browser):
    return script(
        browser, "const at = document.activeElement; return (at.getAttribute('href') || at.id || at.tagName).toString()"
    )


def press(browser, *keys):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    chain = ActionChains(browser)
    for key in keys:
        chain.send_keys(getattr(Keys, key))
    chain.perform()


# --- alone ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["compared", "hostile"])
def test_nothing_leaves_the_page_and_nothing_complains(show, name):
    browser = show(name)
    fill(browser, "q", "zzz")
    fill(browser, "q", "")
    assert [address for address in asked_for(browser) if not address.startswith(("file://", "data:,"))] == []
    assert browser.get_log("browser") == []


def test_hostile_text_does_nothing(show):
    browser = show("hostile")
    assert browser.title.startswith("lintfoot audit: ")
    assert "owned" not in browser.title
    text = script(browser, "return document.body.textContent")
    assert HOSTILE in text
    assert "\\u202egnp.exe" in text
    assert "\\x1b[31mred\\x07" in text
    assert "{{ 7*7 }} ${7} &amp; <img src=x onerror=alert(1)>" in text
    assert script(browser, "return document.scripts.length + ':' + document.images.length") == "1:0"
    fill(browser, "q", "</script>")
    assert len(shown(browser)) == 1


def test_the_policy_stops_what_should_get_in_after_all(show):
    browser = show("small")
    script(
        browser,
        """const made = document.createElement("script"); made.textContent = "document.title = 'owned'"; document.body.append(made);
        const image = document.createElement("img"); image.src = "https://example.com/x.png"; document.body.append(image);""",
    )
    time.sleep(0.2)
    assert "owned" not in browser.title
    assert all("Content Security Policy" in entry["message"] for entry in browser.get_log("browser"))
    assert not [address for address in asked_for(browser) if "example.com" in address]


# --- filters ----------------------------------------------------------------------------------------------------------


def expected(test):
    """How many findings of the sample pass a test of (repository, finding)."""
    return sum(test(one, finding) for one in compared().repositories for finding in one.findings)


def test_filters_keep_what_they_say(show):
    browser = show("compared")
    everything = expected(lambda *_: True)
    assert status(browser) == f"{everything} findings in 8 scripts"
    cases = [
        ("q", "ROLLOUT", expected(lambda _, f: "rollout" in f.path)),
        ("q", "waits for ever", expected(lambda _, f: f.code == "LF201")),
        ("q", "no such words", 0),
        ("rule", "LF101", expected(lambda _, f: f.code == "LF101")),
        ("rule", "LF5", expected(lambda _, f: f.code.startswith("LF5"))),
        ("e", False, expected(lambda _, f: f.severity.value != "error")),
        ("w", False, expected(lambda _, f: f.severity.value != "warning")),
        ("n", False, expected(lambda _, f: f.severity.value != "note")),
        ("repository", "2", expected(lambda r, _: r.name == "tools")),
        ("silent", "only", 2),
        ("silent", "no", everything - 2),
        ("new", True, 2),
    ]
    for name, value, count in cases:
        fill(browser, name, value)
        assert len(shown(browser)) == count, (name, value)
        assert status(browser).startswith(f"{count} finding"), (name, value)
        script(browser, "document.querySelector('.filters').reset()")
        wait(browser, f"document.getElementById('status').textContent.startsWith('{everything} findings in')")
    assert len(shown(browser)) == everything


def test_filters_work_together_and_unfold_what_is_left(show):
    browser = show("compared")
    fill(browser, "rule", "LF101")
    fill(browser, "q", "ops/")
    assert status(browser) == "2 findings of 52, in 2 scripts"
    opened = script(
        browser, "return [...document.querySelectorAll('details.g[open]:not([hidden]) .path')].map(p => p.textContent)"
    )
    assert opened == ["ops/rollout.py", "ops/backup.py"]
    script(browser, "document.querySelector('.filters').reset()")
    wait(browser, "!document.querySelector('details.g[open]')")


def test_a_rule_of_the_table_shows_its_findings(show):
    browser = show("compared")
    script(browser, "document.querySelector('.pick[data-rule=LF502]').click()")
    wait(browser, "document.getElementById('status').textContent.startsWith('20 findings of')")
    assert focused(browser) == "rule"


# --- where links lead -------------------------------------------------------------------------------------------------


def test_a_link_unfolds_what_it_leads_to(show):
    browser = show("compared", "#f2")
    assert script(
        browser, "const f = document.getElementById('f2'); return f.checkVisibility() && f.closest('details').open"
    )
    fill(browser, "q", "bin/sync")
    script(browser, "document.querySelector('.step .see a').click()")
    wait(browser, "document.getElementById(location.hash.slice(1)).checkVisibility()")
    assert status(browser).startswith("52 findings in")


@pytest.mark.parametrize("name", ["compared", "hostile"])
def test_no_link_of_the_page_leads_nowhere(show, name):
    browser = show(name)
    missing = "return [...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href')).filter(h => !document.getElementById(h.slice(1)))"
    assert script(browser, missing) == []


# --- keyboard ---------------------------------------------------------------------------------------------------------


def test_everything_is_reached_by_keyboard(show):
    browser = show("compared")
    press(browser, "TAB")
    assert focused(browser) == "#main", "the first stop skips to the report"
    seen = []
    for _ in range(120):
        press(browser, "TAB")
        seen.append(focused(browser))
        if seen[-1] == "BODY":
            break
    for stop in (
        "#first",
        "#s1",
        "#after-map",
        "q",
        "rule",
        "repository",
        "silent",
        "new",
        "SUMMARY",
        "BUTTON",
        "#rule-LF101",
    ):
        assert stop in seen, stop
    tiles = script(browser, "return document.querySelectorAll('svg.map.w a').length")
    assert tiles > 6
    assert script(browser, "return document.querySelectorAll('svg.map.w a[tabindex=\"0\"]').length") == 1


def test_the_arrow_keys_walk_over_the_map(show):
    browser = show("compared")
    script(browser, "document.querySelector('svg.map.w a').focus()")
    seen = {focused(browser)}
    for key in ("ARROW_RIGHT", "ARROW_DOWN", "ARROW_RIGHT", "ARROW_RIGHT", "ARROW_UP", "ARROW_LEFT"):
        press(browser, key)
        seen.add(focused(browser))
        assert script(browser, "return Boolean(document.activeElement.closest('svg.map.w'))")
    assert len(seen) >= 4
    press(browser, "ENTER")
    wait(browser, "document.activeElement.tagName === 'SUMMARY'")
    assert script(browser, "return document.activeElement.parentElement.open")


def test_focus_can_be_seen(show):
    browser = show("compared")
    press(browser, "TAB", "TAB", "TAB")
    style = script(
        browser,
        "const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)]",
    )
    assert style == ["solid", 3]


# --- without JavaScript, on a phone, in the dark, on paper ------------------------------------------------------------


def test_without_javascript_everything_is_there_and_nothing_is_dead(browser, show):
    with scripts(browser, on=False):
        page = show("compared")
        seen = page.find_element("tag name", "body").text
        assert "2 of 9 scripts are at high risk." in seen
        assert "Without JavaScript there are no filters" in seen
        assert "ops/rollout.py" in seen
        assert "The arrow keys" not in seen
        assert not page.find_element("css selector", ".filters").is_displayed()
        assert not any(one.is_displayed() for one in page.find_elements("css selector", ".pick"))
        summary = page.find_element("css selector", "#s1 summary")
        summary.click()
        assert "this Session has no timeout of its own" in page.find_element("id", "s1").text


@pytest.mark.parametrize("name", ["compared", "hostile"])
@pytest.mark.parametrize("width", [360, 800, 1280])
def test_nothing_is_wider_than_the_screen(browser, show, name, width):
    with screen(browser, width, 740):
        page = show(name)
        script(page, "for (const one of document.querySelectorAll('details')) one.open = true")
        assert script(page, "return document.documentElement.scrollWidth") <= width
        maps = script(page, "return [...document.querySelectorAll('svg.map')].map(m => m.checkVisibility())")
        assert maps == ([False, True] if width == 360 else [True, False])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_readers_colours(browser, show, scheme):
    with media(browser, scheme=scheme):
        page = show("small")
        colour = script(page, "return getComputedStyle(document.body).backgroundColor")
        assert colour == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 23, 26)"}[scheme]


def test_on_paper_the_controls_are_gone_and_the_page_is_light(browser, show):
    page = show("small")
    with media(browser, media="print", scheme="dark"):
        assert script(page, "return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.find_element("css selector", ".filters").is_displayed()
        assert page.find_element("css selector", "svg.map.w").is_displayed()
    made = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    assert len(made["data"]) > 20_000


# --- 20,000 findings --------------------------------------------------------------------------------------------------


def test_twenty_thousand_findings_open_and_answer_quickly(show, pages):
    from urllib.request import url2pathname

    address = pages("large")
    assert os.path.getsize(url2pathname(address.removeprefix("file://"))) < 20_000_000  # noqa: PTH202
    started = time.monotonic()
    browser = show("large")
    opened = time.monotonic() - started
    assert status(browser) == "20,000 findings in 1,000 scripts"
    started = time.monotonic()
    fill(browser, "q", "job_0170")
    answered = time.monotonic() - started
    assert status(browser) == "20 findings of 20,000, in 1 script"
    assert opened < 30, f"{opened:.1f} s"  # 2 s on a free machine
    assert answered < 15, f"{answered:.1f} s"
