"""The pages' messages, with the words of the call that they speak of: what it is, what it was given, and how it should be."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping

import libcst as cst

from lintfoot import calls
from lintfoot.libraries import Derived
from lintfoot.visitors.base import Context, written


class Messages:
    """Fills in the texts of pages for one file.

    `facets` are what pages ask of calls; `handed_over` are the calls that somebody else makes, by their identity.
    """

    def __init__(self, context: Context, facets: Collection[str], handed_over: Container[int]) -> None:
        self._module = context.module
        self._models = context.models
        self._facets = facets
        self._handed_over = handed_over

    def filled(self, text: str, node: cst.CSTNode, target: calls.Target, given: calls.Given, suggest: str = "") -> str:
        """A text of a page, with what this very call is for its placeholders."""
        if "{" not in text:
            return text
        asks = "{library}" in text or "{source}" in text  # few do, and all libraries are opened for it
        library = self._models.library_of.get(target.name) if asks else None
        facet = next((facet for facet in target.function.arguments if facet in self._facets), "")
        callee = node.func if isinstance(node, cst.Call) else node
        words = {
            "call": self._written(callee),
            "function": _shown(target),
            "library": library.name if library else target.name.partition(".")[0],
            "keyword": given.keyword or self._keyword(target),
            "value": self._written(given.node) if given.node is not None else "",
            "given": "",
            "instead": target.function.instead,
            "source": target.function.source or (library.source if library else ""),
        }
        if words["call"] == words["function"]:
            text = text.replace("`{call}` is {function}", "`{call}`")
        told = f"`{words['keyword']}={words['value']}`" if words["keyword"] else f"`{words['value']}`"
        if "{suggested}" in text or "{without}" in text:
            words |= self._advised(node, words, suggest)
        if not words["value"]:
            text = text.replace(" (`{keyword}={value}`)", "")  # what the call does without being told
        words["given"] = (
            told
            if given.node is not None and words["keyword"]
            else f"no {words['keyword'] or facet or 'such argument'}"
        )
        for word, value in words.items():
            text = text.replace("{" + word + "}", value)
        return text

    def _advised(self, node: cst.CSTNode, words: Mapping[str, str], suggest: str) -> dict[str, str]:
        """The call as it should be; words where that call would be the very same."""
        made = self._rewritten(node, words["keyword"], suggest)
        same = self._rewritten(node, "", suggest)["without"]
        if made["without"] == same:
            set_elsewhere = f"leave `{words['keyword']}` out where it is set, or give it what it should be"
            made["without"] = words["instead"] or set_elsewhere
        if made["suggested"] == same and words["instead"]:
            made["suggested"] = words["instead"]
        return made

    def _rewritten(self, node: cst.CSTNode, keyword: str, value: str) -> dict[str, str]:
        """The call with `keyword=value` in it, and the call without that argument: advice that can be pasted."""
        if not isinstance(node, cst.Call):
            return {"suggested": f"{keyword}={value}", "without": ""}
        others = [arg for arg in node.args if arg.keyword is None or arg.keyword.value != keyword]
        shown = [self._argument(arg) for arg in others]
        callee = self._written(node.func)
        if id(node) in self._handed_over:
            return {"suggested": f"functools.partial({callee}, {keyword}={value})", "without": callee}
        added = [*shown, f"{keyword}={value}"] if keyword else shown
        texts = {"suggested": added, "without": shown}
        return {word: f"{callee}({', '.join(parts)})" for word, parts in texts.items()}

    def _argument(self, argument: cst.Arg) -> str:
        """An argument as written, or a plain hole where it is long: half an argument would look like code and be none."""
        text = self._written(argument.with_changes(comma=cst.MaybeSentinel.DEFAULT), 40)
        name = f"{argument.keyword.value}=" if argument.keyword else argument.star
        return f"{name}…" if text.endswith("…") else text

    def _keyword(self, target: calls.Target) -> str:
        """How the argument is spelled that pages ask about."""
        arguments = (target.function.arguments.get(facet) for facet in self._facets)
        return next((one.keyword[0] for one in arguments if one is not None and one.keyword), "")

    def _written(self, node: cst.CSTNode, longest: int = 60) -> str:
        return written(self._module, node, longest)


def _shown(target: calls.Target) -> str:
    """What a call calls, for messages; for a function of the project also what is under it."""
    through = target.function.through if isinstance(target.function, Derived) else ""
    return f"{target.name}, a wrapper of {through}," if through else target.name
