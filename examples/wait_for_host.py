"""Wait until a host is back after its reboot."""

import time

import requests


class Fleet:
    def __init__(self):
        self.http = requests.Session()

    def wait_for(self, host):
        while True:
            try:
                return self.http.get(f"https://{host}/healthz").ok
            except requests.RequestException:
                time.sleep(5)
