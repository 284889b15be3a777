"""Clients of clouds, by what their names begin with: what they are handed, and what finds credentials without."""

from __future__ import annotations

from lintfoot.records import dataclass


@dataclass(frozen=True, slots=True)
class Cloud:
    """What a cloud's client is handed, and what finds credentials without: words for the help."""

    facets: tuple[str, ...]
    instead: str


_KEYS = ("access-key-id", "secret-key", "session-token")
_AWS = Cloud(_KEYS, "{without}: the environment, a profile and the role of the host are looked at without being told")
_AZURE = "azure.identity.DefaultAzureCredential(), which also takes the managed identity of the host"
CLOUDS = (
    ("boto3.", _AWS),
    ("botocore.", _AWS),
    ("boto.", _AWS),
    ("s3fs.", _AWS),
    ("azure.identity.ClientSecretCredential", Cloud(("client-secret",), _AZURE)),
    ("azure.identity.UsernamePasswordCredential", Cloud(("password",), _AZURE)),
    ("azure.core.credentials.AzureNamedKeyCredential", Cloud(("secret-key",), _AZURE)),
    ("azure.storage.blob.BlobServiceClient", Cloud(("secret-key",), f"credential={_AZURE}")),
    (
        "google.oauth2.service_account.",
        Cloud(
            ("service-account",),
            "google.auth.default(), which finds the identity of the host, or a file that is named outside",
        ),
    ),
    ("tencentcloud.", Cloud(_KEYS, "credential.DefaultCredentialProvider().get_credential()")),
    ("alibabacloud_tea_openapi.", Cloud(_KEYS, "credential=alibabacloud_credentials.client.Client()")),
)
