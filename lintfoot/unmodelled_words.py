"""Keywords that mean the same in every client library: whether a certificate, or its host name, is checked."""

from __future__ import annotations

from lintfoot.libraries import Argument, Attribute, Function

OFF = {"false": "off", "zero": "off", "true": "on", "text": "on", "ssl.CERT_NONE": "off"}
_CERT_REQS = {"ssl.CERT_NONE": "off", "'cert_none'": "off"}
_SKIPS = {"true": "off", "false": "on"}
VERIFIES = (
    *("verify_ssl", "ssl_verify", "verify_certs", "verify_cert", "verify_certificate", "verify_certificates"),
    *("ssl_verification", "validate_certs", "validate_cert", "validate_certificate", "verify_tls", "tls_verify"),
    *("verify_ssl_cert", "verify_ssl_certs", "verify_https", "https_verify", "verify_peer", "ssl_verify_cert"),
    *("ssl_verify_peer", "validate_ssl", "ssl_validate", "check_cert", "cert_verify", "ssl_cert_verify", "verifySSL"),
    *("verifySsl", "verify_ssl_certificate", "enforce_ssl_validation"),
)
_UNVERIFIED = (
    *("insecure_skip_verify", "skip_tls_verify", "insecure_skip_tls_verify", "tls_insecure_skip_verify"),
    *("disable_ssl_verification", "disable_ssl_certificate_validation", "disable_ssl_validation", "ssl_insecure"),
    *("disableSslCertValidation", "disable_tls_verification", "disable_verify_ssl", "skip_ssl_verification"),
    *("skip_ssl_verify", "skip_ssl_validation", "no_verify_ssl", "no_ssl_verify", "ssl_no_verify", "ignore_ssl_errors"),
    *("ignore_https_errors", "ignore_certificate_errors", "ignore_ssl", "accept_insecure_certs", "tls_insecure"),
)
_NAMES = ("check_hostname", "assert_hostname", "verify_hostname", "ssl_check_hostname")


def _function(verify: tuple[str, ...] = (), insecure: tuple[str, ...] = ()) -> Function:
    return Function(
        names=(),
        arguments={
            "verify": Argument((*VERIFIES, *verify), means=OFF),
            "unverified": Argument((*_UNVERIFIED, *insecure), means=_SKIPS),
            "hostname": Argument(_NAMES, means={"false": "off", "true": "on"}),
            "cert-reqs": Argument(("cert_reqs",), means=_CERT_REQS),
        },
    )


WEAK = frozenset({"verify", "insecure"})
SURE = _function()
LIKELY = _function(("verify",), ("insecure",))
FACETS = {
    "verify": "verify",
    "unverified": "verify",
    "hostname": "hostname",
    "cert-reqs": "verify",
}  # as pages call them
STORED = {
    "cert_reqs": Attribute(names=(), facet="verify", means=_CERT_REQS),
    "assert_hostname": Attribute(names=(), facet="hostname", means={"false": "off"}),
}
GATE = ("verify", "verif", "valid", "hostname", "insecure", "ssl", "tls", "cert")
WORDS = frozenset(keyword for argument in LIKELY.arguments.values() for keyword in argument.keyword)
