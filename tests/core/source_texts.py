"""Finds every text of the code that reaches a translator, wherever the text itself stands."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from ecocash_copilot.present import labels
from schemas.views import ChatLabels

PACKAGE = Path(labels.__file__).parents[1]

FROM_MODELS = {"ChatLabels().model_dump().items()": list(ChatLabels().model_dump().items())}
"""Expressions whose texts stand in a schema, not in the file that translates them."""

TRANSLATES_WHAT_IS_THERE = (PACKAGE / "present" / "gallery.py",)
"""Files that translate any text they meet if a catalogue has it, and bring none of their own."""

Source: TypeAlias = "str | tuple[str, str]"
"""A text, or its forms for one and for several."""


class UntraceableTextError(Exception):
    """A text is translated that this reader can't find in the source."""


Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module:
    """One source file; finds every text that reaches ``t(...)`` or ``translator(...)(...)``."""

    def __init__(self, path: Path) -> None:
        self.name = str(path.relative_to(PACKAGE.parent))
        self.tree = ast.parse(path.read_text(encoding="utf-8"))

    def texts(self) -> Iterator[Source]:
        """Yield every source text."""
        for scope in self._scopes():
            translators = {"t"} | {
                target.id
                for node in ast.walk(scope)
                if isinstance(node, ast.Assign) and _makes_translator(node.value)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for call in ast.walk(scope):
                if not isinstance(call, ast.Call):
                    continue
                if _translates(call.func, translators):
                    yield from self._strings(call.args[0], scope)
                elif _counts(call.func, translators):
                    one, several = (self._strings(each, scope) for each in call.args[:2])
                    yield from zip(one, several, strict=True)

    def _scopes(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def _strings(self, expression: ast.expr, scope: Function) -> Iterator[str]:
        for value in self._values(expression, scope):
            if not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
                where = f"{self.name}:{expression.lineno}"
                raise UntraceableTextError(f"{where}: t({ast.unparse(expression)})")
            yield value.value

    def _values(self, expression: ast.expr, scope: Function) -> Iterator[ast.expr]:
        """Yield what an expression may be."""
        match expression:
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._values(body, scope)
                yield from self._values(orelse, scope)
            case ast.Subscript(value=table):
                yield from self._elements(table, scope)
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *default]):
                yield from self._elements(table, scope)
                for other in default:
                    yield from self._values(other, scope)
            case ast.Name(id=name):
                yield from self._bound(name, scope) or [expression]
            case _:
                yield expression

    def _elements(self, expression: ast.expr, scope: Function) -> Iterator[ast.expr]:
        """Yield what a table or a sequence may hold."""
        if known := FROM_MODELS.get(ast.unparse(expression)):
            yield from (ast.Tuple([ast.Constant(part) for part in pair]) for pair in known)
            return
        for table in self._values(expression, scope):
            if isinstance(table, ast.Dict):
                yield from table.values
            elif isinstance(table, ast.List | ast.Tuple | ast.Set):
                yield from table.elts

    def _bound(self, name: str, scope: Function) -> list[ast.expr]:
        """Return what a name may stand for: in its function, else in its module."""
        inside = [found for node in ast.walk(scope) for found in self._binding(node, name, scope)]
        return inside or [
            found for node in self.tree.body for found in self._binding(node, name, scope)
        ]

    def _binding(self, node: ast.AST, name: str, scope: Function) -> Iterator[ast.expr]:
        match node:
            case (
                ast.Assign(targets=[target], value=value)
                | ast.AnnAssign(target=target, value=ast.expr() as value)
            ):
                if _names(target, name):
                    yield from _part(target, name, self._values(value, scope))
            case (
                ast.For(target=target, iter=source) | ast.comprehension(target=target, iter=source)
            ):
                if _names(target, name):
                    yield from _part(target, name, self._elements(source, scope))
            case _:
                return


def _makes_translator(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "translator"


def _translates(called: ast.expr, translators: set[str]) -> bool:
    named = isinstance(called, ast.Name) and called.id in translators
    return named or _makes_translator(called)


def _counts(called: ast.expr, translators: set[str]) -> bool:
    if not isinstance(called, ast.Attribute):
        return False
    return called.attr == "many" and _translates(called.value, translators)


def _names(target: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(target))


def _part(target: ast.expr, name: str, values: Iterator[ast.expr]) -> Iterator[ast.expr]:
    """Yield what ``name`` gets when ``values`` are assigned to ``target``."""
    if not isinstance(target, ast.Tuple):
        yield from values
        return
    position = next(i for i, part in enumerate(target.elts) if _names(part, name))
    for value in values:
        yield value.elts[position] if isinstance(value, ast.Tuple) else value


def source_texts() -> set[Source]:
    """Return every text that the product translates.

    Raises:
        UntraceableTextError: one is translated that stands nowhere in the source.
    """
    paths = [path for path in PACKAGE.rglob("*.py") if path not in TRANSLATES_WHAT_IS_THERE]
    return {text for path in paths for text in Module(path).texts()}
