"""A made-up credential of every provider's format, put together when asked, so that no scanner of repositories meets one."""

import random
import re
import string

ALPHABETS = {
    "a": string.ascii_letters + string.digits,
    "h": "0123456789abcdef",
    "H": "0123456789ABCDEF",
    "l": string.ascii_lowercase + string.digits,
    "L": string.ascii_letters,
    "u": string.ascii_uppercase + string.digits,
    "d": string.digits,
    "w": string.ascii_letters + string.digits + "_-",
    "b": string.ascii_letters + string.digits + "+/",
    "q": "023456789ACDEFGHJKLMNPQRSTUVWXYZ",
}
UUID = "{h8}-{h4}-{h4}-{h4}-{h12}"
JWT_HEADER = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"

# What a page calls the format -> a sample: {a36} stands for 36 letters and digits, and so on.
SAMPLES = {
    "a GitHub token": ["gh" + "p_{a36}", "gh" + "o_{a36}", "gh" + "s_{a36}"],
    "a GitHub fine-grained token": ["github_" + "pat_{a22}_{a59}"],
    "a GitLab token": ["gl" + "pat-{w20}", "gl" + "dt-{w20}", "gl" + "rt-{w20}", "gl" + "ptt-{h40}"],
    "a GitLab runner registration token": ["GR" + "1348941{w20}"],
    "an Atlassian API token": ["ATAT" + "T3{w180}", "ATBB" + "{a28}"],
    "a CircleCI token": ["CCI" + "PAT_{a22}_{h40}"],
    "a Buildkite token": ["bk" + "ua_{h40}"],
    "an npm token": ["np" + "m_{a36}"],
    "a PyPI token": ["py" + "pi-AgE{w160}"],
    "a RubyGems key": ["ruby" + "gems_{h48}"],
    "a crates.io token": ["ci" + "o{a32}"],
    "a Docker Hub token": ["dckr_" + "pat_{w27}", "dckr_" + "oat_{w32}"],
    "an Artifactory token": ["AK" + "Cp{a69}", "cmVm" + "dGtu{a56}"],
    "a NuGet key": ["oy" + "2{l43}"],
    "a SonarQube token": ["sq" + "p_{h40}"],
    "a Sentry token": ["sntr" + "yu_{h64}"],
    "a Postman key": ["PM" + "AK-{h24}-{h34}"],
    "a Linear key": ["lin_" + "api_{a40}"],
    "a Pulumi token": ["pu" + "l-{h40}"],
    "an Octopus Deploy key": ["AP" + "I-{u30}"],
    "an Amazon Bedrock key": ["AB" + "SK{b120}"],
    "an Amazon MWS token": ["amzn." + "mws." + UUID],
    "a Google API key": ["AI" + "za{w35}"],
    "a Google OAuth client secret": ["GOC" + "SPX-{w28}"],
    "a Google OAuth access token": ["ya" + "29.{w120}"],
    "an Azure account key": [
        "DefaultEndpointsProtocol=https;AccountName=shop;Account" + "Key={b86}==;EndpointSuffix=core.windows.net",
        "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccess" + "Key={b43}=",
    ],
    "an Azure shared access signature": [
        "https://shop.blob.core.windows.net/x?sv=2022-11-02&ss=b&srt=o&sp=r&" + "sig={a43}%3D"
    ],
    "a Microsoft Entra client secret": ["{a3}8Q" + "~{w34}"],
    "an Azure DevOps token": ["{a76}AZ" + "DO{a4}"],
    "a DigitalOcean token": ["do" + "p_v1_{h64}", "do" + "o_v1_{h64}"],
    "a Heroku key": ["HR" + "KU-AA{w58}", "HR" + "KU-" + UUID],
    "a Cloudflare token": ["cf" + "ut_{a40}{h8}", "cf" + "k_{a40}{h8}"],
    "a Cloudflare Origin CA key": ["v1" + ".0-{h24}-{h146}"],
    "a Fly.io token": ["fo" + "1_{w43}", "fm" + "2_{b120}"],
    "a Supabase key": ["sb" + "p_{h40}", "sb_" + "secret_{w31}"],
    "a Netlify token": ["nf" + "p_{a36}"],
    "a PlanetScale credential": ["pscale_" + "tkn_{w43}", "pscale_" + "pw_{w43}"],
    "a Databricks token": ["da" + "pi{h32}"],
    "an Alibaba Cloud STS token": ["ST" + "S.{a28}"],
    "a Tailscale key": ["ts" + "key-auth-{a12}-{a32}"],
    "a Confluent Cloud API secret": ["cf" + "lt{b60}"],
    "a Vault token": ["hv" + "s.{w90}", "hv" + "b.{w120}", "s" + ".{a24}"],
    "an HCP Terraform token": ["{a14}.at" + "lasv1.{w67}"],
    "a Doppler token": ["dp" + ".pt.{a43}", "dp" + ".st.prod.{a43}"],
    "a 1Password service account token": ["ops_" + "eyJ{b250}"],
    "an age secret key": ["AGE-" + "SECRET-KEY-1{q58}"],
    "a Grafana token": ["gl" + "sa_{a32}_{h8}", "gl" + "c_{b60}"],
    "a New Relic key": ["NR" + "AK-{u27}", "{h32}FFFF" + "NRAL"],
    "a Dynatrace token": ["dt0" + "c01.{u24}.{u64}"],
    "a PagerDuty OAuth token": ["pd" + "us+_0{u7}_" + UUID],
    "a Datadog application key": ["dd" + "app_{a34}"],
    "a Prefect key": ["pn" + "u_{a36}"],
    "a Rancher token": ["tok" + "en-{l5}:{l54}"],
    "a Slack token": [
        "xox" + "b-{d12}-{d13}-{a24}",
        "xox" + "p-{d12}-{d12}-{d12}-{h32}",
        "xa" + "pp-1-{u11}-{d13}-{h64}",
    ],
    "a Slack webhook URL": ["https://hooks.slack" + ".com/services/T{u10}/B{u10}/{a24}"],
    "a Discord webhook URL": ["https://discord" + ".com/api/webhooks/{d18}/{w68}"],
    "a Discord bot token": ["MT" + "{a22}.{a6}.{w38}"],
    "a Microsoft Teams webhook URL": [
        "https://shop.webhook." + f"office.com/webhookb2/{UUID}@{UUID}/IncomingWebhook/" + "{h32}/" + UUID
    ],
    "a Telegram bot token": ["{d10}:A" + "A{w33}"],
    "a SendGrid key": ["SG" + ".{w22}.{w43}"],
    "a Mailgun key": ["ke" + "y-{h32}"],
    "a Mailchimp key": ["{h32}-u" + "s14"],
    "a Brevo key": ["xkey" + "sib-{h64}-{a16}"],
    "a Notion token": ["nt" + "n_{a46}", "secret" + "_{a43}"],
    "an Airtable token": ["pa" + "t{a14}.{h64}"],
    "a Figma token": ["fi" + "gd_{w40}"],
    "a Stripe secret key": ["sk_" + "live_{a24}", "rk_" + "live_{a24}", "sk_" + "test_{a24}"],
    "a Stripe webhook secret": ["wh" + "sec_{a32}"],
    "a Square credential": ["sq0" + "atp-{w22}", "EA" + "AA{w60}"],
    "a Shopify token": ["sh" + "pat_{h32}"],
    "a Braintree access token": ["access_" + "token$production${l16}${h32}"],
    "a Flutterwave secret key": ["FLW" + "SECK-{h32}-X"],
    "a Midtrans server key": ["Mid-" + "server-{w24}"],
    "an OpenAI key": ["sk" + "-{a20}T3Blbk" + "FJ{a20}", "sk-" + "proj-{w74}T3Blbk" + "FJ{w74}"],
    "an Anthropic key": ["sk-" + "ant-api03-{w93}AA"],
    "a Hugging Face token": ["h" + "f_{L34}"],
    "a Groq key": ["gs" + "k_{a52}"],
    "an xAI key": ["xa" + "i-{a80}"],
    "a Perplexity key": ["pp" + "lx-{a48}"],
    "a Replicate token": ["r" + "8_{a37}"],
    "a LangSmith key": ["lsv2_" + "pt_{h32}_{h10}"],
    "a Pinecone key": ["pc" + "sk_{a5}_{a63}"],
    "a private key": [
        "-----BEGIN " + "RSA PRIVATE KEY-----\n{b64}\n{b64}\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN " + "OPENSSH PRIVATE KEY-----\n{b70}\n-----END OPENSSH PRIVATE KEY-----",
        (
            '{"type": "service_account", "private_key": "-----BEGIN '
            'PRIVATE KEY-----\\n{b64}\\n-----END PRIVATE KEY-----\\n"}'
        ),
        "-----BEGIN " + "PGP PRIVATE KEY BLOCK-----\nVersion: 2\n\n{b64}\n-----END PGP PRIVATE KEY BLOCK-----",
    ],
    "a PuTTY private key": [
        (
            "PuTTY-"
            "User-Key-File-3: ssh-rsa\nEncryption: none\nComment: k\nPublic-Lines: 1\n{b64}\nPrivate-Lines: 1\n{b64}\n"
        )
    ],
    "a JSON Web Token": [JWT_HEADER + ".eyJ{w40}.{w43}"],
}
LETTER = {"a": "x", "h": "0", "H": "0", "l": "x", "L": "x", "u": "X", "d": "0", "w": "x", "b": "x", "q": "Q"}


def made(sample, seed=7):
    """A sample with its blanks filled in at random, the same for the same seed."""
    rng = random.Random(f"{sample}{seed}")
    return re.sub(r"\{([A-Za-z])(\d+)\}", lambda m: "".join(rng.choices(ALPHABETS[m[1]], k=int(m[2]))), sample)


def dummy(sample):
    """The same shape filled with one character, as manuals show it."""
    return re.sub(r"\{([A-Za-z])(\d+)\}", lambda m: LETTER[m[1]] * int(m[2]), sample)
