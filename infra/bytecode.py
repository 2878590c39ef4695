"""The bytecode of a module as it ships: without docstrings, and with lines but without columns, together a fifth of
what would be uploaded."""

import ast
import importlib.util
import marshal
from types import CodeType


def compiled_module(source: bytes, path: str, *, keep_docstrings: bool) -> bytes:
    """Return the content of a module's .pyc file, which Python uses without comparing it with the source ("Hash-based
    .pyc files", PEP 552). `path`: as tracebacks name it. Raises SyntaxError or ValueError."""
    module = ast.parse(source) if keep_docstrings else without_docstrings(source)
    code = compile(module, path, "exec", dont_inherit=True)
    flags = (0b01).to_bytes(4, "little")
    return (
        importlib.util.MAGIC_NUMBER
        + flags
        + importlib.util.source_hash(source)
        + marshal.dumps(without_columns(code))
    )


def without_docstrings(source: bytes) -> ast.Module:
    """Return a module's code without its docstrings; asserts stay. A class has one of a character: a dataclass without
    any would put one together from its signature, at each cold start."""
    module = ast.parse(source)
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            said = first.value if isinstance(first, ast.Expr) else None
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                if isinstance(node, ast.ClassDef):
                    said.value = "-"
                elif len(node.body) > 1 or isinstance(node, ast.Module):
                    del node.body[0]
    return module


def without_columns(code: CodeType) -> CodeType:
    """Return code that knows of each instruction its line and not its columns, as Python makes it with
    `-X no_debug_ranges`: tracebacks name file and line. An entry of the table is for up to eight code units ("Location
    entries", Objects/locations.md of CPython): code 13 has a line alone, 15 nothing."""
    table, last = bytearray(), code.co_firstlineno
    for start, end, line in code.co_lines():
        units = (end - start) // 2
        while units > 0:
            length = min(units, 8)
            units -= length
            kind = 15 if line is None else 13
            table.append(0x80 | kind << 3 | length - 1)
            if line is not None:
                table += _signed_varint(line - last)
                last = line
    within = (without_columns(each) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_linetable=bytes(table), co_consts=tuple(within))


def _signed_varint(number: int) -> bytes:
    """Return a number in groups of six bits, the lowest first; its lowest bit is the sign."""
    left = -number << 1 | 1 if number < 0 else number << 1
    groups = []
    while left >= 64:
        groups.append(0x40 | left & 63)
        left >>= 6
    return bytes([*groups, left])
