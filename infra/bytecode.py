"""The bytecode of a module as it ships: without docstrings, a fifteenth of what is uploaded."""

import ast
import importlib.util
import marshal


def compiled_module(source: bytes, path: str, *, keep_docstrings: bool) -> bytes:
    """Return the content of a module's .pyc file, which Python uses without comparing it with the source ("Hash-based
    .pyc files", PEP 552). `path`: as tracebacks name it. Raises SyntaxError or ValueError."""
    module = ast.parse(source) if keep_docstrings else without_docstrings(source)
    code = compile(module, path, "exec", dont_inherit=True)
    flags = (0b01).to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + flags + importlib.util.source_hash(source) + marshal.dumps(code)


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
