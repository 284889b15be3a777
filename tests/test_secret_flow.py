"""LF402, LF403, LF404: secrets on their way out, and the rooms that know about them."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verbs import findings, reports, silent, steps

from lintfoot.secret_rumours import Company, holds
from lintfoot.visitors.secret_options import takes_secret

NOTHING = Company("import os\n")
DOORS = Company("headers = {'Authorization': f'Bearer {token}'}\n")
LEXER = Company("import tokenize\nheaders = {'Authorization': ''}\n")


# names


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "db_password",
        "pw",
        "passphrase",
        "api_key",
        "client_secret",
        "SECRET_KEY",
        "auth_token",
        "access_token",
        "githubToken",
    ],
)
def test_names_that_hold_a_secret_in_any_file(name):
    assert holds(name, NOTHING) is not None


@pytest.mark.parametrize(
    "name",
    [
        *(
            "password_file",
            "secret_name",
            "token_count",
            "token_url",
            "password_hash",
            "public_key",
            "key_id",
            "access_key_id",
        ),
        *(
            "passwords",
            "tokens",
            "next_token",
            "client_token",
            "acquire_token",
            "private_key",
            "ssh_key",
            "CONF_PASSWORD",
        ),
        *(
            "PWD",
            "OLDPWD",
            "password_stdin",
            "passwd_db",
            "masked_password",
            "auth",
            "login",
            "credentials",
            "secrets",
            "pw_dir",
        ),
    ],
)
def test_names_that_hold_none(name):
    assert holds(name, DOORS) is None


def test_a_bare_token_opens_doors_only_where_the_file_speaks_of_them():
    assert holds("token", NOTHING) is None
    assert holds("token", DOORS) is not None
    assert holds("token", LEXER) is None


def test_a_folder_is_no_password():
    assert holds("pwd", Company("pwd = os.getcwd()\n")) is None
    assert holds("pwd", Company("mysql.connect(user=user, passwd=pwd)\n")) is not None


def test_a_kubernetes_secret_is_an_object():
    assert holds("secret", Company("kubectl get secret")) is None
    assert holds("secret", Company("hmac.new(secret)")) is not None


# LF404


@pytest.mark.parametrize(
    "text", ["--password", "--api-key", "PGPASSWORD=", "Authorization: Bearer x", "-u user:", "db.password=x"]
)
def test_options_that_take_a_secret(text):
    assert takes_secret(text)


@pytest.mark.parametrize("text", ["--password-file", "--token-env", "--key-name", "-i", "--no-verify"])
def test_options_that_take_none(text):
    assert not takes_secret(text)


RECEIVING = {"LF404": {"receiving-side": True}}


@pytest.mark.parametrize(
    "code",
    [
        'import argparse\nargparse.ArgumentParser().add_argument("--password")',
        'import argparse\nargparse.ArgumentParser().add_argument("-p", "--password", help="the password", required=True)',
        'import argparse\nargparse.ArgumentParser().add_argument("--api-token", dest="token", default=None)',
        'import optparse\noptparse.OptionParser().add_option("--passwd", action="store")',
        'import click\n@click.command()\n@click.option("--password", required=True)\ndef main(password):\n    return password',
        'import typer\ndef main(password: str = typer.Option(..., "--password")):\n    return password',
    ],
)
def test_options_of_the_script_itself_are_reported_where_it_is_asked_for(code):
    assert reports(code, "LF404", options=RECEIVING)[0].message.startswith("`--")
    silent(code, "LF404")


@pytest.mark.parametrize(
    "code",
    [
        'import argparse\nargparse.ArgumentParser().add_argument("--password-file")',
        'import argparse\nargparse.ArgumentParser().add_argument("--token-env")',
        'import argparse\nargparse.ArgumentParser().add_argument("--ask-password", action="store_true")',
        'import argparse\nargparse.ArgumentParser().add_argument("--password", nargs="?", const="")',
        'import argparse\nargparse.ArgumentParser().add_argument("--password", type=argparse.FileType())',
        'import click\n@click.command()\n@click.option("--password", prompt=True, hide_input=True)\ndef main(password):\n    return password',
        'import click\n@click.command()\n@click.option("--token", envvar="API_TOKEN")\ndef main(token):\n    return token',
        'import argparse\nargparse.ArgumentParser().add_argument("--host")',
    ],
)
def test_prompts_files_and_variables_are_fine(code):
    silent(code, "LF404", options=RECEIVING)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ('["mysql", f"-p{password}"]', "--defaults-extra-file"),
        ('["psql", f"postgresql://app:{password}@db/app"]', "PGPASSWORD"),
        ('["docker", "login", "-p", password]', "--password-stdin"),
        ('["sshpass", "-p", password, "ssh", host]', "SSHPASS"),
        ('["tool", "--password", password]', "input="),
    ],
)
def test_the_help_says_how_this_program_takes_it(command, told):
    code = f"import subprocess\ndef run(password, host):\n    subprocess.run({command}, check=True)\n"
    assert told in reports(code, "LF404")[0].help


def test_a_literal_is_another_fault():
    code = 'import subprocess\nsubprocess.run(["mysql", "-phunter2"], check=True)\n'
    assert [one.code for one in findings(code, "LF401", "LF404")] == ["LF401"]


@pytest.mark.parametrize("code", ["LF402", "LF404"])
def test_names_are_not_enough_in_tests(code):
    text = 'import subprocess\ndef test_it(password):\n    print(password)\n    subprocess.run(["x", password])\n'
    silent(text, code, path="tests/test_it.py")


# LF402


@given(st.text(alphabet="abcdefgh0123456789", min_size=8, max_size=16))
def test_no_finding_shows_a_value(value):
    code = f'password = "{value}"\nprint(f"password {{password}}")\nraise ValueError(password)\n'
    for one in findings(code, "LF402"):
        assert value not in one.message + one.help + one.label


@pytest.mark.parametrize(
    "shown",
    [
        *(
            "len(password)",
            "bool(password)",
            "password is None",
            "type(password)",
            "password[:2]",
            "mask(password)",
            "'*' * len(password)",
        ),
        *(
            "hashlib.sha256(password.encode()).hexdigest()",
            "'set' if password else 'unset'",
            "strength(password)",
            "not password",
        ),
    ],
)
def test_what_is_made_harmless_may_be_shown(shown):
    silent(f"import hashlib\ndef show(password):\n    print({shown})\n", "LF402")


@pytest.mark.parametrize(
    "shown",
    [
        *(
            "password",
            "f'{password}'",
            "'x' + password",
            "'%s' % password",
            "'{}'.format(password)",
            "repr(password)",
            "str(password)",
        ),
        *(
            "password.strip()",
            "[password]",
            "{'password': password}",
            "password or 'none'",
            "password if password else ''",
        ),
        *(
            "json.dumps({'x': password})",
            "base64.b64encode(password.encode())",
            "' '.join(['-p', password])",
            "dict(pw=password)",
        ),
    ],
)
def test_what_still_holds_it_may_not(shown):
    reports(f"import base64, json\ndef show(password):\n    print({shown})\n", "LF402")


def test_a_filter_on_the_logger_is_trusted():
    code = """
    import logging
    from house import RedactingFilter
    log = logging.getLogger(__name__)
    log.addFilter(RedactingFilter())
    def login(password):
        log.info("login with %s", password)
    """
    silent(code, "LF402")
    reports(textwrap.dedent(code).replace("log.addFilter(RedactingFilter())", ""), "LF402")


def test_a_wrapper_that_is_told_what_may_be_shown_is_trusted():
    code = """
    import logging
    import subprocess
    log = logging.getLogger(__name__)
    def run(command, shown=None):
        log.info("running %s", shown or command)
        subprocess.run(command, check=True)
    def dump(password):
        run(["mysqldump", f"-p{password}"], shown=["mysqldump"])
    """
    silent(code, "LF402")


# LF403


@pytest.mark.parametrize(
    ("key", "severity"),
    [
        ('os.environ["AWS_SECRET_ACCESS_KEY"]', "warning"),
        ('os.getenv("BACKUP_SECRET")', "warning"),
        ("settings.SECRET", "error"),
        ("secret", "error"),
        ('config["secret"]', "error"),
        ('config.get("aws", "secret")', "error"),
    ],
)
def test_the_environment_is_a_warning(key, severity):
    code = f"import os, boto3\ndef client(settings, secret, config):\n    boto3.client('s3', aws_secret_access_key={key})\n"
    assert reports(code, "LF403")[0].severity == severity


def test_the_help_is_the_call_without_keys():
    code = 'import boto3\ndef client(k, s):\n    boto3.client("s3", region_name="eu-west-1", aws_access_key_id=k, aws_secret_access_key=s)\n'
    assert reports(code, "LF403")[0].help.startswith('boto3.client("s3", region_name="eu-west-1")')


def test_tests_may_hand_over_what_they_like():
    code = 'import boto3\ndef test_it(k, s):\n    boto3.client("s3", aws_access_key_id=k, aws_secret_access_key=s)\n'
    silent(code, "LF403", path="tests/test_it.py")


@pytest.mark.parametrize("line", ["words = words + ['-x', value]", "words += ['-x', value]", "words.append(value)"])
def test_a_list_that_is_added_up_many_times_is_gone_through_once(line):
    def work(many):
        lines = "\n".join([f"    {line}"] * many)
        code = (
            f"import subprocess\ndef run(value, password):\n    words = ['tool']\n{lines}\n    subprocess.run(words)\n"
        )
        return steps(lambda: silent(code, "LF404"))

    work(1)  # what is read and imported once is no part of it
    assert work(120) < 6 * work(60)


@pytest.mark.parametrize(
    "line", ["text = text + value", "text += value", "text = f'{text} {value}'", "table = dict(table, x=text)"]
)
def test_a_text_that_is_added_up_many_times_is_gone_through_once(line):
    def work(many):
        lines = "\n".join([f"    {line}"] * many)
        code = f"def show(value, password_file):\n    text = table = 'token'\n{lines}\n    print(text, table)\n"
        return steps(lambda: silent(code, "LF402"))

    work(1)  # what is read and imported once is no part of it
    assert work(120) < 6 * work(60)
