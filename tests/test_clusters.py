"""LF802: every list of the Kubernetes clients has a verdict, and what is handed over is looked at without a fall."""

import pytest
from verbs import reports, silent, the_models

MADE = """
from kubernetes import client
api = client.{owner}()
api.{method}({arguments})
"""
LISTS = sorted(
    (name.split(".")[-2], name.rpartition(".")[2], function.arguments["scope"].default)
    for name, function in the_models().functions.items()
    if name.startswith("kubernetes.client.") and "scope" in function.arguments
)
WHOLE = [one for one in LISTS if one[2] in ("cluster", "cluster-objects")]
NARROW = ["limit=50", "label_selector='app=x'", "field_selector=chosen", "watch=True", "**options", "_continue=token"]


def test_the_model_knows_the_lists():
    assert len(WHOLE) > 40


@pytest.mark.parametrize(("owner", "method"), [one[:2] for one in WHOLE], ids=lambda one: one)
def test_lists_of_the_whole_cluster(owner, method):
    (found,) = reports(MADE.format(owner=owner, method=method, arguments=""), "LF802")
    advice = found.help.partition(", and")[0]
    silent(f"from kubernetes import client\napi = client.{owner}()\n{advice}\n", "LF802")
    for arguments in NARROW:
        silent(MADE.format(owner=owner, method=method, arguments=arguments), "LF802")


@pytest.mark.parametrize(("owner", "method"), [one[:2] for one in LISTS if one not in WHOLE], ids=lambda one: one)
def test_lists_that_stay_small(owner, method):
    silent(MADE.format(owner=owner, method=method, arguments="'payments'"), "LF802")


def test_openshift_has_one_of_each_setting():
    code = MADE.format(owner="CustomObjectsApi", method="list_cluster_custom_object", arguments="{0!r}, 'v1', 'things'")
    silent(code.format("config.openshift.io"), "LF802")
    reports(code.format("example.org"), "LF802")


def test_a_helper_that_puts_a_keyword_first():
    code = """
    from kubernetes import client

    def retried(function, *args):
        return function(_request_timeout=5, *args)

    retried(client.CoreV1Api().list_node, "x")
    """
    reports(code, "LF802")
