"""How programs take a secret otherwise than on their command line, from their own manuals."""

from __future__ import annotations

_MYSQL = "mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlbinlog mariadb mariadb-dump mariadb-admin"
_POSTGRES = (
    "psql pg_dump pg_dumpall pg_restore pg_basebackup pg_isready createdb dropdb createuser vacuumdb reindexdb pgbench"
)
_LDAP = "ldapsearch ldapadd ldapmodify ldapdelete ldapmodrdn ldapcompare ldapwhoami ldappasswd"
_LOGINS = "docker podman nerdctl skopeo buildah oras crane"

# mysql 8.0, postgresql 16, OpenLDAP 2.6, docker 26, curl 8, sshpass 1.10, redis 7, openssl 3, ansible-core 2.19, restic 0.16, git 2.43.
_WAYS = (
    (_MYSQL, "`--defaults-extra-file=` with a file that only its user can read"),
    (_POSTGRES, "env=dict(os.environ, PGPASSWORD={name}), or ~/.pgpass"),
    (_LDAP, "`-y FILE`, which reads the password from a file"),
    (_LOGINS, "`login --password-stdin`, and input={name}"),
    ("sshpass", "keys, or `sshpass -e` and env=dict(os.environ, SSHPASS={name})"),
    ("curl", "`curl --config -` and the option in input=, or requests"),
    ("wget", "`--use-askpass`, a .wgetrc or .netrc, or requests"),
    ("redis-cli valkey-cli", "env=dict(os.environ, REDISCLI_AUTH={name})"),
    ("openssl", "`-passin env:NAME` and env=, or `-passin stdin` and input={name}"),
    ("git", "a credential helper, or GIT_ASKPASS in env="),
    ("ansible ansible-playbook", "`-e @FILE`, or ansible-vault"),
    ("restic", "env=dict(os.environ, RESTIC_PASSWORD={name}), or `--password-file`"),
    ("borg", "env=dict(os.environ, BORG_PASSPHRASE={name})"),
    ("kubectl oc", "`-f -` with the manifest in input=, or `--from-env-file`"),
    ("helm", "`-f FILE` with the values"),
    ("vault", "`-` as the value and input={name}"),
    ("ipmitool", "`-E` and env=dict(os.environ, IPMI_PASSWORD={name}), or `-f FILE`"),
    ("htpasswd", "`-i`, and input={name}"),
    ("gpg", "`--passphrase-fd 0 --batch`, and input={name}"),
    ("useradd usermod", "`chpasswd`, and input="),
    ("aws", "the variables AWS_… in env=, or a profile"),
    ("sudo", "a rule in sudoers, or `sudo -S` and input={name}"),
    ("echo printf", "input={name} for the program that reads it"),
    ("smbclient rpcclient mount.cifs", "`-A FILE`, a file of credentials"),
    ("mount", "`-o credentials=FILE`"),
    ("mongo mongosh mongodump mongorestore mongoexport mongoimport", "`--config FILE`, or the prompt and input="),
    ("rclone", "env=dict(os.environ, RCLONE_CONFIG_PASS={name}), or its configuration"),
    ("twine", "env=dict(os.environ, TWINE_PASSWORD={name})"),
    ("terraform tofu", "env=dict(os.environ, TF_VAR_NAME={name})"),
)
_TABLE = {program: way for programs, way in _WAYS for program in programs.split()}


def remedy(program: str, shown: str) -> str:
    """What this program offers instead, or the three ways that there are; `shown` is the secret's name."""
    way = _TABLE.get(
        program, "input= for its standard input, env= for a variable, or a file that only its user can read"
    )
    return way.replace("{name}", shown)
