"""LF401: a credential in the source, by the name that holds it, by a provider's format, or by what the text gives away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

import libcst as cst

from lintfoot import calls, secret_commands
from lintfoot.book import Rule
from lintfoot.libraries import Models
from lintfoot.scopes import parameters
from lintfoot.secret_formats import Format
from lintfoot.secret_names import Kind, Said, evidence, said, variable, words
from lintfoot.secret_texts import in_pair, trace
from lintfoot.secret_values import Verdict, is_nothing, judge, looks_random
from lintfoot.values import Class, Function
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.leaves import LITERALS, Leaf, default_of, keys_of_lookup, last_name, leaves, name_of, text_of

_CODE = "LF401"
_PASSWORD = Said(Kind.PASSWORD, frozenset({"password"}))
_ANY = Said(Kind.SECRET, frozenset({"secret"}))
_MANY = 12  # more literals in one list are a list of words


class Secrets(Visitor):
    """Looks at every place where a literal gets a name, then at every literal's own text."""

    codes: ClassVar[tuple[str, ...]] = (_CODE,)
    words: ClassVar[tuple[str, ...]] = (
        "pass", "pwd", "psw", "pw", "psk", "secret", "token", "key", "cred", "auth", "login", "jwt", "bearer", "://", "identified",
        "kennwort", "senha", "contrase", "wachtwoord", "haslo", "pat",
    )  # fmt: skip
    hides: ClassVar[bool] = True

    @classmethod
    def gate(cls, rules: Mapping[str, Rule], models: Models) -> tuple[str, ...]:
        """The words of names, what provider formats begin with, and the modules whose calls take a secret by position."""
        del rules
        modules = {
            name.partition(".")[0].lower()
            for name, function in models.functions.items()
            if any(argument.secret and argument.position is not None for argument in function.arguments.values())
        }
        return (*cls.words, *(start.lower() for start in models.formats.starts), *sorted(modules))

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._formats = context.models.formats.within(context.text)
        self._done: set[int] = set()
        self._covered: set[int] = set()
        self._secret_calls = _secret_calls(context.models)
        self._own: dict[str, list[tuple[cst.CSTNode, dict[int, str]]]] | None = None
        self._more = frozenset(context.option(_CODE, "names") or ())
        self._public = frozenset(context.option(_CODE, "public-names") or ())

    def _said(self, name: str) -> Said | None:
        """What a name says, the user's own words included."""
        if self._public and name in self._public:
            return None
        if self._more and name in self._more:
            return Said(Kind.SECRET, frozenset(words(name)))
        return said(name) if name else None

    # places where a literal gets a name

    def visit_Assign(self, node: cst.Assign) -> None:
        """`password = "…"`, `self.token = "…"`, `config["secret"] = "…"`, `user, password = "…", "…"`."""
        for target in node.targets:
            self._assigned(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        """`password: str = "…"`."""
        if node.value is not None:
            self._assigned(node.target, node.value)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        """`(password := "…")`."""
        self._assigned(node.target, node.value)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        """`password += "…"`."""
        name = self._said(name_of(node.target))
        if name is not None and name.kind is Kind.PASSWORD and isinstance(node.operator, cst.AddAssign):
            self._given(node.value, name, self.written(node.target))

    def _assigned(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        if isinstance(target, cst.Tuple | cst.List):
            if isinstance(value, cst.Tuple | cst.List) and len(target.elements) == len(value.elements):
                for one, given in zip(target.elements, value.elements, strict=True):
                    self._assigned(one.value, given.value)
            return
        text = name_of(target)
        name = self._said(text)
        if name is not None:
            self._given(value, name, self.written(target), names=text.isupper() and isinstance(target, cst.Name))

    def visit_Param(self, node: cst.Param) -> None:
        """`def connect(user, password="…")`."""
        name = self._said(node.name.value) if node.default is not None else None
        if name is not None and node.default is not None:
            self._given(node.default, name, node.name.value, how="default")

    def visit_For(self, node: cst.For) -> None:
        """`for password in ("…", "…")`."""
        name = self._said(name_of(node.target))
        if name is not None and isinstance(node.iter, cst.List | cst.Tuple | cst.Set):
            self._given(node.iter, name, self.written(node.target))

    def visit_DictElement(self, node: cst.DictElement) -> None:
        """`{"password": "…"}`, `{"name": "DB_PASSWORD", "value": "…"}`, `{"password": {"default": "…"}}`."""
        key = text_of(node.key) if isinstance(node.key, cst.SimpleString) else last_name(node.key)
        if not key:
            return
        name = self._said(key)
        if name is not None:
            self._given(
                node.value,
                name,
                self.written(node.key),
                how="key",
                sure=self._beside(node, name),
                follow=True,
                names=True,
            )
        elif key.lower() in _VALUE_KEYS:
            self._named_beside(node, node.value)

    def visit_Comparison(self, node: cst.Comparison) -> None:
        """`if password == "…"`, `token in ("…", "…")`."""
        sides = [node.left, *(one.comparator for one in node.comparisons)]
        operators = [one.operator for one in node.comparisons]
        if not all(
            isinstance(operator, cst.Equal | cst.NotEqual | cst.In | cst.NotIn | cst.Is | cst.IsNot)
            for operator in operators
        ):
            return
        if isinstance(operators[0], cst.In | cst.NotIn):
            if isinstance(sides[1], cst.List | cst.Tuple | cst.Set):
                self._compared(sides[:1], [element.value for element in sides[1].elements])
            return
        self._compared(sides, sides)

    def _compared(self, named: Sequence[cst.BaseExpression], values: Sequence[cst.BaseExpression]) -> None:
        literals = [value for value in values if isinstance(value, LITERALS)]
        for side in named if literals else ():
            name = self._said(name_of(side))
            if name is not None and name.kind not in (Kind.LOGIN, Kind.HEADER):
                sure = name.kind is Kind.PASSWORD or None
                for literal in literals:
                    self._given(literal, name, self.written(side), how="comparison", sure=sure or False)

    def visit_Return(self, node: cst.Return) -> None:
        """`def get_password(): return "…"`."""
        if not isinstance(node.value, LITERALS):
            return
        function = self.names.index.function_of(node)
        name = _answer(function.name.value) if isinstance(function, cst.FunctionDef) else None
        if name is not None and isinstance(function, cst.FunctionDef):
            sure = name.kind is Kind.PASSWORD
            self._given(node.value, name, f"{function.name.value}()", how="answer", sure=sure, names=True)

    def visit_Call(self, node: cst.Call) -> None:
        """Keywords by their names, then whatever the callee's name or model says about its arguments."""
        callee = last_name(node.func)
        for arg in node.args:
            if arg.keyword is not None:
                self._keyword(node, arg, arg.keyword.value)
        if not node.args:
            return
        self._looked_up(node, callee)
        self._set(node, callee)
        self._logged_in(node, callee)
        if callee in self._secret_calls:
            self._modelled(node)
        self._own_function(node, callee)
        if callee in _TYPED and len(node.args) == 1:
            self._typed(node)

    def _keyword(self, node: cst.Call, arg: cst.Arg, keyword: str) -> None:
        name = self._said(keyword)
        if name is not None:
            self._given(arg.value, name, keyword, how="keyword", sure=self._beside(arg, name), follow=True)
        elif keyword.lower() in _VALUE_KEYS:
            option = self._option(node) if keyword == "default" and _declares(last_name(node.func)) else None
            if option is not None:
                self._given(arg.value, option[1], option[0], how="default")
            else:
                self._named_beside(arg, arg.value)

    def _option(self, node: cst.Call) -> tuple[str, Said] | None:
        """The option that a call declares: `add_argument("-p", "--password", default=…)`, `StrOpt("password", default=…)`."""
        for arg in node.args:
            if arg.keyword is not None and arg.keyword.value not in ("dest", "name", "opt", "flags"):
                continue
            text = text_of(arg.value) if isinstance(arg.value, cst.SimpleString) else None
            name = self._said(text.lstrip("-")) if text and not re.search(r"\s", text) else None
            if text and name is not None and name.kind not in (Kind.LOGIN, Kind.HEADER):
                return text, name
        return None

    def _looked_up(self, node: cst.Call, callee: str) -> None:
        """`os.environ.get("DB_PASSWORD", "…")`: the fallback is the secret."""
        if _declares(callee):
            return
        for key in keys_of_lookup(node):
            name = self._said(key) if " " not in key else None
            default = default_of(node, callee) if name is not None else None
            if name is not None and default is not None:
                self._fallen_back(default, key, name)
                return

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> None:
        """`os.getenv("DB_PASSWORD") or "…"`."""
        if isinstance(node.operator, cst.Or) and isinstance(node.right, LITERALS):
            key = name_of(node.left)
            name = self._said(key)
            if name is not None:
                self._fallen_back(node.right, key, name)

    def _fallen_back(self, value: cst.BaseExpression, key: str, name: Said) -> None:
        for leaf in leaves(self.names, value):
            self._judge(
                Leaf(leaf.node, leaf.text, fallback=True, lookup=key, raw=leaf.raw), name, key, "fallback", names=True
            )

    def _set(self, node: cst.Call, callee: str) -> None:
        """`setenv("DB_PASSWORD", "…")`, `add_header("Authorization", "…")`, `set_password("…")`."""
        plain = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
        if callee in _SETTERS:
            for key, value in zip(plain, plain[1:], strict=False):
                text = (
                    text_of(key)
                    if isinstance(key, cst.SimpleString)
                    else last_name(key)
                    if callee == "setopt"
                    else None
                )
                name = self._said(text) if text else None
                if name is not None and text:
                    self._given(value, name, text, how="set", follow=True)
            return
        setter = _setter(callee) if plain else None
        if setter is not None:
            value = plain[0] if words(callee)[0] in _ONE_WAY else plain[-1]
            if isinstance(value, LITERALS):
                self._given(value, setter, f"{callee}()", how="set", names=True)

    def _logged_in(self, node: cst.Call, callee: str) -> None:
        """`HTTPBasicAuth("user", "…")`, `connection.login("user", "…")`, `compare_digest(password, "…")`, `b64encode(b"user:…")`."""
        plain = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
        if callee == "compare_digest":
            self._compared(plain, plain)
        elif callee in _ENCODERS and plain:
            for leaf in leaves(self.names, plain[0]):
                if in_pair(leaf.text):
                    self._judge(leaf, _PASSWORD, callee, "pair", verdict=Verdict.REAL)
        elif len(plain) > 1 and isinstance(plain[1], LITERALS) and _takes_a_pair(callee):
            self._given(plain[1], _PASSWORD, f"{callee}()", how="set", names=True)

    def _modelled(self, node: cst.Call) -> None:
        """Arguments that a library's model calls secret, by position as well."""
        for target in calls.targets(self.names, node):
            for argument in target.function.arguments.values():
                if argument.secret:
                    given = calls.given(self.names, node, argument, target.partials)
                    if given.state == "given" and given.node is not None:
                        keyword = argument.keyword[0] if argument.keyword else "secret"
                        name = self._said(keyword) or _ANY
                        kind = name if name.kind is not Kind.KEY else Said(Kind.SECRET, name.words)
                        self._given(
                            given.node,
                            kind,
                            f"{keyword} of {self.written(node.func)}",
                            how="keyword",
                            sure=True,
                            follow=True,
                        )

    def _own_function(self, node: cst.Call, callee: str) -> None:
        """A literal by position for a parameter of this file that is named like a secret."""
        if self._own is None:
            self._own = _own_functions(self.names.index.scopes.values(), self._said)
        if callee not in self._own or not any(
            isinstance(arg.value, LITERALS) and arg.keyword is None for arg in node.args
        ):
            return
        found = {id(value.node): value for value in self.names.values(node.func) if isinstance(value, Function | Class)}
        for owner, places in self._own[callee]:
            if id(owner) not in found:
                continue
            value = found[id(owner)]
            bound = isinstance(value, Function) and value.receiver is not None
            for number, arg in enumerate(node.args):
                if arg.keyword is not None or arg.star:
                    break
                text = places.get(number + bound)
                name = self._said(text) if text else None
                if name is not None and text:
                    self._given(arg.value, name, text, how="keyword", follow=True)

    def _typed(self, node: cst.Call) -> None:
        """`child.expect("assword:")`, then `child.sendline("…")`."""
        value = node.args[0].value
        if isinstance(value, cst.BinaryOperation):
            value = value.left
        statement = self.names.index.statement_of(node)
        block = self.names.index.parent.get(id(statement))
        body = getattr(block, "body", ())
        place = next((number for number, one in enumerate(body) if one is statement), 0)
        if place and isinstance(value, LITERALS) and _asks_for_password(body[place - 1]):
            self._given(value, _PASSWORD, f"{last_name(node.func)}()", how="set", names=True)

    # neighbours

    def _beside(self, node: cst.CSTNode, name: Said) -> bool | None:
        """A bare `secret` or `token` next to a user and a host is a credential: netmiko's devices, OAuth parameters."""
        if name.sure or name.kind is not Kind.SECRET:
            return None
        keys = {key.lower() for key, _ in _siblings(self.names.index.parent.get(id(node)))}
        return True if not keys.isdisjoint(_COMPANY) else None

    def _named_beside(self, node: cst.CSTNode, value: cst.BaseExpression) -> None:
        """`value=` next to `name="DB_PASSWORD"`; `default=` in the description of an option called `password`."""
        if not any(True for _ in leaves(self.names, value)):
            return
        holder = self.names.index.parent.get(id(node))
        label = (
            node.keyword.value
            if isinstance(node, cst.Arg) and node.keyword
            else text_of(node.key)
            if isinstance(node, cst.DictElement)
            else ""
        )
        if (label or "").lower() in ("value", "parametervalue"):
            for key, sibling in _siblings(holder):
                text = text_of(sibling) if key.lower() in _NAME_KEYS and isinstance(sibling, cst.SimpleString) else None
                name = self._said(text) if text and " " not in text else None
                if name is not None and text:
                    self._given(value, name, text, how="keyword", names=True)
                    return
        outer = self.names.index.parent.get(id(holder)) if holder is not None else None
        text = _key_name(outer)
        name = self._said(text) if text else None
        if name is not None and text:
            self._given(value, name, text, how="default", names=True)

    # judging

    def _given(
        self,
        value: cst.BaseExpression,
        name: Said,
        shown: str,
        *,
        how: str = "name",
        sure: bool | None = None,
        names: bool = False,
        follow: bool = False,
    ) -> None:
        """Judge every literal that a named place may get."""
        if name.kind is Kind.LOGIN and not isinstance(value, cst.Dict):
            self._login(value, name, shown, how)
            return
        if isinstance(value, cst.List | cst.Tuple | cst.Set):
            self._listed(value, name, shown, how)
            return
        if isinstance(value, cst.Dict) and name.many and name.kind is Kind.PASSWORD:
            for element in value.elements:
                if isinstance(element, cst.DictElement) and isinstance(element.value, LITERALS):
                    self._given(element.value, name, shown, how=how, names=True)
            return
        for leaf in leaves(self.names, value, follow=follow):
            if leaf.via is not None and evidence(name_of(leaf.via)):
                continue  # its own name has been asked where it is bound
            self._judge(leaf, name, leaf.lookup or shown if leaf.fallback else shown, how, sure=sure, names=names)

    def _listed(self, value: cst.List | cst.Tuple | cst.Set, name: Said, shown: str, how: str) -> None:
        literals = [element.value for element in value.elements if isinstance(element.value, LITERALS)]
        if len(literals) > _MANY:
            return
        for literal in literals:
            self._given(literal, name, shown, how=how, sure=name.kind is Kind.PASSWORD, names=True)

    def _login(self, value: cst.BaseExpression, name: Said, shown: str, how: str) -> None:
        """`auth=("user", "…")`, `auth="user:…"`, `credentials = ("user", "…")`."""
        if isinstance(value, cst.Tuple | cst.List):
            if len(value.elements) == 2 and not isinstance(value.elements[1], cst.StarredElement):  # noqa: PLR2004 - a pair
                self._given(value.elements[1].value, _PASSWORD, shown, how="pair", follow=True)
            return
        for leaf in leaves(self.names, value):
            real = in_pair(leaf.text) or judge(leaf.text, Said(Kind.HEADER, name.words)) is Verdict.REAL
            if real:
                self._judge(leaf, name, shown, how, verdict=Verdict.REAL)

    def _judge(
        self,
        leaf: Leaf,
        name: Said,
        shown: str,
        how: str,
        *,
        sure: bool | None = None,
        names: bool = False,
        verdict: Verdict | None = None,
    ) -> None:
        if id(leaf.node) in self._done:
            return
        told = (
            verdict
            or (_judged_bytes(leaf.raw, name) if leaf.raw else None)
            or judge(leaf.text, name, sure=sure, names=names)
        )
        if told is Verdict.NO or (told is Verdict.PERHAPS and how == "comparison"):
            return
        self._hide(leaf.node)
        if told is Verdict.PERHAPS or self._in_enum(leaf.node):
            return
        found = self._formats.find(leaf.text)
        if self.context.is_test and (found is None or not found.in_tests):
            return
        self._done.add(id(leaf.node))
        what = found.name if found else f"the {name.kind.noun}"
        how = "fallback" if leaf.fallback else how
        self.report(
            _CODE,
            leaf.node,
            _message(how, shown, what),
            label="the fallback is the secret" if how == "fallback" else "a secret in the source",
            help=_help(how, shown, name),
            related=(Note(leaf.via, f"given to `{shown}` here"),) if leaf.via is not None else (),
        )

    def _hide(self, node: cst.BaseExpression) -> None:
        if isinstance(node, cst.BinaryOperation):
            self._hide(node.left)
            self._hide(node.right)
        else:
            self.hide(node)

    def _in_enum(self, node: cst.CSTNode) -> bool:
        """Members of an enumeration are labels."""
        for above in self.names.index.ancestors(node):
            if isinstance(above, cst.FunctionDef):
                return False
            if isinstance(above, cst.ClassDef):
                return any(last_name(base.value) in _ENUMS for base in above.bases)
        return False

    # the literal's own text

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> None:
        """Look at the whole, not at its parts."""
        if id(node) not in self._covered:
            self._read(node, text_of(node))
        self._covered.update((id(node.left), id(node.right)))

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        """Look at a text where something in it hints at a secret."""
        if (
            len(node.value) > _SHORT
            and id(node) not in self._covered
            and (_HINT.search(node.value) or self._holds_start(node.value))
        ):
            self._read(node, text_of(node))

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        """Look at the constant parts."""
        if id(node) not in self._covered:
            self._read(node, text_of(node))

    def _holds_start(self, text: str) -> bool:
        return any(start in text for start in self._formats.starts)

    def _read(self, node: cst.BaseExpression, text: str | None) -> None:
        if not text or id(node) in self._done:
            return
        found = self._formats.find(text)
        if found is not None:
            self._hide(node)
            if found.in_tests or not (self.context.is_test or self._is_prose(node)):
                self._told(node, found)
            return
        if not _HINT.search(text) or self._is_prose(node):
            return
        told = trace(text)
        if told is None:
            return
        self._hide(node)
        if not self.context.is_test:
            self._done.add(id(node))
            self.report(
                _CODE,
                node,
                f"a literal gives a secret away: the {told.what} stands in the source",
                label=told.what,
                help=_environ(variable(told.name)),
            )

    def _told(self, node: cst.BaseExpression, found: Format) -> None:
        self._done.add(id(node))
        self.report(
            _CODE, node, f"{found.name} stands in the source", label=found.name, help=_environ(_variable_of(found))
        )

    def _is_prose(self, node: cst.CSTNode) -> bool:
        """A docstring, a help text, an example: it shows how a thing is written."""
        for above in self.names.index.ancestors(node):
            match above:
                case cst.Expr(value=value):
                    return value is node
                case cst.Arg(keyword=cst.Name(value=keyword)):
                    return keyword in _PROSE
                case cst.Assign(targets=[cst.AssignTarget(target=target), *_]):
                    return not _PROSE_NAMES.isdisjoint(words(name_of(target))[-1:])
                case cst.BaseStatement() | cst.BaseSmallStatement():
                    return False
                case _:
                    pass
        return False

    # argument lists

    def visit_List(self, node: cst.List) -> None:
        """`["mysql", "-psecret"]`, `["curl", "-u", "user:…"]`."""
        self._argv(node.elements)

    def visit_Tuple(self, node: cst.Tuple) -> None:
        """The same as a tuple; also `("password", "…")`, a pair of name and value."""
        self._argv(node.elements)
        if len(node.elements) == 2:  # noqa: PLR2004 - name and value
            first, second = (element.value for element in node.elements)
            key = text_of(first) if isinstance(first, cst.SimpleString) else None
            name = self._said(key) if key and " " not in key else None
            text = text_of(second) if isinstance(second, LITERALS) else None
            if name is not None and key and text and (name.kind is Kind.HEADER or looks_random(text)):
                self._given(second, name, key, how="set", names=True)

    def _argv(self, elements: Sequence[cst.BaseElement]) -> None:
        literals = [element.value for element in elements if isinstance(element.value, LITERALS)]
        if len(literals) < 2 or not any(_is_option(literal) for literal in literals):  # noqa: PLR2004 - an option and its value
            return
        texts = [None if isinstance(element, cst.StarredElement) else self._word(element.value) for element in elements]
        for found in secret_commands.in_words(texts):
            node = elements[found.index].value
            if isinstance(node, LITERALS) and id(node) not in self._done:
                self._hide(node)
                if not self.context.is_test:
                    self._done.add(id(node))
                    self.report(
                        _CODE,
                        node,
                        f"`{found.what}` is given a literal: the secret stands in the source",
                        label="a secret in the source",
                        help=_environ(
                            variable(
                                found.what.split()[-1].lstrip("-/")
                                if len(found.what.split()[-1].lstrip("-/")) > 1
                                else "PASSWORD"
                            )
                        ),
                    )

    def _word(self, node: cst.BaseExpression) -> str:
        text = text_of(node)
        return "\0" if text is None else text


# tables

_SHORT = 9
_HINT = re.compile(
    r"://[^/\s]*@|(?i:pass|pwd|secret|token|key|cred|auth|identified|psk)|[\"' ]-[A-Za-z]|^(?:\w?['\"])?[\w./]+ -\w|login|add_user"
)
_VALUE_KEYS = frozenset(("value", "default", "fallback", "parametervalue", "default_value"))
_NAME_KEYS = frozenset(("name", "key", "parameterkey", "variable", "var", "envvar", "env", "field", "option"))
_COMPANY = frozenset(
    "username user login host hostname ip client_id clientid tenant tenant_id tenantid app_id appid device_type".split()
)
_ENUMS = frozenset(
    "Enum StrEnum IntEnum Flag IntFlag TextChoices Choices ChoiceSet DjangoChoices LabeledEnum str_enum".split()
)
_PROSE = frozenset(
    "help description epilog usage metavar doc example examples summary title short_help help_text message msg prompt text label documentation".split()
)
_PROSE_NAMES = frozenset(
    "documentation examples example return usage help doc docs description readme epilog banner".split()
)
_SETTERS = frozenset(
    "setenv putenv setdefault set setattr __setattr__ __setitem__ setopt set_option setOption set_config set_value setValue set_param set_parameter set_property "
    "setProperty add_header addheader addHeader putheader put_header set_header setHeader setRequestHeader send_header append_header add_unredirected_header "
    "setRawHeader set_env set_var set_variable add_variable add_secret set_secret set_cookie config_set add_env with_env env_set with_header with_env_variable "
    "set_environment_variable addEnvironment hset setex delattr_set".split()
)
_ENCODERS = frozenset(
    ("b64encode", "standard_b64encode", "urlsafe_b64encode", "encodebytes", "encodestring", "base64_encode")
)
_ONE_WAY = frozenset(("make", "check", "verify", "hash", "encrypt", "crypt"))
_VERBS = _ONE_WAY | frozenset(
    ("set", "with", "use", "change", "update", "send", "enter", "type", "fill", "reset", "add")
)
_ANSWERS = frozenset(
    ("get", "fetch", "load", "read", "default", "make", "generate", "build", "create", "retrieve", "obtain", "find")
)
_PAIRS = frozenset(
    "login authenticate simple_bind_s simple_bind bind_s set_auth setAuth set_basic_auth basic_auth add_credentials".split()
)
_TYPED = frozenset("sendline send write sendcontrol write_channel send_line sendtext send_keys".split())
_ASKS = frozenset("expect expect_exact read_until readuntil wait_for waitfor read_until_prompt expect_list".split())


@lru_cache(maxsize=4)
def _secret_calls(models: Models) -> frozenset[str]:
    """The last names of all modelled calls that take a secret."""
    return frozenset(
        name.rpartition(".")[2]
        for name, function in models.functions.items()
        if any(argument.secret for argument in function.arguments.values())
    )


@lru_cache(maxsize=2048)
def _setter(callee: str) -> Said | None:
    parts = words(callee)
    if len(parts) < 2 or parts[0] not in _VERBS:  # noqa: PLR2004 - a verb and what it sets
        return None
    found = said("_".join(parts[1:]))
    return found if found is not None and found.kind in (Kind.PASSWORD, Kind.TOKEN, Kind.SECRET, Kind.KEY) else None


@lru_cache(maxsize=2048)
def _answer(function: str) -> Said | None:
    parts = words(function)
    while parts and parts[0] in _ANSWERS:
        parts = parts[1:]
    found = said("_".join(parts)) if parts else None
    return found if found is not None and found.kind not in (Kind.LOGIN, Kind.HEADER) else None


@lru_cache(maxsize=2048)
def _takes_a_pair(callee: str) -> bool:
    parts = set(words(callee))
    kind = parts & {"basic", "digest", "ntlm", "plain", "simple", "http", "user", "username"}
    return callee in _PAIRS or bool(
        kind and parts & {"auth", "authentication", "authenticator", "credentials", "credential"}
    )


def _declares(callee: str) -> bool:
    """Whether a call declares an option: its first text is that option's name, and nothing is looked up."""
    return (
        callee.startswith("add_")
        or "option" in callee.lower()
        or callee in ("argument", "Argument")
        or callee.endswith("Opt")
    )


def _is_option(node: cst.BaseExpression) -> bool:
    text = node.value if isinstance(node, cst.SimpleString) else text_of(node) or ""
    return text.lstrip("rbuRBUfF").lstrip("'\"").startswith(("-", "/p:", "add_user", "login", "change_password"))


def _judged_bytes(raw: bytes, name: Said) -> Verdict | None:
    """Keys as bytes that are no text."""
    if all(32 <= byte < 127 for byte in raw):  # noqa: PLR2004 - ASCII
        return None
    real = len(raw) >= _SHORT - 1 and len(set(raw)) > 4 and name.kind is not Kind.TOKEN  # noqa: PLR2004 - not b"\0" * 16
    return Verdict.REAL if real else Verdict.NO


def _own_functions(scopes: object, judge_name: object) -> dict[str, list[tuple[cst.CSTNode, dict[int, str]]]]:
    """Functions and data classes of a file that take a secret: by name, which positions."""
    found: dict[str, list[tuple[cst.CSTNode, dict[int, str]]]] = {}
    for scope in scopes:  # type: ignore[attr-defined]
        node = scope.node
        if isinstance(node, cst.FunctionDef):
            names = [param.name.value for param in (*node.params.posonly_params, *node.params.params)]
            places = {number: name for number, name in enumerate(names) if judge_name(name)}  # type: ignore[operator]
            if (
                places
                and node.name.value == "__init__"
                and scope.parent is not None
                and isinstance(scope.parent.node, cst.ClassDef)
            ):
                shifted = {number - 1: name for number, name in places.items()}
                found.setdefault(scope.parent.node.name.value, []).append((scope.parent.node, shifted))
            elif places:
                found.setdefault(node.name.value, []).append((node, places))
        elif isinstance(node, cst.ClassDef) and _is_record(node):
            names = list(_fields(node))
            places = {number: name for number, name in enumerate(names) if judge_name(name)}  # type: ignore[operator]
            if places:
                found.setdefault(node.name.value, []).append((node, places))
    return found


def _is_record(node: cst.ClassDef) -> bool:
    decorators = [
        one.decorator.func if isinstance(one.decorator, cst.Call) else one.decorator for one in node.decorators
    ]
    return any(last_name(one) in ("dataclass", "define", "frozen", "attrs", "s") for one in decorators) or any(
        last_name(base.value) == "NamedTuple" for base in node.bases
    )


def _fields(node: cst.ClassDef) -> Iterator[str]:
    for line in node.body.body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(statement, cst.AnnAssign) and isinstance(statement.target, cst.Name):
                yield statement.target.value


def _siblings(holder: cst.CSTNode | None) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The keys and values of a dict, or the keywords of a call."""
    match holder:
        case cst.Dict(elements=elements):
            for element in elements:
                key = (
                    text_of(element.key)
                    if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString)
                    else None
                )
                if key is not None and isinstance(element, cst.DictElement):
                    yield key, element.value
        case cst.Call(args=args):
            yield from ((arg.keyword.value, arg.value) for arg in args if arg.keyword is not None)
        case _:
            pass


def _key_name(node: cst.CSTNode | None) -> str:
    match node:
        case cst.DictElement(key=key):
            return text_of(key) or last_name(key)
        case cst.Arg(keyword=cst.Name(value=keyword)):
            return keyword
        case cst.Assign(targets=[cst.AssignTarget(target=target)]):
            return name_of(target)
        case _:
            return ""


def _asks_for_password(statement: cst.CSTNode) -> bool:
    """`tn.read_until(b"Password: ")`, `i = child.expect(["assword", pexpect.EOF])`."""
    value = None
    if isinstance(statement, cst.SimpleStatementLine) and statement.body:
        value = getattr(statement.body[-1], "value", None)
    if not isinstance(value, cst.Call) or last_name(value.func) not in _ASKS or not value.args:
        return False
    first = value.args[0].value
    asked = [element.value for element in first.elements] if isinstance(first, cst.List | cst.Tuple) else [first]
    return any(re.search(r"(?i)ass(?:word|phrase|code)", text_of(one) or "") for one in asked)


# words

_MESSAGES = {
    "name": "`{shown}` is a literal: {what} stands in the source",
    "key": "{shown} is a literal: {what} stands in the source",
    "keyword": "`{shown}` is given a literal: {what} stands in the source",
    "set": "`{shown}` is given a literal: {what} stands in the source",
    "default": "the default of `{shown}` is a literal: {what} stands in the source",
    "comparison": "`{shown}` is compared with a literal: {what} stands in the source",
    "answer": "`{shown}` answers with a literal: {what} stands in the source",
    "pair": "`{shown}` holds a literal password: it stands in the source",
}


def _message(how: str, shown: str, what: str) -> str:
    if how == "fallback":
        return f"without `{shown}` a literal is used: the fallback is the secret, and it stands in the source"
    return _MESSAGES[how].format(shown=shown, what=what).replace("{", "(").replace("}", ")")


def _help(how: str, shown: str, name: Said) -> str:
    """Code that fits this place; where the literal is itself written to the environment, words."""
    call = shown.endswith("()")
    last = re.split(r"[\[\].\s'\"]+", shown.strip("]'\"()"))[-1]
    parts = words(last)
    fitting = variable(
        "_".join(parts[1:]) if call and parts[0] in _VERBS | _ANSWERS else "password" if call else last, name.kind
    )
    found = _environ(fitting)
    if "environ" in shown:
        return f"set {fitting} where the script is started"
    match how:
        case "name":
            return f"{shown} = {found}"
        case "key":
            return f"{shown}: {found}"
        case "keyword" if shown.isidentifier():
            return f"{shown}={found}"
        case "default":
            return f"no default for {shown}; hand it {found}"
        case "comparison":
            return f"hmac.compare_digest({shown}, {found})"
        case _:
            return found


def _environ(name: str) -> str:
    return f'os.environ["{name}"]'


def _variable_of(found: Format) -> str:
    """`a GitHub token` gives GITHUB_TOKEN."""
    return (
        variable("_".join(re.findall(r"[A-Za-z0-9]+", found.name)[1:]))
        if "key" not in found.name.split()[-1:]
        else variable("_".join(re.findall(r"[A-Za-z]+", found.name)[1:]))
    )
