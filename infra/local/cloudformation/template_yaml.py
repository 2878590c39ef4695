"""Read the YAML of a template as SAM's translator does, by libyaml where PyYAML was built with it."""

from typing import Any

from samtranslator.yaml_helper import intrinsics_multi_constructor, yaml

_Loader: Any = type("_Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})
_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


def read_yaml(text: str) -> dict[str, Any]:
    """Return what `samtranslator.yaml_helper.yaml_parse` returns."""
    content: dict[str, Any] = yaml.load(text, Loader=_Loader)
    return content
