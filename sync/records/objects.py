"""Records as pydantic objects; imported when a model is first asked for, because no start needs it."""

from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model


class Record(BaseModel):
    """The base of the pydantic models; instances hold canonical values."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)


@cache
def model_of(declared: type) -> type[Record]:
    """The model of a class that declares a kind."""
    hints = get_type_hints(declared, include_extras=True)
    fields: dict[str, Any] = {
        name: (hint, getattr(declared, name, ...)) for name, hint in hints.items() if name != "declares"
    }
    return create_model(declared.__name__, __base__=Record, __doc__=declared.__doc__, **fields)
