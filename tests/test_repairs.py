"""What each repair writes, and what it leaves alone."""

import textwrap

import pytest

from lintfoot.findings import Safety
from tests.test_fix import mended


def after(code, *codes, **more):
    return mended(written(code), *codes, **more).text


def written(code):
    return textwrap.dedent(code).lstrip("\n")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('f"rm -r {path}".split()', '["rm", "-r", str(path)]'),
        ('f"scp {path} {host}:{path}".split(" ")', '["scp", str(path), f"{host}:{path}"]'),
        ('("rsync -a %s %s:" % (path, host)).split()', '["rsync", "-a", str(path), f"{host}:"]'),
        ('"kill -%d %s" % (pid, path).split()', None),
        ('("kill -%d %(x)s" % path).split()', None),
        ('"kill -{} {}".format(path).split()', None),
        ('("ping -c1 " + host).split()', '["ping", "-c1", host]'),
        ("shlex.split(f\"tar xf {path} -C '/srv/old backup'\")", '["tar", "xf", str(path), "-C", "/srv/old backup"]'),
        ('shlex.split(f"rm {path}/*.log")', None),
        ('f"rm -r {path!r}".split()', None),
        ('f"rm -r {path:>8}".split()', None),
        ("f\"rm -r {names['a']}x\".split()", None),
    ],
)
def test_words_are_written_as_a_list(before, expected):
    code = f"import shlex\nimport subprocess\n\ndef f(path, host, names):\n    subprocess.run({before}, check=True)\n"
    assert mended(code, "LF102").text == (code.replace(before, expected) if expected else code)


def test_a_line_without_a_shell_becomes_words():
    code = 'import subprocess\nsubprocess.run("systemctl restart nginx", check=True)\n'
    assert mended(code, "LF102").text == code.replace('"systemctl restart nginx"', '["systemctl", "restart", "nginx"]')


def test_a_check_is_suggested_and_never_written():
    """Nobody but a person can say which failures may be overlooked."""
    code = "import subprocess\nsubprocess.run(['sync'])\nsubprocess.call(['sync'])\n"
    assert mended(code, "LF103", levels=(Safety.SAFE, Safety.UNSAFE)).text == code
    assert mended(code, "LF103").text == (
        "import subprocess\nsubprocess.run(['sync'], check=True)\nsubprocess.check_call(['sync'])\n"
    )


def test_known_hosts_are_read_once_and_strangers_refused():
    assert after(
        """
        import paramiko

        def connect(host):
            client = paramiko.SSHClient()
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # lab only
            client.set_missing_host_key_policy(paramiko.WarningPolicy())
            client.connect(host, timeout=5)
        """,
        "LF303",
    ) == written(
        """
        import paramiko

        def connect(host):
            client = paramiko.SSHClient()
            client.load_system_host_keys()
            client.set_missing_host_key_policy(paramiko.RejectPolicy())  # lab only
            client.set_missing_host_key_policy(paramiko.RejectPolicy())
            client.connect(host, timeout=5)
        """
    )


def test_known_hosts_that_are_read_already_are_not_read_again():
    code = written(
        """
        from paramiko import AutoAddPolicy, SSHClient
        client = SSHClient()
        client.load_host_keys("/etc/deploy/known_hosts")
        client.set_missing_host_key_policy(AutoAddPolicy())
        """
    )
    first, rest = code.split("\n", 1)
    assert mended(code, "LF303").text == f"{first}\nimport paramiko\n" + rest.replace(
        "AutoAddPolicy())", "paramiko.RejectPolicy())"
    )


def test_no_policy_changes_where_known_hosts_cannot_be_read():
    code = "import paramiko\nclient = paramiko.SSHClient()\nif X: client.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n"
    assert mended(code, "LF303").text == code


def test_ssh_keeps_the_keys_that_it_takes():
    code = 'import subprocess\nsubprocess.run(["ssh", "-o", "StrictHostKeyChecking=no", HOST, "uptime"], check=True)\n'
    assert mended(code, "LF303").text == code.replace("=no", "=accept-new")
    nowhere = code.replace("HOST,", '"-o", "UserKnownHostsFile=/dev/null", HOST,')
    assert mended(nowhere, "LF303").text == nowhere


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("urllib3.PoolManager(cert_reqs='CERT_NONE')", "urllib3.PoolManager()"),
        ("functools.partial(requests.get, verify=False)", "functools.partial(requests.get)"),
        ("Client(host, insecure=True)", "Client(host)"),
        ('subprocess.run(["curl", "-fk", URL], check=True)', None),
        ('subprocess.run(["curl", "-f", "-k", URL], check=True)', 'subprocess.run(["curl", "-f", URL], check=True)'),
        ('subprocess.run(("curl", "--insecure"), check=True)', None),
    ],
)
def test_a_switch_goes(before, expected):
    code = f"import functools\nimport requests\nimport subprocess\nimport urllib3\n\n{before}\n"
    assert mended(code, "LF301").text == (code.replace(before, expected) if expected else code)


def test_a_context_checks_again():
    assert after(
        """
        import ssl
        import urllib.request
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # self-signed
        urllib.request.urlopen(URL, timeout=5, context=context)
        """,
        "LF301",
    ) == written(
        """
        import ssl
        import urllib.request
        context = ssl.create_default_context()
        context.check_hostname = True
        context.verify_mode = ssl.CERT_REQUIRED  # self-signed
        urllib.request.urlopen(URL, timeout=5, context=context)
        """
    )


def test_a_block_that_holds_only_the_switch_keeps_a_body():
    code = "import ssl\nif OLD:\n    ssl._create_default_https_context = ssl._create_unverified_context\n"
    assert mended(code, "LF301").text == "import ssl\nif OLD:\n    pass\n"


@pytest.mark.parametrize(
    ("imports", "before", "expected"),
    [
        ("import tenacity", "@tenacity.retry", "@tenacity.retry(stop=tenacity.stop_after_attempt(5))"),
        (
            "import tenacity as t",
            "@t.retry(wait=t.wait_fixed(1))",
            "@t.retry(wait=t.wait_fixed(1), stop=t.stop_after_attempt(5))",
        ),
        (
            "import backoff",
            "@backoff.on_exception(backoff.expo, OSError)",
            "@backoff.on_exception(backoff.expo, OSError, max_tries=5)",
        ),
        ("from retrying import retry", "@retry", "@retry(stop_max_attempt_number=5)"),
    ],
)
def test_a_retry_gets_an_end(imports, before, expected):
    code = f"{imports}\n\n{before}\ndef publish():\n    send()\n"
    assert mended(code, "LF601").text == code.replace(before, expected)
    options = {"LF601": {"fix-attempts": 8}}
    assert mended(code, "LF601", options=options).text == code.replace(before, expected.replace("5", "8"))


def test_urllib3_gets_an_end():
    code = "from urllib3.util import Retry\nRetry(total=None, backoff_factor=1)\n"
    assert mended(code, "LF601").text == code.replace("None", "5")


def test_a_loop_waits_longer_each_time():
    code = written(
        """
        import time
        import requests

        def register(host):
            for _ in range(3):
                try:
                    return requests.put(f"https://cmdb.internal/{host}", timeout=10)
                except requests.RequestException:
                    time.sleep(5)
            raise SystemExit("no answer")
        """
    )
    assert mended(code, "LF602").text == code.replace("_ in", "attempt in").replace(
        "5)\n", "min(60, 5 * 2**attempt))\n", 1
    )


def test_a_pause_of_two_terms_is_left_alone():
    code = written(
        """
        import time
        import requests

        def register(host):
            for attempt in range(3):
                try:
                    return requests.put(f"https://cmdb.internal/{host}", timeout=10)
                except requests.RequestException:
                    time.sleep(2 + 3)
            raise SystemExit("no answer")
        """
    )
    assert mended(code, "LF602").text == code


def test_an_answer_is_looked_at_before_its_body():
    assert after(
        """
        import requests

        def hosts(url):
            reply = requests.get(url, timeout=5)
            # the list
            if "error" in reply.text:
                return []
            return reply.json()
        """,
        "LF202",
    ) == written(
        """
        import requests

        def hosts(url):
            reply = requests.get(url, timeout=5)
            reply.raise_for_status()
            # the list
            if "error" in reply.text:
                return []
            return reply.json()
        """
    )


def test_a_temporary_file_is_made_at_once():
    assert after(
        """
        import tempfile

        def scratch():
            path = tempfile.mktemp(suffix=".conf")
            return path
        """,
        "LF702",
    ) == written(
        """
        import os
        import tempfile

        def scratch():
            descriptor, path = tempfile.mkstemp(suffix=".conf")
            os.close(descriptor)
            return path
        """
    )


def test_another_name_in_tmp_is_only_suggested():
    code = 'def f():\n    with open("/tmp/dump.sql", "w") as stream:\n        stream.write("x")\n'
    assert mended(code, "LF702", levels=(Safety.SAFE, Safety.UNSAFE)).text == code
    assert 'tempfile.NamedTemporaryFile("w", suffix=".sql", delete=False) as stream' in mended(code, "LF702").text


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("os.makedirs('/srv/app')", "os.makedirs('/srv/app', exist_ok=True)"),
        ("Path('/srv/x').unlink()", "Path('/srv/x').unlink(missing_ok=True)"),
        ("os.mkdir('/srv/app')", "with contextlib.suppress(FileExistsError):\n    os.mkdir('/srv/app')"),
        ("os.symlink('/srv/1', '/srv/current')", None),
        ("shutil.rmtree('/srv/app')", None),
    ],
)
def test_a_second_run_does_not_fail(before, expected):
    code = f"import contextlib\nimport os\nimport shutil\nfrom pathlib import Path\n\n{before}\n"
    assert mended(code, "LF704").text == (code.replace(before, expected) if expected else code)


@pytest.mark.parametrize(
    ("before", "expected"),
    [("os.chmod(p, 755)", "os.chmod(p, 0o755)"), ("os.chmod(p, 0o777)", "os.chmod(p, 0o775)"), ("os.umask(0)", None)],
)
def test_a_mode_is_what_was_meant(before, expected):
    code = f"import os\n\ndef f(p):\n    {before}\n"
    assert mended(code, "LF706").text == (code.replace(before, expected) if expected else code)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("#!/usr/bin/env python", "#!/usr/bin/env python3"),
        ("#!/usr/bin/python -u", "#!/usr/bin/python3 -u"),
        ("#!/usr/bin/python2.7", "#!/usr/bin/python3"),
    ],
)
def test_the_first_line_names_the_version(before, expected):
    code = f"{before}\n# what it does\nprint(1)\n"
    assert mended(code, "LF901").text == code.replace(before, expected)


def test_a_log_gets_its_time():
    code = "import logging\nlogging.basicConfig(level='INFO', format='%(message)s')\n"
    assert mended(code, "LF903").text == code.replace("'%(m", "'%(asctime)s %(m")


def test_old_tls_is_refused():
    code = "import ssl\n\ndef f(context):\n    context.minimum_version = ssl.TLSVersion.TLSv1\n"
    assert mended(code, "LF304").text == code.replace("TLSv1\n", "TLSv1_2\n")


def test_the_word_of_the_server_counts():
    code = "from urllib3.util import Retry\nRetry(5, backoff_factor=1, status_forcelist=[429], respect_retry_after_header=False)\n"
    assert mended(code, "LF604").text == code.replace(", respect_retry_after_header=False", "")


def test_options_behind_env_are_split():
    """Linux hands env the rest of the line as one word: it would look for a program called `python3 -u`."""
    code = "#!/usr/bin/env python -u\nprint(1)\n"
    assert mended(code, "LF901").text == "#!/usr/bin/env -S python3 -u\nprint(1)\n"
    right = "#!/usr/bin/env -S python -u\nprint(1)\n"
    assert mended(right, "LF901").text == "#!/usr/bin/env -S python3 -u\nprint(1)\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("get(\n    URL,  # a\n    stream=True  # b\n)", "get(\n    URL,  # a\n    stream=True, timeout=30  # b\n)"),
        ("get(\n    URL,\n    stream=True,\n)", "get(\n    URL,\n    stream=True,\n    timeout=30,\n)"),
        ("get(URL,\n    stream=True)", "get(URL,\n    stream=True,\n    timeout=30)"),
        ("get(\n    URL)", "get(\n    URL,\n    timeout=30)"),
        ("get(\n    URL, stream=True)", "get(\n    URL, stream=True, timeout=30)"),
        ("get(URL, stream=True,  # b\n)", "get(URL, stream=True, timeout=30,  # b\n)"),
    ],
)
def test_an_argument_gets_a_line_if_its_neighbour_has_one(before, expected):
    code = f"import requests\n\nrequests.{before}\n"
    assert mended(code, "LF201").text == code.replace(before, expected)
    inner = textwrap.indent(code.replace("import requests\n\n", ""), "    ")
    code = f"import requests\n\ndef f():\n{inner}"
    done = mended(code, "LF201").text
    assert done == code.replace(textwrap.indent(before, "    ").strip(), textwrap.indent(expected, "    ").strip())


def test_an_option_of_the_script_is_not_taken_away():
    """Under an `if` the switch is what somebody asks for: only a person can say that the option goes."""
    code = written(
        """
        import ssl
        import requests

        def connect(insecure, session):
            if insecure:
                session.verify = False
                context = ssl._create_unverified_context()
            else:
                context = ssl.create_default_context()
            return requests.get(URL, verify=False) if insecure else context
        """
    )
    assert mended(code, "LF301", levels=(Safety.SAFE, Safety.UNSAFE)).text == code


@pytest.mark.parametrize("given", ["cert_reqs=ssl.CERT_NONE", "certfile=F", "ssl.PROTOCOL_TLS"])
def test_a_context_gets_no_argument_that_it_does_not_take(given):
    code = f"import ssl\ncontext = ssl._create_unverified_context({given})\n"
    assert mended(code, "LF301").text == code
    fine = "import ssl\ncontext = ssl._create_unverified_context(cafile=F)\n"
    assert mended(fine, "LF301").text == fine.replace("_create_unverified", "create_default")


def test_a_pause_that_is_a_setting_is_left_alone():
    code = written(
        """
        import time
        import requests
        import settings

        def register(host):
            for attempt in range(3):
                try:
                    return requests.put(f"https://cmdb.internal/{host}", timeout=10)
                except requests.RequestException:
                    time.sleep({pause})
            raise SystemExit("no answer")
        """
    )
    for pause in ("settings.PAUSE", "300"):
        text = code.replace("{pause}", pause)
        assert mended(text, "LF602").text == text


def test_defaults_are_made_in_the_order_of_the_parameters():
    code = "def f(a=[], b={}, c=None):\n    c = c or b\n    a.append(b)\n    b[1] = a\n    return c\n"
    assert mended(code, "LF501").text == (
        "def f(a=None, b=None, c=None):\n    if a is None:\n        a = []\n    if b is None:\n        b = {}\n"
        "    c = c or b\n    a.append(b)\n    b[1] = a\n    return c\n"
    )


def test_a_guard_that_needs_the_default_comes_after_it():
    code = "def f(a=None, b=[]):\n    if a is None:\n        a = list(b)\n    b.append(a)\n    return b\n"
    assert mended(code, "LF501").text == (
        "def f(a=None, b=None):\n    if b is None:\n        b = []\n    if a is None:\n        a = list(b)\n"
        "    b.append(a)\n    return b\n"
    )


def test_annotations_stay_as_old_as_they_are():
    code = "from typing import List, Optional\n\ndef f(a: List[str] = []):\n    a.append('x')\n    return a\n"
    assert "def f(a: Optional[List[str]] = None):" in mended(code, "LF501").text
    assert "def f(a: List[str] | None = None):" in mended(code.replace(", Optional", ""), "LF501").text


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("get(URL, verify=False,  # self-signed\n    timeout=5)", "get(URL,   # self-signed\n    timeout=5)"),
        (
            "get(\n    URL,\n    verify=False,  # self-signed\n    timeout=5,\n)",
            "get(\n    URL,\n      # self-signed\n    timeout=5,\n)",
        ),
        ("get(\n    URL,  # the one\n    verify=False,\n)", "get(\n    URL,  # the one\n)"),
        ("get(\n    URL,  # the one\n    verify=False\n)", "get(\n    URL,  # the one\n)"),
        ("get(\n    URL,\n    verify=False,  # self-signed\n)", "get(\n    URL,  # self-signed\n)"),
    ],
)
def test_a_comment_at_what_goes_stays(before, expected):
    code = f"import requests\n\nrequests.{before}\n"
    assert mended(code, "LF301").text == code.replace(before, expected)


def test_a_statement_over_lines_moves_as_it_is():
    code = "import json\ndata = json.load(open(PATH),\n                 parse_int=str)  # all of it\n"
    assert mended(code, "LF506").text == (
        "import json\nwith open(PATH) as file:\n    data = json.load(file,\n                     parse_int=str)  # all of it\n"
    )


def test_a_name_that_only_type_checkers_see_is_not_written():
    code = (
        "from typing import TYPE_CHECKING, List\nif TYPE_CHECKING:\n    from typing import Optional\n\n"
        "def f(a: List[str] = []):\n    a.append('x')\n    return a\n"
    )
    assert "def f(a: List[str] | None = None):" in mended(code, "LF501").text


def test_comments_at_the_end_of_a_block_move_with_it():
    code = written(
        """
        def f(path):
            for line in open(path):
                if line:
                    use(line)
                    # and no more

                # next line

            # all are used
            return 1
        """
    )
    assert mended(code, "LF506").text == written(
        """
        def f(path):
            with open(path) as file:
                for line in file:
                    if line:
                        use(line)
                        # and no more

                    # next line

            # all are used
            return 1
        """
    )


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("client('s3', aws_access_key_id=K, aws_secret_access_key=S)", "client('s3')"),
        ("client('s3', aws_access_key_id=K, aws_secret_access_key=S, region_name=R)", "client('s3', region_name=R)"),
        ("Session(aws_access_key_id=K, aws_secret_access_key=S, aws_session_token=T)", "Session()"),
        ("client('s3', aws_access_key_id=K, region_name=R, aws_secret_access_key=S)", None),
        ("client('s3', aws_access_key_id=K, aws_secret_access_key=S, **more)", None),
    ],
)
def test_keys_are_left_to_the_provider_chain(before, expected):
    code = f"import boto3\n\ndef f(K, S, T, R, more):\n    return boto3.{before}\n"
    assert mended(code, "LF403").text == (code.replace(before, expected) if expected else code)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (", allowed_methods=None", ""),
        (", allowed_methods=['GET', 'POST']", ", allowed_methods=['GET']"),
        (", allowed_methods=('GET', 'POST', 'PUT')", ", allowed_methods=('GET', 'PUT')"),
        (", allowed_methods=('POST',)", ", allowed_methods=('POST',)"),
    ],
)
def test_what_may_not_come_twice_is_not_tried_again(before, expected):
    code = f"import urllib3\nurllib3.Retry(5, backoff_factor=1{before})\n"
    assert mended(code, "LF603").text == code.replace(before, expected)


def test_workers_do_not_grow_with_the_input():
    code = "from concurrent.futures import ThreadPoolExecutor as Pool\n\ndef f(hosts):\n    return Pool(len(hosts))\n"
    assert mended(code, "LF804").text == code.replace("len(hosts))", "min(32, len(hosts)))")
