"""What a name says about the value it holds: is it a password, a token, a key; or only the name, the path, the length of one?

Names are judged by their words (camelCase, snake_case, digits split off), never by substrings: `keyboard`, `capital` and
`compassion` say nothing. This room knows text alone.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from lintfoot.records import dataclass
from lintfoot.regexes import regex


class Kind(StrEnum):
    """What sort of secret a name speaks of; the value is what messages call it."""

    PASSWORD = "password"  # noqa: S105 - the kind's name
    SECRET = "secret"  # noqa: S105
    TOKEN = "token"  # noqa: S105
    KEY = "key"
    LOGIN = "login"  # a pair of user and password: `auth=("user", "…")`
    HEADER = "header"  # `Authorization`: a scheme, then the secret

    @property
    def noun(self) -> str:
        """What messages call the secret."""
        return {Kind.LOGIN: "password", Kind.HEADER: "token"}.get(self, self.value)


@dataclass(frozen=True, slots=True)
class Said:
    """What a name says. `sure` is False where only a value that looks like a secret makes it one (`token`, `secret`)."""

    kind: Kind
    words: frozenset[str]
    sure: bool = True
    many: bool = False


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


PASSWORDS = _set(
    "password passwords passwd passwds passphrase passphrases passcode passcodes pwd pwds pw pass psw pswd passw "
    "passwrd paswd psswd pword psk passwort kennwort senha contrasena motdepasse wachtwoord haslo"
)
_SECRETS = _set("secret secrets secrete")
_TOKENS = _set("token tokens tok")
_CREDENTIALS = _set("credential credentials cred creds")
_LOGINS = _set("auth login")
_HEADERS = _set("authorization")

# Two words that mean a secret together. Of a `SECRET` any value counts, of a `KEY` one that looks like a key.
_BEFORE_KEY_SURE = _set("secret")
_BEFORE_KEY = _set(
    "api access private priv preshared auth authentication authorization signing encryption encrypt decryption "
    "crypto cipher account storage master shared service deploy app application consumer hmac jwt aes des fernet "
    "integration license licence subscription function sas admin ssh wpa wep ldap sso webhook personal write ingest "
    "ingestion insert tsig unseal recovery security aws azure gcp google openai anthropic gemini datadog dd sendgrid "
    "mailgun mailchimp twilio stripe github gitlab bitbucket slack cloudflare heroku digitalocean linode vultr "
    "hetzner pagerduty opsgenie newrelic splunk grafana sentry rollbar telegram discord shodan virustotal censys "
    "algolia mapbox maps weather tmdb jenkins sonar snyk artifactory nexus harbor rancher consul nomad zabbix prtg "
    "dynatrace logdna loggly papertrail mist meraki paloalto fortinet fortigate checkpoint dnac viptela solarwinds "
    "nvd otx abuseipdb urlscan greynoise bing youtube facebook twitter linkedin dropbox zoom okta duo ovh scaleway "
    "huggingface cohere groq mistral replicate pinecone deepl wandb supabase firebase braintree paypal square plaid "
    "shopify"
)
_BEFORE_SECRET = _set(
    "client app application api key shared webhook jwt oauth consumer auth master signing hmac user session token bot "
    "flask django cookie csrf totp otp hotp radius tacacs snmp enable vault approle account azure aws"
)

_BEFORE_PAT = _set("github gitlab gh gl azure devops ado azdo vsts jira bitbucket personal")
# What stands right before `token` when it is no credential: a cursor, a lexer's, a language model's.
_BEFORE_PLAIN_TOKEN = _set(
    "csrf xsrf next page paging continuation continue pagination scroll cancel cancellation sync start end stop eos "
    "bos pad padding unk unknown mask sep cls special resume max min num total prompt completion input output cache "
    "cached idempotency request marker lexer current cur curr prev previous last first keyword operator open close "
    "left right string number name ident identifier word sub split raw parsed expected unexpected peek lookahead "
    "whitespace comment delimiter image text vocab change delta position nextpage nonce template placeholder date "
    "time format path template literal node ast query sql macro directive punctuation brace bracket paren comma "
    "semicolon newline indent dedent eof"
)

# A last word that turns a name off: it speaks about the secret and does not hold it.
_LAST_OFF = _set(
    "env environ environment envvar var variable name names path paths file files filename filepath dir directory "
    "folder loc location url urls uri uris urn link arn arns id ids uuid guid sid kid identifier ident field fields "
    "fieldname header headers ttl type types prefix prefixes suffix suffixes postfix count counts counter hash "
    "hashes digest checksum policy policies length len size min max minimum maximum limit limits regex regexp re "
    "pattern patterns format fmt label labels prompt prompts msg message messages error errors err help title text "
    "texts desc description doc docs comment note info hint question reminder notice warning placeholder expiry "
    "expires expire expiration expired timeout lifetime duration interval validity age endpoint endpoints required "
    "enabled disabled allowed rotation rotate version versions algorithm algorithms algo alg scope scopes audience "
    "issuer aud iss grant flow param params parameter parameters arg args argument arguments option options opt flag "
    "switch kw kwarg keyword col column columns index idx table selector xpath css locator element attr attribute "
    "attributes property prop setting settings cls class style template form input box widget dialog button icon "
    "color page view route site tab menu section sections group groups role roles user users username usernames "
    "server servers host hosts hostname port service services backend backends engine engines provider providers "
    "manager managers management store stores storage vault source sources ref refs reference generator generate gen validator "
    "validation validators check checker checks checking strength score rule rules requirement requirements callback "
    "cmd command program script helper getter setter func function fn handler handlers tool mode modes mechanism "
    "mechanisms method methods strategy state status exists valid invalid encoding encryption encrypt hashing hasher "
    "charset alphabet symbols letters digits chars characters char specials delim delimiter separator sep split syntax grammar "
    "position pos offset start end begin kind kinds refresh reset change changed budget usage price cost num number "
    "numbers total topic queue database collection bucket slug tag tags alias fingerprint thumbprint signature salt "
    "cert certificate iterations rounds cache family extension ext level action actions event events request "
    "response req resp result results permission permissions owner domain realm context client clients plugin module "
    "schema spec model models serializer parser lexer stream iterator iter stack width height address addr map "
    "mapping dict obj object cookie support supported variant plural used at on date time timestamp since until ago "
    "created modified updated namespace namespaces sha"
)
_PLAIN = _set("plaintext cleartext")
_AUTH = _set("auth authentication authenticator")  # `token_auth` says how, `basic_auth` holds the pair

# A first word that asks, tells or does something about the secret.
_FIRST_OFF = _set(
    "update is has have had need needs allow allows show hide ask asks require requires required prompt check verify "
    "validate forgot forget reset change changed missing no not without should must can may will was does did skip "
    "ignore expire expired revoke rotate delete remove max min num count parse display print log mask redact "
    "sanitize sanitise save read load fetch find lookup encode decode"
)
# A word before the secret's that makes a switch of it, wherever it stands: `APP_DONT_CHECK_PASSWORDS`, `MYSQL_ALLOW_EMPTY_PASSWORD`.
# Not `enable` (devices have a secret for it), `allowed` (those that open), `use` (a token to use), `no` (a number) or `show`.
_SWITCHES = _set("dont doesnt not never without disable allow skip ignore require requires hide ask has needs")
# A word anywhere in it that says the value is public, stands for a secret only, or is none.
_ANYWHERE_OFF = _set(
    "public pub fingerprint hash hashed digest encrypted crypted masked redacted obfuscated scrambled invalid wrong "
    "incorrect bad fake dummy mock mocked example sample placeholder expected unencrypted common weak banned "
    "forbidden blacklisted denied reserved leaked breached"
)
_BEFORE_PASS = _set(
    "first second third last next one two multi single num number test tests all max by did should allow will not no "
    "any a render shadow final each every per lint compile compiler optimization opt boarding current main light "
    "depth forward backward back pre post dry"
)

# Words that are written as one: `apikey`, `rootpw`, `dbpasswd`. Both halves must be known.
_GLUED_BEFORE = _set(
    "root admin adm bind db user usr my mysql pg postgres pgsql mongo redis ssh sshd smtp imap pop ftp sftp mail "
    "email ldap sudo su become vault key store keystore trust truststore access auth api app bot client login host "
    "manager master service svc server srv snmp ipmi bmc ilo idrac drac vm vcenter esx esxi nsx proxy web wifi wlan "
    "network net enable console system sys sa oracle ora sql mssql sybase rabbit rabbitmq amqp mq kafka zookeeper zk "
    "consul nomad jenkins jira git github gitlab svn docker registry harbor nexus artifactory aws azure gcp os "
    "openstack keystone nova neutron cinder glance swift ceph rgw ansible salt puppet chef zabbix nagios grafana "
    "icinga http https basic secret private shared session refresh bearer id jwt oauth xauth rcon radius wpa vpn "
    "ipsec zip pdf pfx pkcs cert ca ssl tls pem pub dst src remote local default new old temp tmp guest node cluster "
    "cifs smb samba nt win windows ad domain machine device dev prod stage staging test"
)
_GLUED_AFTER = (
    *sorted(PASSWORDS - {"pass", "pw"}, key=len, reverse=True),
    "pass",
    "pw",
    "secret",
    "secrets",
    "token",
    "tokens",
    "key",
    "keys",
    "creds",
)
_NEVER_SPLIT = _set(
    "keypass passkey compass bypass trespass topsecret username keystore hostkey idtoken pubkey nokey oskey testpass oskeys"
)

_WORDS = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")


@lru_cache(maxsize=1 << 15)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in small letters; digits only part them."""
    found: list[str] = []
    for word in _WORDS.findall(name):
        low = word.lower()
        found += _unglued(low) if len(low) > 4 else [low]  # noqa: PLR2004 - shorter ones hold no two words
    return tuple(found)


def _unglued(word: str) -> list[str]:
    if word in PASSWORDS or word in _NEVER_SPLIT or word in _LAST_OFF or word in _TOKENS:
        return [word]
    for last in _GLUED_AFTER:
        if word.endswith(last) and word[: -len(last)] in _GLUED_BEFORE:
            return [word[: -len(last)], last]
    return [word]


_ALONE = frozenset({"key", "bearer", "jwt", "pat", "community"})
_SPEAKING = PASSWORDS | _SECRETS | _TOKENS | _CREDENTIALS | _LOGINS | _HEADERS | _ALONE
# Each word that `_of_word` knows, and each that `_joined` makes of two, holds one of these: so does the name it stands in.
_TRACES = regex("|".join(sorted(one for one in _SPEAKING if not any(two in one for two in _SPEAKING - {one}))))


def may_speak(name: str) -> bool:
    """A cheap look at a name, which lets some pass that say nothing: most hold no word that any secret is called by."""
    return _TRACES.search(name.lower()) is not None


@lru_cache(maxsize=1 << 15)
def said(name: str) -> Said | None:
    """What a name says of its value; None where it says nothing of a secret, or that it only speaks about one."""
    if not may_speak(name):
        return None
    parts = words(name)
    return _judged(parts) if parts and evidence(name) else None


@lru_cache(maxsize=1 << 15)
def evidence(name: str) -> bool:
    """Whether a name mentions a secret at all, be it only to speak about it (`password_file`)."""
    return may_speak(name) and any(_found(_joined(words(name))))


_MOST_SILENT = 1 << 16
_silent: set[str] = set()  # names that were seen to say nothing: most names of a text stand in others as well


def that_speak(names: frozenset[str]) -> list[str]:
    """The names that can say anything of a secret: a cheap look, which lets some pass that say nothing."""
    new = names - _silent
    found = [name for name in new if may_speak(name)]
    if len(_silent) > _MOST_SILENT:
        _silent.clear()
    _silent.update(new.difference(found))
    return found


def _joined(parts: tuple[str, ...]) -> tuple[str, ...]:
    """`pass word`, `pass phrase`, `pass code` are one word, wherever somebody parted them."""
    made: list[str] = []
    for part in parts:
        if made and made[-1] == "pass" and f"pass{part}" in PASSWORDS:
            made[-1] = f"pass{part}"
        elif part == "key" and made[-2:] == ["pre", "shared"]:
            made[-2:] = ["psk"]
        elif part == "auth" and made[-1:] == ["o"]:
            made[-1] = "oauth"
        else:
            made.append(part)
    return tuple(made)


def _judged(parts: tuple[str, ...]) -> Said | None:
    parts = _joined(parts)
    kept = parts[:-1] if parts[-1] in _PLAIN else parts
    kept = parts[:-2] if parts[-2:] in (("plain", "text"), ("clear", "text")) else kept
    if not kept or _only_speaks(kept):
        return None
    if len(kept) > 1 and kept[-1] in _SECRETS and not PASSWORDS.isdisjoint(kept):
        return Said(Kind.SECRET, frozenset(kept), sure=False)  # `db_password_secret` is what the store calls it
    found = _found(kept)
    first = next((place for place, one in enumerate(found) if one), 0)
    if not _SWITCHES.isdisjoint(kept[:first]):
        return None
    return max((one for one in found if one), key=lambda one: (one.sure, _RANK[one.kind]), default=None)


_RANK = {Kind.LOGIN: 0, Kind.KEY: 1, Kind.TOKEN: 2, Kind.SECRET: 3, Kind.PASSWORD: 4, Kind.HEADER: 5}


def _only_speaks(parts: tuple[str, ...]) -> bool:
    last = parts[-1]
    if last in ("key", "keys"):
        before = parts[-2] if len(parts) > 1 else ""
        if before not in _BEFORE_KEY and before not in _BEFORE_KEY_SURE:
            return True  # `password_key` is the key under which it is stored
    elif len(parts) > 1 and (_is_off(last) or (last in _AUTH and any(one for one in _found(parts[:-1])))):
        return True
    if len(parts) > 1 and parts[0] in _FIRST_OFF:
        return True
    return not _ANYWHERE_OFF.isdisjoint(parts)


def _is_off(word: str) -> bool:
    return word in _LAST_OFF or (word.endswith("s") and word[:-1] in _LAST_OFF)


def _found(parts: tuple[str, ...]) -> list[Said | None]:
    own = frozenset(parts)
    return [_of_word(parts, place, own) for place in range(len(parts))]


def _of_word(parts: tuple[str, ...], place: int, own: frozenset[str]) -> Said | None:
    word = parts[place]
    before = parts[place - 1] if place else ""
    many = word.endswith("s") and word not in ("pass", "creds", "credentials")
    if word in PASSWORDS:
        inside = place < len(parts) - 1 and before not in _GLUED_BEFORE
        plain = (word == "pass" and (before in _BEFORE_PASS or inside)) or (word == "psk" and place < len(parts) - 1)
        return None if plain else Said(Kind.PASSWORD, own, many=many)
    if word in _SECRETS:
        sure = word == "secrete" or before in _BEFORE_SECRET or parts[-1] in ("key", "keys")
        return Said(Kind.SECRET, own, sure=sure, many=many)
    if word in _TOKENS:
        plain = before in _BEFORE_PLAIN_TOKEN or (word == "tok" and not before)
        return None if plain else Said(Kind.TOKEN, own, sure=bool(before) and not many, many=many)
    if word in ("key", "keys") and before in _BEFORE_KEY_SURE:
        return Said(Kind.SECRET, own, many=many)
    if word in ("key", "keys") and before in _BEFORE_KEY:
        return Said(Kind.KEY, own, sure=False, many=many)
    if place == len(parts) - 1 and (word in ("bearer", "jwt") or (word == "pat" and before in _BEFORE_PAT)):
        return Said(Kind.TOKEN, own, sure=False)
    if word == "community" and before == "snmp" and parts[place + 1 :] in ((), ("string",)):
        return Said(Kind.SECRET, own, sure=False)
    if word in _CREDENTIALS and place == len(parts) - 1:
        return Said(Kind.LOGIN, own, sure=False)
    if word in _HEADERS and place == len(parts) - 1:
        return Said(Kind.HEADER, own)
    if word in _LOGINS and place == len(parts) - 1:
        return Said(Kind.LOGIN, own, sure=False)
    return None


def variable(name: str, kind: Kind = Kind.SECRET) -> str:
    """An environment variable that fits a name: `self.dbPassword` gives DB_PASSWORD, `X-Api-Key` X_API_KEY."""
    last = name.rpartition(".")[2]
    parts = [part for part in _WORDS.findall(last) if part.isascii()]
    made = "_".join(parts).upper()
    if kind is Kind.HEADER or made in ("AUTH", "CREDENTIALS", "CREDS", "LOGIN"):
        return "API_TOKEN" if kind is Kind.HEADER else "PASSWORD"
    return made or str(kind.name)
