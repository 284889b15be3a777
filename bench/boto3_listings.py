"""Write the model of boto3's listings, `rules/libraries/boto3-listings.toml`, from botocore's own paginator definitions.

`python bench/boto3_listings.py` with botocore installed; the model names its version. What pages, and by which token and page size,
stands in botocore/data/*/*/paginators-1.json; the services are those that scripts use most.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
from botocore import xform_name

DATA = Path(botocore.__file__).parent / "data"
MODEL = Path(__file__).parent.parent / "rules" / "libraries" / "boto3-listings.toml"
WIDEST = 120
SERVICES = (
    "accessanalyzer acm acm-pca amp apigateway apigatewayv2 application-autoscaling appconfig athena autoscaling backup batch budgets ce "
    "cloudformation cloudfront cloudtrail cloudwatch codeartifact codebuild codecommit codedeploy codepipeline cognito-idp config "
    "datasync directconnect dms docdb ds dynamodb ec2 ecr ecr-public ecs efs eks elasticache elasticbeanstalk elb elbv2 emr "
    "emr-serverless es events firehose fsx glacier globalaccelerator glue greengrassv2 guardduty iam identitystore imagebuilder "
    "inspector2 iot kafka kinesis kms lambda license-manager lightsail logs macie2 mediaconvert memorydb mq mwaa neptune network-firewall "
    "opensearch organizations pricing quicksight ram rds redshift redshift-serverless resource-groups resourcegroupstaggingapi "
    "route53 route53domains route53resolver s3 s3control sagemaker schemas secretsmanager securityhub service-quotas servicecatalog "
    "servicediscovery sesv2 ses shield sns sqs ssm sso sso-admin states stepfunctions storagegateway support synthetics transfer "
    "wafv2 workspaces xray"
).split()
# What botocore's documentation says of lists that never fill a page.
FEW = ("limited to a small number", "you can have only one")
# A page only where one is asked for: without MaxBuckets, list_buckets gives all.
WHOLE_BY_DEFAULT = frozenset(("s3.list_buckets", "s3.list_directory_buckets"))
HEAD = """\
name = "boto3-listings"
imports = ["boto3", "aioboto3", "aiobotocore", "botocore"]
source = "botocore {version}: botocore/data/*/*/paginators-1.json (the operations that page, their token and their page size)"

# Written by bench/boto3_listings.py. Operations that return one page of many: `token` asks for the next page, `limit` sets
# how long a page is. Only the services that scripts use most; get_paginator walks all pages of any of them.
"""


def newest(service: str, file: str) -> dict[str, Any]:
    """The newest definition of a service; empty where there is none."""
    found = sorted((DATA / service).glob(f"*/{file}*"))
    if not found:
        return {}
    data = found[-1].read_bytes()
    loaded: dict[str, Any] = json.loads(gzip.decompress(data) if found[-1].suffix == ".gz" else data)
    return loaded


def listed(name: Any) -> tuple[str, ...]:
    """A token is one name or several."""
    return tuple(name) if isinstance(name, list) else (name,)


def operations() -> dict[tuple[tuple[str, ...], str, bool], list[str]]:
    """The operations by their token, their page size and whether they give all unless told otherwise."""
    found = defaultdict(list)
    for service in SERVICES:
        pages = newest(service, "paginators-1.json").get("pagination", {})
        documented = newest(service, "service-2.json").get("operations", {})
        for operation, pager in pages.items():
            text = documented.get(operation, {}).get("documentation", "")
            if any(few in text for few in FEW):
                continue
            name = f"{service}.{xform_name(operation)}"
            key = (listed(pager["input_token"]), pager.get("limit_key", ""), name in WHOLE_BY_DEFAULT)
            found[key].append(name)
    return found


def compact(names: list[str]) -> Iterator[str]:
    """Names with shell braces, `service.verb_{rest,rest}`, no line wider than it may be."""
    groups = defaultdict(list)
    for name in sorted(names):
        service, _, operation = name.partition(".")
        verb, _, rest = operation.partition("_")
        groups[f"botocore.client.{service}.{verb}_" if rest else f"botocore.client.{service}."].append(rest or verb)
    for start, rests in groups.items():
        line: list[str] = []
        for rest in rests:
            if line and len(start) + len(",".join([*line, rest])) > WIDEST - len('    "{}",'):
                yield braced(start, line)
                line = []
            line.append(rest)
        yield braced(start, line)


def braced(start: str, rests: list[str]) -> str:
    """One pattern."""
    return start + (rests[0] if len(rests) == 1 else "{" + ",".join(rests) + "}")


def quoted(names: tuple[str, ...]) -> str:
    """One keyword, or a list of them."""
    shown = [f'"{name}"' for name in names]
    return shown[0] if len(shown) == 1 else f"[{', '.join(shown)}]"


def entry(key: tuple[tuple[str, ...], str, bool], names: list[str]) -> Iterator[str]:
    """One table of the model."""
    token, limit, whole = key
    yield "\n[[functions]]\nnames = ["
    yield from (f'    "{pattern}",' for pattern in compact(names))
    yield ']\nrole = ["request", "listing"]'
    if whole:
        yield 'only-with = "limit"'
    yield f"arguments.token = {{ keyword = {quoted(token)} }}"
    if limit:
        yield f'arguments.limit = {{ keyword = "{limit}" }}'


def main() -> None:
    """Write the model."""
    lines = [HEAD.format(version=botocore.__version__).rstrip("\n")]
    for key, names in sorted(operations().items()):
        lines += entry(key, names)
    MODEL.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
