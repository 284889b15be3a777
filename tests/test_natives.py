"""LF104, LF105, LF106: what programs do, how their words are read, and what Python does instead."""

import pytest
from verbs import reports, silent

from lintfoot.visitors import json_makers


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("['rm', '-rf', path]", "shutil.rmtree(path, ignore_errors=True)"),
        ("['rm', path]", "Path(path).unlink()"),
        ("['rm', '-f', '/tmp/x/*.lock']", 'for one in glob.glob("/tmp/x/*.lock"): os.remove(one)'),
        ("['mkdir', '-p', path]", "os.makedirs(path, exist_ok=True)"),
        ("['cp', '-r', path, '/srv']", 'shutil.copytree(path, "/srv")'),
        ("['cp', '-p', path, '/srv']", 'shutil.copy2(path, "/srv")'),
        ("['mv', path, f'{path}.old']", 'shutil.move(path, f"{path}.old")'),
        ("['chmod', '600', path]", "os.chmod(path, 0o600)"),
        ("['chmod', '+x', path]", "0o111"),
        ("['tar', 'xzf', path, '-C', '/srv']", 'filter="data"'),
        ("['tar', '-cJf', path, 'etc']", '"w:xz"'),
        ("['date', '-u', '+%F']", 'datetime.now(timezone.utc).strftime("%F")'),
        ("['curl', '-s', '-X', 'POST', '-d', 'x', path]", "requests.post(path, timeout=10)"),
        ("['wget', '-q', path]", "requests.get(path, timeout=10)"),
        ("['find', path, '-name', '*.log', '-mtime', '+7', '-delete']", 'Path(path).rglob("*.log")'),
        ("['grep', '-q', 'x', path]", "any("),
        ("['sha256sum', path]", "hashlib.file_digest"),
        ("['ln', '-s', path, '/srv/app']", 'os.symlink(path, "/srv/app")'),
        ("['id', '-u']", "os.getuid()"),
        ("['which', 'git']", 'shutil.which("git")'),
        ("['df', path]", "shutil.disk_usage(path)"),
        ("['ls', '-l', path]", "sorted(Path(path).iterdir())"),
        ("['cat', path]", "Path(path).read_text()"),
        ("['unzip', '-o', path, '-d', '/srv']", "zipfile.ZipFile(path)"),
        ("['sleep', '5']", "time.sleep("),
        ("['env', 'LC_ALL=C', 'sort', '-u', path]", "sorted("),
    ],
)
def test_the_help_is_the_replacement_of_this_very_command(command, told):
    code = f"import subprocess\ndef work(path):\n    subprocess.run({command}, check=True)\n"
    assert told in reports(code, "LF105")[0].help


@pytest.mark.parametrize(
    "command",
    [
        *(
            "['rsync', '-a', path, '/srv']",
            "['git', 'rm', path]",
            "['sudo', 'rm', '-rf', path]",
            "['ssh', 'web1', 'rm', '-rf', path]",
        ),
        *(
            "['cp', '--reflink=auto', path, '/srv']",
            "['tar', '--zstd', '-xf', path]",
            "['tail', '-f', path]",
            "['rm', *path]",
        ),
        *(
            "['docker', 'exec', 'web', 'cat', path]",
            "['date', '-s', path]",
            "['find', path, '-exec', 'gzip', '{}', '+']",
            "['df', '-h']",
        ),
        *(
            "['curl', '--unix-socket', path, 'http://x']",
            "['hostname', path]",
            "['sha256sum', '-c', path]",
            "[path, '-rf']",
        ),
        *(
            "['chroot', '/mnt', 'rm', path]",
            "['systemd-run', 'cp', path, '/srv']",
            "['ip', 'link']",
            "['tar', '-g', 'snar', '-cf', path]",
        ),
    ],
)
def test_what_python_has_no_answer_for_stays(command):
    silent(f"import subprocess\ndef work(path):\n    subprocess.run({command}, check=True)\n", "LF105")


@pytest.mark.parametrize(
    "line",
    ["cd /srv && make && rm -f x", "mysqldump shop | gzip", "pg_dump x > y; rm z", "kubectl get pods | xargs kill"],
)
def test_a_line_with_a_program_that_python_has_no_answer_for_stays(line):
    silent(f"import os\nos.system({line!r})\n", "LF105")


# LF106


@pytest.mark.parametrize(
    "line",
    [
        *(
            "kubectl get pods -o json",
            "kubectl get pods -ojson",
            "kubectl get pods --output=json",
            "aws s3api list-buckets --output json",
        ),
        *(
            "docker inspect web",
            "docker ps --format json",
            "docker ps --format '{{json .}}'",
            "terraform output -json",
            "lsblk -J",
        ),
        *(
            "ip -j addr",
            "vault status -format=json",
            "openstack server list -f json",
            "gcloud compute instances list --format=json",
        ),
        *(
            "curl -s https://api.github.com/repos/a/b/releases/latest",
            "curl -H Accept:application/json http://x",
            "npm ls --json",
        ),
        *(
            "curl -s http://localhost:9200/_cluster/health",
            "curl http://x/status.json",
            "cat package.json",
            "ceph status --format json-pretty",
        ),
    ],
)
def test_commands_that_write_json(line):
    assert json_makers.makes_json(line.replace("'", "").replace("{{json .}}", "{{json.}}").split())


@pytest.mark.parametrize(
    "line",
    [
        *(
            "kubectl get pods",
            "kubectl get pods -o jsonpath={.items}",
            "kubectl get pods -o wide",
            "docker ps",
            "docker inspect -f x web",
        ),
        *(
            "curl -s https://www.example.com/index.html",
            "ip addr",
            "cat notes.txt",
            "aws s3 ls",
            "lsblk -n",
            "journalctl -o cat",
        ),
    ],
)
def test_commands_that_may_not(line):
    assert not json_makers.makes_json(line.split())


# LF104


@pytest.mark.parametrize(
    "code",
    [
        *(
            "subprocess.run(c)",
            "subprocess.call(c)",
            "subprocess.check_call(args=c)",
            "subprocess.check_output(c, timeout=None)",
        ),
        *(
            "subprocess.Popen(c).wait()",
            "subprocess.Popen(c).communicate()",
            "os.system('x')",
            "subprocess.getoutput('x')",
        ),
    ],
)
def test_waits_without_an_end(code):
    reports(f"import os, subprocess\ndef work(c):\n    {code}\n", "LF104")


@pytest.mark.parametrize(
    "code",
    [
        *(
            "subprocess.run(c, timeout=5)",
            "subprocess.run(c, timeout=t)",
            "subprocess.run(c, **o)",
            "subprocess.Popen(c)",
        ),
        *(
            "subprocess.Popen(c).wait(5)",
            "subprocess.Popen(c).communicate(None, 5)",
            "subprocess.run(['timeout', '5', *c])",
        ),
        *("os.system('timeout 5 x')", "subprocess.call(['vim', c])", "subprocess.run([editor, c])"),
    ],
)
def test_waits_with_an_end(code):
    silent(f"import os, subprocess\ndef work(c, t, o, editor):\n    {code}\n", "LF104")
