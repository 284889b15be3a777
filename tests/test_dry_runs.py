"""LF902: one finding for a script, so each case is a script."""

import pytest
from verbs import FIXTURES, reports, silent

PARSERS = {
    "argparse": (
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('{option}')\nargs = parser.parse_args()"
    ),
    "optparse": "from optparse import OptionParser\np = OptionParser()\np.add_option('{option}')\nopts, args = p.parse_args()",
    "click": "import click\n\n@click.command()\n@click.option('{option}')\ndef main(**options):\n    work(**options)",
    "docopt": 'import docopt\nUSAGE = """Usage:\n  tool [{option}] NAME\n"""\nargs = docopt.docopt(USAGE)',
    "getopt": "import getopt, sys\nopts, args = getopt.getopt(sys.argv[1:], '', ['name=', '{bare}'])",
}
IMPORTS = "import os, shutil, subprocess, pathlib, boto3, requests, httpx, sqlite3\nfrom kubernetes import client\nhosts = load()\n"
DESTRUCTIVE = {
    "rmtree": "shutil.rmtree(target)",
    "files in a loop": "for path in paths:\n    os.remove(path)",
    "paths in a loop": "for path in pathlib.Path(where).glob('*.bak'):\n    path.unlink()",
    "instances": "boto3.client('ec2').terminate_instances(InstanceIds=ids)",
    "objects": "s3 = boto3.client('s3')\ns3.delete_object(Bucket=bucket, Key=key)",
    "a snapshot": "ec2 = boto3.client('ec2')\nec2.delete_snapshot(SnapshotId=one)",
    "a bucket": "boto3.resource('s3').Bucket(bucket).delete()",
    "all of a collection": "for volume in boto3.resource('ec2').volumes.all():\n    volume.delete()",
    "pods": "client.CoreV1Api().delete_namespaced_pod(name, namespace)",
    "a record": "requests.delete(url, timeout=5)",
    "a record by a session": "with requests.Session() as session:\n    session.delete(url, timeout=5)",
    "by verb": "requests.request('DELETE', url, timeout=5)",
    "by another client": "httpx.delete(url)",
    "rows": "sqlite3.connect(db).execute('DELETE FROM hosts WHERE seen < ?', (old,))",
    "a table": "cursor.execute(f'DROP TABLE {table}')",
    "rm": "subprocess.run(['rm', '-rf', target], check=True)",
    "rm in a shell": "os.system('rm -rf ' + target)",
    "kubectl": "subprocess.run(['kubectl', 'delete', 'pod', name], check=True)",
    "aws": "subprocess.check_call(f'aws ec2 terminate-instances --instance-ids {one}', shell=True)",
    "terraform": "subprocess.run(['terraform', 'destroy', '-auto-approve'], check=True)",
    "rsync": "subprocess.run(['rsync', '-a', '--delete', src, dst], check=True)",
    "docker": "subprocess.run(['docker', 'volume', 'rm', name], check=True)",
    "a user": "subprocess.run(['userdel', '-r', name], check=True)",
    "over ssh": "subprocess.run(['ssh', host, 'rm -rf /srv/app'], check=True)",
}
HARMLESS = {
    "reads": "print(open(target).read())",
    "one file": "os.remove(target)",
    "a temporary folder": "import tempfile\nwork = tempfile.mkdtemp()\nshutil.rmtree(work)",
    "a folder called temporary": "shutil.rmtree(tmpdir)",
    "a build tree": "shutil.rmtree('build')",
    "in a finally": "try:\n    work()\nfinally:\n    shutil.rmtree(target)",
    "in a handler": "try:\n    work()\nexcept OSError:\n    shutil.rmtree(target)\n    raise",
    "its own output, made anew": "shutil.rmtree(out)\nos.makedirs(out)",
    "its own output as a path": "out = pathlib.Path(where)\nshutil.rmtree(out)\nout.mkdir()",
    "what it was told to keep": "if not keep_tmp:\n    shutil.rmtree(target)",
    "what it was told to wipe": "if args.wipe:\n    shutil.rmtree(target)",
    "a message that has been read": "boto3.client('sqs').delete_message(QueueUrl=url, ReceiptHandle=handle)",
    "a service": "import uvicorn\nshutil.rmtree(uploads)\nuvicorn.run(app)",
    "a key of a dict": "settings.pop('x')\ndel settings['y']",
    "something of this file": "def delete_host(name):\n    print(name)\ndelete_host('x')",
    "a process of its own": "p = subprocess.Popen(['sleep', '5'])\np.terminate()",
    "select": "cursor.execute('SELECT * FROM dropped')",
    "rm of a file": "subprocess.run(['rm', target], check=True)",
    "a rehearsal of a program": "subprocess.run(['kubectl', 'delete', 'pod', name, '--dry-run=client'], check=True)",
    "docker": "subprocess.run(['docker', 'ps'], check=True)",
}
OPTIONS = [
    "--dry-run", "--dryrun", "--dry_run", "--noop", "--no-op", "--check", "--simulate", "--preview", "--plan", "--what-if", "--pretend",
    "--apply", "--yes", "--force", "--confirm", "--execute", "--commit", "--do-it", "--delete", "--purge", "--just-print",
]  # fmt: skip


def parser(kind, option):
    """The start of a script whose command line has one option."""
    return f"{IMPORTS}{PARSERS[kind]}\n".replace("{option}", option).replace("{bare}", option.lstrip("-"))


@pytest.mark.parametrize("kind", PARSERS)
@pytest.mark.parametrize("body", DESTRUCTIVE.values(), ids=DESTRUCTIVE.keys())
def test_scripts_that_take_away(kind, body):
    (found,) = reports(f"{parser(kind, '--older-than')}{body}\n", "LF902")
    assert len(found.related) == 1


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS.keys())
def test_scripts_that_take_nothing_away(body):
    silent(f"{parser('argparse', '--name')}{body}\n", "LF902")


@pytest.mark.parametrize("option", OPTIONS)
def test_the_usual_names_of_a_dry_run(option):
    for kind in PARSERS:
        silent(f"{parser(kind, option)}shutil.rmtree(target)\n", "LF902")


@pytest.mark.parametrize(
    "line",
    [
        "if input('Sure? ') != 'y': raise SystemExit",
        "click.confirm('Sure?', abort=True)",
        "dry_run = os.environ.get('DRY_RUN')",
        "settings.dry_run = True",
        "add_common_options(parser)",
        "boto3.client('ec2').describe_instances(DryRun=True)",
    ],
)
def test_other_ways_to_ask(line):
    start = "import click\nfrom house import add_common_options\n"
    silent(f"{start}{parser('argparse', '--name')}{line}\nshutil.rmtree(target)\n", "LF902")


def test_typer_takes_its_options_from_parameters():
    code = "import typer, shutil\napp = typer.Typer()\n\n@app.command()\ndef main(target: str{more}):\n    shutil.rmtree(target)\n"
    reports(code.replace("{more}", ""), "LF902")
    silent(code.replace("{more}", ", dry_run: bool = False"), "LF902")
    silent(code.replace("{more}", ", force: bool = False"), "LF902")


def test_without_a_parser_the_call_is_the_place():
    code = (
        "import sys, shutil\n\ndef main():\n    shutil.rmtree(sys.argv[1])\n\nif __name__ == '__main__':\n    main()\n"
    )
    (found,) = reports(code, "LF902")
    assert found.span.line == len(("import", "", "def", "rmtree"))
    silent(code.replace("sys.argv[1]", "TARGET"), "LF902")
    silent(code.replace("shutil.rmtree(", "sys.argv[2] == 'apply' and shutil.rmtree("), "LF902")


def test_parents_bring_options():
    code = "import argparse, shutil\nfrom house import common\nparser = argparse.ArgumentParser(parents=[common()])\nshutil.rmtree(x)\n"
    silent(code, "LF902")


def test_a_setup_script_cleans_its_own_tree():
    silent(f"{parser('argparse', '--name')}shutil.rmtree(target)\n", "LF902", path="setup.py")


def test_tests_may_delete():
    silent(f"{parser('argparse', '--name')}shutil.rmtree(target)\n", "LF902", path="tests/run.py")


def test_the_fixtures_are_there():
    assert list((FIXTURES / "LF902").glob("*.py"))
