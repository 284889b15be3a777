"""LF401: names by their words, values by their looks, formats by their providers' pages, and nothing of it in any output."""

import base64
import hashlib
import itertools
import json
import string
import textwrap
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secret_samples import SAMPLES, dummy, made
from verbs import findings, reports, silent, the_book, the_models

from lintfoot import library_pages, secret_commands
from lintfoot.book import own_folder
from lintfoot.findings import Result
from lintfoot.parse import parse
from lintfoot.reports import REPORTS, Options
from lintfoot.secret_formats import Formats
from lintfoot.secret_names import Kind, evidence, said, variable, words
from lintfoot.secret_shapes import is_dummy, looks_random, pair
from lintfoot.secret_texts import traces
from lintfoot.secret_values import Verdict, judge
from lintfoot.tables import Folder, Problems
from lintfoot.visit import Place, Plan, visit

CODE = "LF401"


# names


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("password", Kind.PASSWORD),
        ("PASSWORD", Kind.PASSWORD),
        ("PassWord", Kind.PASSWORD),
        ("_pass", Kind.PASSWORD),
        ("dbPassword", Kind.PASSWORD),
        ("db_password_prod", Kind.PASSWORD),
        ("password2", Kind.PASSWORD),
        ("PASSWORD_DEFAULT", Kind.PASSWORD),
        ("password_value", Kind.PASSWORD),
        ("my_secret_password_for_email", Kind.PASSWORD),
        ("rootpw", Kind.PASSWORD),
        ("PGPASSWORD", Kind.PASSWORD),
        ("MYSQL_PWD", Kind.PASSWORD),
        ("SSHPASS", Kind.PASSWORD),
        ("ansible_become_pass", Kind.PASSWORD),
        ("keyPassphrase", Kind.PASSWORD),
        ("wifi_psk", Kind.PASSWORD),
        ("password_plain_text", Kind.PASSWORD),
        ("secret", Kind.SECRET),
        ("secrete", Kind.SECRET),
        ("clientSecret", Kind.SECRET),
        ("SECRET_KEY", Kind.SECRET),
        ("aws_secret_access_key", Kind.SECRET),
        ("token", Kind.TOKEN),
        ("X-Auth-Token", Kind.TOKEN),
        ("accessToken", Kind.TOKEN),
        ("github_pat", Kind.TOKEN),
        ("USE_AUTH_TOKEN", Kind.TOKEN),
        ("router_enable_password", Kind.PASSWORD),
        ("api_key", Kind.KEY),
        ("apiKey", Kind.KEY),
        ("APIKEY", Kind.KEY),
        ("x-api-key", Kind.KEY),
        ("private_key", Kind.KEY),
        ("encryptionKey", Kind.KEY),
        ("credentials", Kind.LOGIN),
        ("basic_auth", Kind.LOGIN),
        ("Proxy-Authorization", Kind.HEADER),
    ],
)
def test_a_name_is_judged_by_its_words(name, kind):
    assert said(name).kind is kind


@pytest.mark.parametrize(
    "name",
    [
        *("NextToken", "nextToken", "page_token", "continuation_token", "max_tokens", "token_count", "eos_token"),
        *("passed_msg", "compassion", "impassable", "bypass", "passthrough", "first_pass", "keyboard", "capital"),
        *("num_uncertainty", "tokenizer", "secretary", "monkey", "passenger", "author", "authority", "compass"),
        *(
            "CACHE_TOKEN_URL",
            "oauth_token_uri",
            "secret_path",
            "PASSWORD_FILE",
            "secret_name",
            "secretName",
            "secret_arn",
        ),
        *("api_key_env", "token_env_var", "access_key_id", "token_id", "password_field", "X_TOKEN_HEADER", "token_ttl"),
        *(
            "token_type",
            "key_prefix",
            "secret_suffix",
            "password_policy",
            "password_hash",
            "hashed_password",
            "password_regex",
        ),
        *(
            "password_label",
            "password_prompt",
            "passwordPlaceholder",
            "token_expiry",
            "password_length",
            "min_password_length",
        ),
        *(
            "public_key",
            "ssh_public_key",
            "pubkey",
            "primary_key",
            "cache_key",
            "sort_key",
            "session_key",
            "password_key",
        ),
        *(
            "HPILO_DONT_PROTECT_PASSWORDS",
            "appDoNotCheckPassword",
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "VNC_DISABLE_PASSWORD",
        ),
        *(
            "CI_SKIP_AUTH_TOKEN",
            "REDIS_REQUIREPASS",
            "ANSIBLE_BECOME_ASK_PASS",
            "login_without_api_key",
            "DONT_USE_API_KEY",
        ),
        *("has_password", "reset_password", "is_token", "password_last_used", "password_formats", "token_variants"),
        *("fake_token", "dummy_password", "mockSecret", "example_api_key", "certificate", "fingerprint", "salt"),
        *(
            "secret_engine",
            "secret_store",
            "password_manager",
            "token_endpoint",
            "password_column",
            "TLS_PSK_WITH_AES_128_SHA",
            "_SECRET_NAMESPACE",
            "OAUTH2_CLIENT_SECRET_SHA256",
        ),
    ],
)
def test_a_name_that_only_speaks_about_a_secret_says_nothing(name):
    assert said(name) is None


def test_names_that_speak_about_a_secret_are_known_to_do_so():
    assert evidence("password_file")
    assert not evidence("keyboard")


def test_digits_and_case_part_words():
    assert words("oauth2AccessToken") == ("oauth", "access", "token")
    assert words("HTTPBasicAuth") == ("http", "basic", "auth")
    assert words("dbpasswd") == ("db", "passwd")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("self.dbPassword", "DB_PASSWORD"), ("X-Api-Key", "X_API_KEY"), ("", "SECRET")],
)
def test_a_fitting_variable(name, expected):
    assert variable(name) == expected


# values

NOTHING = [
    *("", " ", "x", "-", "0", "1", "12", "123", "true", "False", "yes", "no", "none", "None", "null", "n/a"),
    *(
        "changeme",
        "notasecret",
        "change-me-now",
        "CHANGE_ME",
        "changeit",
        "example",
        "my-example-password",
        "dummy",
        "dummy123",
        "xxx",
        "xxxxxxxx",
    ),
    *(
        "your-password-here",
        "YOUR_PASSWORD",
        "<password>",
        "<your password>",
        "{password}",
        "{{ db_password }}",
        "${PASSWORD}",
    ),
    *(
        "$PASSWORD",
        "%(password)s",
        "%s",
        "***",
        "********",
        "...",
        "REDACTED",
        "[FILTERED]",
        "insert-password",
        "password-here",
    ),
    *(
        "aaaaaaa",
        "00000000",
        "-----",
        "placeholder",
        "@password",
        ":password",
        "?",
        "%PASSWORD%",
        "__PASSWORD__",
        "fakepassword",
    ),
    *(
        "SHOP_DB_PASSWORD",
        "/run/secrets/password",
        "~/.pgpass",
        "./password.txt",
        "C:\\secrets\\pw.txt",
        "secret/data/shop",
    ),
    *(
        "https://vault.internal/v1/x",
        "arn:aws:secretsmanager:eu-west-1:1:secret:x",
        "vault:secret/shop#pw",
        "ENC[AES256,data:x]",
    ),
    *(
        "!vault |",
        "$ANSIBLE_VAULT;1.1;AES256",
        "op://shop/db/password",
        "settings.database.password",
        "--password-stdin",
    ),
    *(
        "-----BEGIN CERTIFICATE-----",
        "ssh-rsa AAAAB3NzaC1yc2E",
        "$6$rounds=5000$salt$hash",
        "{SSHA}c2FsdA==",
        "admin@shop.internal",
    ),
    *(
        "Please enter the password",
        "What is your name?",
        "Password:",
        "prompt",
        "string",
        "required",
        "Пароль",
        "密码错误",
    ),
]


@pytest.mark.parametrize("value", NOTHING)
def test_what_is_no_password(value):
    assert judge(value, said("password")) is Verdict.NO


@pytest.mark.parametrize(
    "value",
    [
        *(
            "admin",
            "hunter2",
            "root",
            "secret",
            "test",
            "blerg",
            "1234",
            "123456",
            "letmein",
            "calvin",
            "Winter.2019",
            "guest",
        ),
        *(
            "d6s$f9g!j8mg7hw?n&2",
            "P@ssw0rd",
            "p@$$w0rd",
            "a<b>c9",
            "correct-horse",
            "open-sesame",
            "abcd efgh ijkl mnop",
        ),
        *(
            "insecure_pwd",
            "emails_secret",
            "this-could-be-bad",
            "U]E8FPETCS_]{,y>bgyzh^$yC5>SP{E*2=`;3]G",
            "my_password",
        ),
        *("dGhpcyBpcyBhIHNlY3JldA==", "/+8aQxkVb3Rk2LmZ", "550e8400-e29b-41d4-a716-446655440000", "foo"),
    ],
)
def test_a_weak_password_is_a_password(value):
    assert judge(value, said("password")) is Verdict.REAL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("db_password", "db_password"),
        ("dbPassword", "password"),
        ("ADMIN_PASSWORD", "admin-password"),
        ("TRUSTSTORE_PASSWORD", "trustStorePassword"),
        ("CONNECTION_PASSWORD", "connection.password"),
        ("username-password", "org.jenkinsci.plugins.impl.UsernamePasswordBinding"),
        ("ssh-user-private-key", "org.jenkinsci.plugins.impl.SSHUserPrivateKeyBinding"),
        ("password", "db_password"),
        ("api_key", "apiKey"),
        ("token", "access_token"),
        ("SECRET_KEY", "AWSSecretKey"),
        ("client_secret", "client_secret_post"),
        ("secret", "V1SecretVolumeSource"),
        ("service_account_token", "V1ServiceAccountTokenProjection"),
    ],
)
def test_a_value_made_of_names_is_none(name, value):
    assert judge(value, said(name)) is Verdict.NO


@pytest.mark.parametrize(
    ("name", "value"), [("admin_password", "admin"), ("POSTGRES_PASSWORD", "postgres"), ("root_pw", "root")]
)
def test_a_user_s_name_as_password_is_one(name, value):
    assert judge(value, said(name)) is Verdict.REAL


@pytest.mark.parametrize(
    "value",
    [
        *(
            "else",
            "identifier",
            "bearer",
            "access",
            "number2",
            "sha256",
            "aes-256-gcm",
            "us-east-1",
            "v1beta1",
            "refresh_token",
            "RS256",
        )
    ],
)
def test_a_bare_token_needs_a_value_that_looks_like_one(value):
    assert judge(value, said("token")) is not Verdict.REAL


@pytest.mark.parametrize(
    "value", ["s3cr3t", "abc123", "5d41402abc4b2a76", "mysecrettoken", "sk-1234567890abcdef", "Xy7!pq"]
)
def test_a_value_that_looks_like_a_token(value):
    assert judge(value, said("token")) is Verdict.REAL


@pytest.mark.parametrize(
    "value",
    [
        "3f786850e387550fdab836ed7e6dc881de23001b",  # a commit
        "550e8400-e29b-41d4-a716-446655440000",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "c2FsdC1mb3ItcGFzc3dvcmRz",
    ],
)
def test_random_looks_alone_prove_nothing(value):
    silent(f"commit = {value!r}\nsalt = {value!r}\nprint({value!r})\nERRORS = {{'code': {value!r}}}\n", CODE)


@pytest.mark.parametrize(
    ("value", "random"),
    [
        ("AKIAIOS7FODNN", True),
        ("getaddrinfo", False),
        ("NetworkInterface.1.", False),
        ("abcdefgh", False),
        ("[0-9A-Fa-f]{1,4}", False),
    ],
)
def test_random_looks(value, random):
    assert looks_random(value) is random


def test_a_login_in_one_text():
    assert pair("backup:hunter2") == "hunter2"
    assert pair(base64.b64encode(b"backup:hunter2").decode()) == "hunter2"
    assert not pair("http:8080x/y z")
    assert not pair("user:xxx")
    assert not pair("https://shop.internal/login")


# provider formats


def test_every_format_has_samples_and_a_page_of_its_provider():
    formats = the_models().formats.formats
    assert {one.name for one in formats} == set(SAMPLES)
    assert all(one.source.startswith("https://") for one in formats)
    assert len(SAMPLES) >= 30


@pytest.mark.parametrize(("name", "sample"), [(name, sample) for name, many in SAMPLES.items() for sample in many])
def test_a_credential_is_known_by_its_format(name, sample):
    text = made(sample)
    found = the_models().formats.find(text)
    assert found is not None, sample
    assert found.name == name
    assert the_models().formats.within(f"x = {text!r}").find(text) is found
    assert [one.message for one in reports(f"client.login({text!r})\n", CODE)] == [f"{name} stands in the source"]


@pytest.mark.parametrize(("name", "sample"), [(name, sample) for name, many in SAMPLES.items() for sample in many])
def test_the_same_shape_without_a_secret_is_a_dummy(name, sample):
    assert the_models().formats.find(dummy(sample)) is None, name


@pytest.mark.parametrize(
    "text",
    [
        ("AKIAIOSFODNN7EXAMPLE"),
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ("sk_test_4eC39HqLyjWDarjtT1zdp7dc"),
        ("ghp_1234567890abcdefghijklmnopqrstuvwxyz12"),
        ("xoxb-your-token-here-your-token-here"),
        r"ghp_[A-Za-z0-9]{36}",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC\n-----END PUBLIC KEY-----",
        "eyJub3QiOiJhIGhlYWRlciJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.R7tQ2mZp9LxVb4Kd8Wc1Yh6Nf3Ju5SgTq7xXy0aB1cD",
    ],
)
def test_what_is_no_credential_of_a_provider(text):
    assert the_models().formats.find(text) is None


def test_a_format_of_one_s_own(tmp_path):
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "house.toml").write_text(
        textwrap.dedent(
            """
            title = "Our own services"

            [[formats]]
            name = "a house key"
            starts = ["hk-"]
            pattern = 'hk-[a-z0-9]{12}'
            source = "https://wiki.internal/keys"
            """
        )
    )
    models = library_pages.load([own_folder(), Folder(tmp_path, "lint")])
    script = parse("script.py", b'notify("hk-" "7f3k9q2m4x8z")\n')
    visited = visit(script, Place("script.py", "script.py"), Plan({CODE: the_book().by_code[CODE]}, models))
    assert [one.message for one in visited.findings] == ["a house key stands in the source"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("pattern = '['", "no regular expression"),
        ('starts = ["x"]', "two characters"),
        ("colour = 1", 'unknown key "colour"'),
    ],
)
def test_a_broken_format_is_an_error(tmp_path, line, says):
    lines = {"pattern": "pattern = 'hk-[a-z0-9]{12}'", "starts": 'starts = ["hk-"]', "colour": ""}
    lines[line.split()[0]] = line
    (tmp_path / "formats").mkdir()
    text = "\n".join(['title = "x"', "[[formats]]", 'name = "a key"', 'source = "https://x"', *lines.values()])
    (tmp_path / "formats" / "house.toml").write_text(text)
    with pytest.raises(Problems, match=says):
        library_pages.load([Folder(tmp_path, "lint")])


def test_formats_are_searched_for_only_where_a_text_begins_one():
    few = the_models().formats.within("nothing of that kind")
    assert not any("ghp_" in one.starts for one in few.formats)
    assert Formats().find("x") is None


# what a text gives away


@pytest.mark.parametrize(
    "text",
    [
        "postgres://app:hunter2@db/x",
        "mongodb+srv://u:Secr3t@c.internal/x",
        "redis://:foobared@cache:6379/0",
        "http://user:azerty123@domain.com",
        "amqp://guest:guest@rabbit//",
        "Server=db;User Id=sa;Password=Hunter2;",
        "user=admin&password=Password123",
        "user=admin&pwd=Password123",
        "host=db user=x password=hunter2",
        "DB_PASSWORD=hunter2",
        "PGPASSWORD=hunter2 psql -h db",
        "https://api.internal/x?token=5d41402abc4b2a76",
        "curl -H 'Authorization: Bearer 5d41402abc4b2a76' https://x",
        '{"username": "admin", "password": "admin"}',
        "CREATE USER 'a'@'%' IDENTIFIED BY 'Passw0rd!'",
        "mysql -uroot -phunter2 shop",
        "sudo sshpass -p hunter2 ssh root@h",
        "curl -u admin:hunter2 https://x",
        "wget --password=letmein https://x",
        "echo hunter2 | sudo -S id",
        "echo 'root:hunter2' | chpasswd",
    ],
)
def test_texts_that_give_a_secret_away(text):
    assert traces(text)
    reports(f"run({text!r})\n", CODE)


@pytest.mark.parametrize(
    "text",
    [
        "postgres://user:password@localhost/db",
        "https://user:secret@example.com/",
        "http://user:@domain.com",
        "http://user@domain.com:80",
        "http://domain.com/user:azerty123",
        "https://{}:{}@host/",
        "docker://alpine:3.18@sha256:9f86d081884c7d65",
        "user=%s&password=%s",
        "&password=:password",
        "&password=?",
        "user=admin&password=",
        "password = getpass()",
        r"password=(\S+)",
        "Invalid password=",
        "?api_key=DEMO_KEY&next_token=5",
        "mysql -u root -p shop",
        "mysqldump -p shop > out.sql",
        "tool --password to be asked for it",
        "--token TOKEN",
        "docker run -p 80:80 nginx",
        "tar -xzf a.tgz -C /tmp",
        "grep -p foo",
        "<input type=password name=password value=abc123>",
        "ALTER USER app WITH PASSWORD '%s'",
        "Enter your user name and password.",
    ],
)
def test_texts_that_give_nothing_away(text):
    assert not traces(text)
    silent(f"run({text!r})\n", CODE)


def test_data_in_a_text_is_no_secret():
    silent('url = f"https://{user}:{password}@host/"\ncmd = f"mysql -u root -p{password}"\n', CODE)
    reports('url = f"https://backup:hunter2@{host}/"\n', CODE)


def test_words_of_a_command():
    found = list(secret_commands.in_words(["mysql", "-u", "root", "-psecret1", None, "--password", "hunter2"]))
    assert [one.index for one in found] == [3, 6]
    assert not list(secret_commands.in_words(["tar", "-p", "x", "--exclude", "token"]))


# forms


@pytest.mark.parametrize(
    "code",
    [
        'password = "hunter2"',
        'password: str = "hunter2"',
        'self.password = "hunter2"',
        'safe = password = "hunter2"',
        'user, password = "root", "hunter2"',
        '(user, (password, host)) = ("root", ("hunter2", "h"))',
        'if (password := "hunter2"): pass',
        'password += "hunter2"',
        'config["password"] = "hunter2"',
        'os.environ["DB_PASSWORD"] = "hunter2"',
        'class A:\n    password = "hunter2"',
        'd = {"password": "hunter2"}',
        'd = {CONF_PASSWORD: "hunter2"}',
        'd = {"db": {"password": "hunter2"}}',
        'd = dict(password="hunter2")',
        'connect(host, password="hunter2")',
        'if password == "hunter2": pass',
        'if "hunter2" == args.password: pass',
        'if password != "hunter2": pass',
        'if password in ("hunter2", "hunter3"): pass',
        'if password == safe == "hunter2": pass',
        'if config["password"] == "hunter2": pass',
        'if request.form.get("password") == "hunter2": pass',
        'if hmac.compare_digest(password, "hunter2"): pass',
        'def f(user, password="hunter2"): pass',
        'def f(user, *, password: str = "hunter2"): pass',
        'f = lambda password="hunter2": password',
        'password = b"hunter2"',
        'password = "hunter2".encode()',
        'password = "hun" "ter2"',
        'password = "hun" + "ter2"',
        'password = f"hunter2"',
        'password = """hunter2"""',
        "password = (\n    'hunter2'\n)",
        'password = base64.b64encode(b"hunter2")',
        'password = SecretStr("hunter2")',
        'password = given or "hunter2"',
        'password = given if given else "hunter2"',
        'password = os.environ.get("X", "hunter2")',
        'x = os.environ.get("DB_PASSWORD", "hunter2")',
        'x = os.getenv("DB_PASSWORD", default="hunter2")',
        'x = os.getenv("DB_PASSWORD") or "hunter2"',
        'x = os.environ.setdefault("DB_PASSWORD", "hunter2")',
        'x = config.get("db", "password", fallback="hunter2")',
        'x = env.str("DB_PASSWORD", default="hunter2")',
        'x = getattr(settings, "DB_PASSWORD", "hunter2")',
        'x = kwargs.pop("password", "hunter2")',
        'os.putenv("DB_PASSWORD", "hunter2")',
        'setattr(self, "password", "hunter2")',
        'c.setopt(pycurl.PASSWORD, "hunter2")',
        'c.set_password("hunter2")',
        'keyring.set_password("shop", "backup", "hunter2")',
        'c.check_password("hunter2", hashed)',
        'r.add_header("Authorization", "Bearer 5d41402abc4b2a76")',
        'h = {"Authorization": "Bearer 5d41402abc4b2a76"}',
        'h = {"Authorization": "token 5d41402abc4b2a76"}',
        'h = {"X-Api-Key": "5d41402abc4b2a76"}',
        'h = {"Authorization": "Basic " "YmFja3VwOmh1bnRlcjI="}',
        'x = "Basic " + base64.b64encode(b"backup:hunter2").decode()',
        'get(u, auth=("root", "hunter2"))',
        'get(u, auth=HTTPBasicAuth("root", "hunter2"))',
        'session.auth = ("root", "hunter2")',
        'credentials = ("root", "hunter2")',
        'credentials = "root:hunter2"',
        'c.login("root", "hunter2")',
        'parser.add_argument("-p", "--password", default="hunter2")',
        '@click.option("--password", default="hunter2")\ndef f(password): pass',
        'cfg.StrOpt("admin_password", default="hunter2")',
        'def main(password: str = typer.Option("hunter2")): pass',
        '@dataclass\nclass A:\n    password: str = field(default="hunter2")',
        'class A(NamedTuple):\n    password: str = "hunter2"',
        '@dataclass\nclass A:\n    user: str\n    password: str\nA("root", "hunter2")',
        'def f(user, password): pass\nf("root", "hunter2")',
        'class A:\n    def __init__(self, user, password): pass\nA("root", "hunter2")',
        'class A:\n    def f(self, user, password): pass\n    def g(self): self.f("root", "hunter2")',
        'X = "hunter2"\nconnect(password=X)',
        'V1EnvVar(name="DB_PASSWORD", value="hunter2")',
        'e = [{"name": "DB_PASSWORD", "value": "hunter2"}]',
        'spec = dict(password=dict(type="str", default="hunter2"))',
        'device = {"host": "sw1", "username": "a", "secret": "cisco"}',
        'tn.read_until(b"Password: ")\ntn.write(b"hunter2\\n")',
        'child.expect("(?i)password")\nchild.sendline("hunter2")',
        'for password in ["hunter2"]: pass',
        'passwords = {"root": "hunter2"}',
        'passwords = ["hunter2"]',
        'def get_password():\n    return "hunter2"',
        'run(["mysql", "-uroot", "-phunter2"])',
        'run(["tool", "--password", "hunter2"])',
        'run(["tool", "--password=hunter2"])',
        'urlencode([("user", "root"), ("password", "s3cr3t")])',
        'encryption_key = b"\\x8a\\x01\\xf3\\x9c\\x10\\x77\\xd2\\x4e"',
        'smtp = smtplib.SMTP("h", timeout=5)\nsmtp.login("root", "hunter2")',
    ],
)
def test_forms_that_count(code):
    found = reports("import base64, hmac, os, pycurl, smtplib\n" + code + "\n", CODE)
    assert len(found) == 1 + ('"hunter3"' in code)
    assert not any("hunter2" in str(asdict(one)) for one in found)


@pytest.mark.parametrize(
    "code",
    [
        "password = True",
        "password = 12345",
        "password = None",
        "password = other",
        'password = getpass.getpass("Password for backup9: ")',
        'password = input("Password1: ")',
        'password = os.environ["DB_PASSWORD1"]',
        'password = os.environ.get("DB_PASSWORD1")',
        'password = os.environ.get("DB_PASSWORD1", "")',
        'password = keyring.get_password("shop1", "backup1")',
        'password = client.read("secret/shop1")["password1"]',
        'password = parser.get("database1", "password1")',
        'password = get_secret("shop-db-1")',
        'password = decrypt("c2VjcmV0LWRiLTE=")',
        'password = "" if x else None',
        'password == ""',
        'password == "-"',
        '"hunter2" in password',
        '"password1" in line',
        'if auth_type == "password1": pass',
        'if token == "else": pass',
        'if token in ("(", ")"): pass',
        'data = {"grant_type": "password"}',
        'fields = {"password": "passwd", "user": "login"}',
        'schema = {"password": "string"}',
        'labels = {"password": "Password", "token": "Your API token"}',
        'args = {"password": "********"}',
        'class Kind(Enum):\n    PASSWORD = "pwd-kind-1"',
        'class Kind(str, Enum):\n    TOKEN = "s3cr3t-kind"',
        'styles = {Token: "#f8f8f2"}',
        'parser.add_argument("--password-file", default="/etc/x1")',
        'parser.add_argument("--password", help="such as hunter2")',
        'parser.add_argument("--token-env", default="TOKEN1x")',
        '"""Connect with postgres://backup:hunter2@db/shop."""',
        'EXAMPLES = "password=hunter2"',
        'def f(password=""): pass',
        "def f(password=None): pass",
        'logging.getLogger("secret1")',
        'def f(user, password): pass\nf("root", other)',
        'next_token = "a1b2c3d4e5f6"',
        'secret_name = "shop-db-2024"',
        'tokens = ["NAME", "NUMBER"]',
        "c.set_password(password)",
        'auth = ("kubernetes", role)',
        'auth = "gssapi"',
        'h = {"Authorization": "Bearer " + token}',
        'h = {"Authorization": f"Bearer {token}"}',
        'h = {"Authorization": "Bearer"}',
        'child.expect("login: ")\nchild.sendline("backup1")',
        'run(["tool", "--password", password])',
        'run(["tool", "--password-file", "pw1.txt"])',
        'run(["tool", "--user", "root", "--password", "--host", "h1"])',
        'X = ""\nconnect(password=X)',
        'SECRET_NAME = "shop-db-2024"\nread(secret=SECRET_NAME)',
        'names = {"ssh_host": "host", "ssh_port": "port", "ssh_pass": "passw2", "ssh_user": "user"}',
        'options = ["-o", "encrypt.key-secret=sec0"]',
        '__all__ = ("V3Saml2Password", "V3ADFSPassword")',
        'fields = {"passwd": "authentication_key"}',
        'admin_password = resource.Body("adminPass")',
        'secret_keys = {"accountkey", "sharedaccesssignature"}',
        'report_user_auth_missing("shop", "login_success")',
        'marks = {Status.PASS: "quarantined1"}',
        'PASS = "success"',
        'HEX_PAT = "[0-9A-Fa-f]{1,4}"',
        'suites = {"TLS_PSK_WITH_AES_128_SHA": "PSK-AES128-SHA"}',
        'def telnet_Password(line):\n    return "Discard"',
    ],
)
def test_forms_that_do_not(code):
    silent("import getpass, keyring, logging, os\n" + code + "\n", CODE)


def test_names_and_values_that_drowned_people_elsewhere():
    silent(
        """
        reply = client.list(NextToken="a1b2c3d4")
        nextToken = "a1b2c3d4"
        token_state = "s1"
        passed_msg = "You have passed!"
        CACHE_TOKEN_URL = "https://cache.internal/t0ken"
        secret_path = "/"
        cache_key_suffix = ":v2:hot"
        password_hash_map = {"error_101": "e3b0c44298fc1c149afbf4c8996fb924"}
        api_key_env = "SHOP_API_KEY"
        keyboard = "de-latin1-nodeadkeys"
        capital = "Reykjavik1"
        public_key = "AAAAB3NzaC1yc2EAAAADAQABAAABgQDV4Kd8Wc1"
        """,
        CODE,
    )


def test_a_documented_dummy_key_is_none_under_a_name_either():
    (dummy_key,) = (one for one in the_models().formats.dummies if one.startswith("Eby8vdM"))
    silent(f"DEVSTORE_ACCOUNT_KEY = {dummy_key!r}\n", CODE)


def test_a_manual_shows_keys_in_part():
    head = "-----BEGIN RSA PRIVATE KEY-----\n"
    shown = made("{b64}")
    silent(f'def update():\n    """Send the key, {head}{shown}\n.\n-----END RSA PRIVATE KEY-----."""\n', CODE)
    reports(f"KEY = {made(SAMPLES['a private key'][0])!r}\n", CODE)


def test_a_value_does_not_run_over_a_line():
    silent('PASSWORD = ""\nHOST = "db1-hunter2"\n', CODE)
    silent('text = """PASSWORD=\nhunter2\n"""\n', CODE)


def test_the_same_secret_twice_is_two_findings():
    assert len(reports('a.password = "hunter2"\nb.password = "hunter2"\n', CODE)) == 2
    assert len(reports('connect(password="hunter2", passwd="hunter2")\n', CODE)) == 2


def test_one_literal_is_one_finding():
    token = made(SAMPLES["a GitHub token"][0])
    (found,) = reports(f'import os\nTOKEN = os.environ.get("GITHUB_TOKEN", {token!r})\n', CODE)
    assert "GITHUB_TOKEN" in found.message
    (named,) = reports(f"github_token = {token!r}\n", CODE)
    assert named.message == "`github_token` is a literal: a GitHub token stands in the source"


@pytest.mark.parametrize(
    "code",
    [
        'import os\nx = os.environ.get("DB_PASSWORD", "hunter2")\n',
        'import os\nx = os.getenv("DB_PASSWORD", "hunter2")\n',
        'import os\nx = os.getenv("DB_PASSWORD") or "hunter2"\n',
    ],
)
def test_a_fallback_has_words_of_its_own(code):
    (found,) = reports(code, CODE)
    assert "without `DB_PASSWORD`" in found.message
    assert "the fallback is the secret" in found.message
    assert found.help == 'os.environ["DB_PASSWORD"]'


def test_the_message_names_the_target():
    (found,) = reports('self.db.admin_password = "hunter2"\n', CODE)
    assert found.message == "`self.db.admin_password` is a literal: the password stands in the source"
    assert found.help == 'self.db.admin_password = os.environ["ADMIN_PASSWORD"]'
    assert (found.span.line, found.span.column) == (1, 26)


def test_a_literal_found_through_a_name_shows_the_way():
    (found,) = reports('X = "hunter2"\n\n\nconnect(password=X)\n', CODE)
    assert found.span.line == 1
    assert [(one.span.line, one.message) for one in found.related] == [(4, "given to `password` here")]


@pytest.mark.parametrize("path", ["tests/shop.py", "test_shop.py"])
def test_under_test_paths_a_name_proves_nothing(path):
    code = 'password = "hunter2"\nurl = "postgres://a:hunter2@db/x"\nrun(["tool", "--password=hunter2"])\n'
    silent(code, CODE, path=path)
    silent(f"key = {made(SAMPLES['a private key'][0])!r}\n", CODE, path=path)
    reports(f"x = {made(SAMPLES['a GitLab token'][0])!r}\n", CODE, path=path)
    reports(f"password = {made(SAMPLES['a Slack token'][0])!r}\n", CODE, path=path)


def test_the_house_s_own_names():
    options = {CODE: {"names": ["licence_text"], "public-names": ["demo_password"]}}
    reports('licence_text = "s3cr3t-9f2c"\n', CODE, options=options)
    silent('demo_password = "hunter2"\n', CODE, options=options)
    silent('licence_text = "s3cr3t-9f2c"\n', CODE)


# applying the advice


@pytest.mark.parametrize(
    "code",
    [
        'password = "hunter2"',
        'self.token = "5d41402abc"',
        'd["password"] = "hunter2"',
        'config.api_key = "5d41402abc4b"',
    ],
)
def test_the_advice_clears_the_finding(code):
    (found,) = reports(code + "\n", CODE)
    silent(f"import os\n{found.help}\n", CODE)


# no output holds the value

SECRET = st.text(string.ascii_letters + string.digits, min_size=10, max_size=24).filter(
    lambda text: looks_random(text) and not is_dummy(text) and judge(text, said("password")) is Verdict.REAL
)
PLACES = [
    "password = {0!r}\nrun({0!r}, shell=True)\n",
    "import os\nx = os.environ.get('API_TOKEN', {0!r})\nprint('{0}')\n",
    "import subprocess\nsubprocess.run('mysql -uroot -p{0} shop', shell=True)\n",
    "import requests\nrequests.get('https://ci:{0}@repo.internal/x')\n",
    "import requests\nrequests.get('https://repo.internal', auth=('ci', {0!r}), verify=False)\n",
    "def f(x=[], password={0!r}):\n    x.append('{0}')\n    try:\n        f()\n    except:  # {0}\n        pass\n",
    "token = {0!r}  # lintfoot: ignore[LF401] -- known\nimport os\nos.system('login ' + '{0}')\n",
    "import subprocess\nsubprocess.run(['sshpass', '-p', {0!r}, 'ssh', 'h'], shell=True)\n",
    "X = {0!r}\nconnect(password=X)\nconnect(\n    password=(\n        {0!r}\n    ),\n)\n",
    "password = '''{0}\n'''\nrequests = None\n",
]
HASHES = [hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512, hashlib.blake2b, hashlib.blake2s]


def outputs(code, path):
    script = parse(path, code.encode())
    visited = visit(script, Place(path, path, is_test="test" in path), Plan(the_book().by_code, the_models()))
    assert not visited.bugs
    result = Result(visited.findings, scanned=1, sources={path: visited.source} if visited.source else {})
    for render, options in itertools.product(
        REPORTS.values(), (Options(), Options(verbose=True, statistics=True, width=80))
    ):
        yield render(result, the_book(), options)
    yield json.dumps([asdict(one) for one in visited.findings], default=str)


@settings(max_examples=25, deadline=None)
@given(secret=SECRET, template=st.sampled_from(PLACES), path=st.sampled_from(["script.py", "tests/test_x.py"]))
def test_no_output_holds_a_secret_or_a_hash_of_it(secret, template, path):
    code = template.format(secret)
    pieces = {secret[at : at + 4] for at in range(len(secret) - 3)}
    other = template.format("")
    for text in outputs(code, path):
        assert secret not in text
        assert not any(one(secret.encode()).hexdigest() in text for one in HASHES)
        held = {
            piece
            for piece in pieces
            if piece in text and piece not in other and piece not in "".join(outputs(other, path))
        }
        assert len(held) <= 2, held  # four letters by chance, in a hash or a URL


@pytest.mark.parametrize("sample", ["a GitHub token", "a private key", "a Slack token"])
def test_a_fingerprint_does_not_depend_on_the_secret(sample):
    one, two = (findings(f"x = {made(SAMPLES[sample][0], seed)!r}\n", CODE)[0] for seed in (1, 2))
    assert one.fingerprint == two.fingerprint
