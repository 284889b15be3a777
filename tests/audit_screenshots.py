"""The pictures of docs/audit-report.md: `python tests/audit_screenshots.py` takes them anew, in the Chromium that the tests use.

Make them small before they are committed: 64 colours are enough.
"""

import base64
import tempfile
from pathlib import Path

from audit_samples import BOOK, showcase
from test_audit_browser import FLAGS, found

from lintfoot.audit.views import VIEWS
from lintfoot.reports import Options

DOCS = Path(__file__).parent.parent / "docs"
# name: width, height, colours, what leads there
PICTURES = {
    "audit-first": (1280, 1330, "light", ""),
    "audit-map": (1280, 730, "light", "#map"),
    "audit-dark": (1280, 860, "dark", "#f1"),
    "audit-phone": (360, 780, "light", ""),
}


def main():
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    (chromium, driver), _ = found()
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, "--hide-scrollbars"):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=Service(driver))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "audit.html"
        page.write_text(VIEWS["html"](showcase(), BOOK, Options()), encoding="utf-8")
        for name, (width, height, scheme, where) in PICTURES.items():
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
            browser.get("about:blank")
            browser.get(page.as_uri() + where)
            shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
            (DOCS / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))
    browser.quit()


if __name__ == "__main__":
    main()
