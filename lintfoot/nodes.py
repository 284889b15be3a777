"""Which fields of each libcst node hold code, in libcst's own visiting order; layout is left out.

Two thirds of all nodes are layout that no rule asks for. A test compares this table with libcst and prints the new one.
"""

from __future__ import annotations

# node class -> (field, whether it is a sequence)
CHILDREN: dict[str, tuple[tuple[str, bool], ...]] = {
    "AnnAssign": (
        ("target", False),
        ("annotation", False),
        ("value", False),
    ),
    "Annotation": (("annotation", False),),
    "Arg": (
        ("keyword", False),
        ("value", False),
    ),
    "AsName": (("name", False),),
    "Assert": (
        ("test", False),
        ("msg", False),
    ),
    "Assign": (
        ("targets", True),
        ("value", False),
    ),
    "AssignTarget": (("target", False),),
    "Attribute": (
        ("value", False),
        ("attr", False),
    ),
    "AugAssign": (
        ("target", False),
        ("value", False),
    ),
    "Await": (("expression", False),),
    "BinaryOperation": (
        ("left", False),
        ("right", False),
    ),
    "BooleanOperation": (
        ("left", False),
        ("right", False),
    ),
    "Call": (
        ("func", False),
        ("args", True),
    ),
    "ClassDef": (
        ("decorators", True),
        ("name", False),
        ("type_parameters", False),
        ("bases", True),
        ("keywords", True),
        ("body", False),
    ),
    "CompFor": (
        ("target", False),
        ("iter", False),
        ("ifs", True),
        ("inner_for_in", False),
    ),
    "CompIf": (("test", False),),
    "Comparison": (
        ("left", False),
        ("comparisons", True),
    ),
    "ComparisonTarget": (("comparator", False),),
    "ConcatenatedString": (
        ("left", False),
        ("right", False),
    ),
    "Decorator": (("decorator", False),),
    "Del": (("target", False),),
    "Dict": (("elements", True),),
    "DictComp": (
        ("key", False),
        ("value", False),
        ("for_in", False),
    ),
    "DictElement": (
        ("key", False),
        ("value", False),
    ),
    "Element": (("value", False),),
    "Else": (("body", False),),
    "ExceptHandler": (
        ("type", False),
        ("name", False),
        ("body", False),
    ),
    "ExceptStarHandler": (
        ("type", False),
        ("name", False),
        ("body", False),
    ),
    "Expr": (("value", False),),
    "Finally": (("body", False),),
    "For": (
        ("target", False),
        ("iter", False),
        ("body", False),
        ("orelse", False),
    ),
    "FormattedString": (("parts", True),),
    "FormattedStringExpression": (
        ("expression", False),
        ("format_spec", True),
    ),
    "From": (("item", False),),
    "FunctionDef": (
        ("decorators", True),
        ("name", False),
        ("type_parameters", False),
        ("params", False),
        ("returns", False),
        ("body", False),
    ),
    "GeneratorExp": (
        ("elt", False),
        ("for_in", False),
    ),
    "Global": (("names", True),),
    "If": (
        ("test", False),
        ("body", False),
        ("orelse", False),
    ),
    "IfExp": (
        ("body", False),
        ("test", False),
        ("orelse", False),
    ),
    "Import": (("names", True),),
    "ImportAlias": (
        ("name", False),
        ("asname", False),
    ),
    "ImportFrom": (
        ("module", False),
        ("names", True),
    ),
    "IndentedBlock": (("body", True),),
    "Index": (("value", False),),
    "Lambda": (
        ("params", False),
        ("body", False),
    ),
    "LazyImport": (("names", True),),
    "LazyImportFrom": (
        ("module", False),
        ("names", True),
    ),
    "List": (("elements", True),),
    "ListComp": (
        ("elt", False),
        ("for_in", False),
    ),
    "Match": (
        ("subject", False),
        ("cases", True),
    ),
    "MatchAs": (
        ("pattern", False),
        ("name", False),
    ),
    "MatchCase": (
        ("pattern", False),
        ("guard", False),
        ("body", False),
    ),
    "MatchClass": (
        ("cls", False),
        ("patterns", True),
        ("kwds", True),
    ),
    "MatchKeywordElement": (
        ("key", False),
        ("pattern", False),
    ),
    "MatchList": (("patterns", True),),
    "MatchMapping": (
        ("elements", True),
        ("rest", False),
    ),
    "MatchMappingElement": (
        ("key", False),
        ("pattern", False),
    ),
    "MatchOr": (("patterns", True),),
    "MatchOrElement": (("pattern", False),),
    "MatchSequenceElement": (("value", False),),
    "MatchSingleton": (("value", False),),
    "MatchStar": (("name", False),),
    "MatchTuple": (("patterns", True),),
    "MatchValue": (("value", False),),
    "Module": (("body", True),),
    "NameItem": (("name", False),),
    "NamedExpr": (
        ("target", False),
        ("value", False),
    ),
    "Nonlocal": (("names", True),),
    "Param": (
        ("name", False),
        ("annotation", False),
        ("default", False),
    ),
    "ParamSpec": (("name", False),),
    "Parameters": (
        ("posonly_params", True),
        ("params", True),
        ("star_arg", False),
        ("kwonly_params", True),
        ("star_kwarg", False),
    ),
    "Raise": (
        ("exc", False),
        ("cause", False),
    ),
    "Return": (("value", False),),
    "Set": (("elements", True),),
    "SetComp": (
        ("elt", False),
        ("for_in", False),
    ),
    "SimpleStatementLine": (("body", True),),
    "SimpleStatementSuite": (("body", True),),
    "Slice": (
        ("lower", False),
        ("upper", False),
        ("step", False),
    ),
    "StarredDictComp": (
        ("value", False),
        ("for_in", False),
    ),
    "StarredDictElement": (("value", False),),
    "StarredElement": (("value", False),),
    "Subscript": (
        ("value", False),
        ("slice", True),
    ),
    "SubscriptElement": (("slice", False),),
    "TemplatedString": (("parts", True),),
    "TemplatedStringExpression": (
        ("expression", False),
        ("format_spec", True),
    ),
    "Try": (
        ("body", False),
        ("handlers", True),
        ("orelse", False),
        ("finalbody", False),
    ),
    "TryStar": (
        ("body", False),
        ("handlers", True),
        ("orelse", False),
        ("finalbody", False),
    ),
    "Tuple": (("elements", True),),
    "TypeAlias": (
        ("name", False),
        ("type_parameters", False),
        ("value", False),
    ),
    "TypeParam": (
        ("param", False),
        ("default", False),
    ),
    "TypeParameters": (("params", True),),
    "TypeVar": (
        ("name", False),
        ("bound", False),
    ),
    "TypeVarTuple": (("name", False),),
    "UnaryOperation": (("expression", False),),
    "While": (
        ("test", False),
        ("body", False),
        ("orelse", False),
    ),
    "With": (
        ("items", True),
        ("body", False),
    ),
    "WithItem": (
        ("item", False),
        ("asname", False),
    ),
    "Yield": (("value", False),),
}
