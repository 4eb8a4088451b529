"""A `settings.json` that was refused for itself, without what is at fault in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

# After so many faults, the whole field that has another is left out: there may be thousands.
_MOST_FAULTS = 5


def as_the_schema(content: Any, fault_in: Callable[[Any], Any]) -> dict[str, Any]:
    """Return settings without the parts that are not as the schema says.

    Parameters
    ----------
    content : object
        What was read from a `settings.json`.
    fault_in : callable
        Returns the first fault of such content, as jsonschema describes it; None where there is none.
    """
    kept = json.loads(json.dumps(content, allow_nan=False))
    faults = 0
    while fault := fault_in(kept):
        path = [*fault.absolute_path][: None if faults < _MOST_FAULTS else 1]
        if not isinstance(kept, dict) or not _leave_out(kept, path, fault):
            return {}
        faults += 1
    return dict(kept)


def _leave_out(content: dict[str, Any], path: list[Any], fault: Any) -> bool:
    """Leave out what a fault is about; return whether anything was."""
    place: Any = content
    for step in path[:-1]:
        place = place[step]
    found = place[path[-1]] if path else place
    if fault.validator == "additionalProperties" and found is fault.instance:
        for name in {*found} - {*fault.schema["properties"]}:
            del found[name]
    elif fault.validator == "maxItems" and found is fault.instance:
        del found[fault.validator_value :]
    elif path:
        del place[path[-1]]
    else:
        return False
    return True


def without_contradictions(content: dict[str, Any]) -> dict[str, Any]:
    """Return settings that do not contradict themselves: one of two meanings is kept.

    Parameters
    ----------
    content : dict
        Settings as the schema says.

    Examples
    --------
    >>> without_contradictions({"names": {"bivariate": {"1": "Best", "2": "Best"}}})
    {'names': {'bivariate': {'1': 'Best'}}}
    """
    kept = dict(content)
    if "modes" in kept:
        kept["modes"] = {mode: [*map(_in_order, features)] for mode, features in kept["modes"].items()}
        kept["columns"] = {role: name for role, name in kept.get("columns", {}).items() if role == "id"}
        if not kept["columns"]:
            del kept["columns"]
    if "names" in kept:
        kept["names"] = {mode: _once(names) for mode, names in kept["names"].items()}
    return kept


def _in_order(feature: Any) -> Any:
    if isinstance(feature, str) or not {"minimum", "maximum"} <= {*feature}:
        return feature
    low, high = sorted((feature["minimum"], feature["maximum"]))
    return {**feature, "minimum": low, "maximum": high}


def _once(names: dict[str, str]) -> dict[str, str]:
    first = {name.strip(): number for number, name in reversed(names.items())}
    return {number: name for number, name in names.items() if first[name.strip()] == number}
