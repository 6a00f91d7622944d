"""Secrets given as files: ``NAME_FILE`` names the file that holds ``NAME``."""

import os
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource


def read_secret_file(name: str) -> str | None:
    """Return what the file in ``NAME_FILE`` holds, without its line end; None if none is named.

    Args:
        name: the variable that the file stands for, such as ``MONGODB_URI``.

    Raises:
        ValueError: the file cannot be read.
    """
    path = os.environ.get(f"{name}_FILE", "")
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ValueError(f"{name}_FILE cannot be read: {reason}") from None


class SecretFileSource(PydanticBaseSettingsSource):
    """Reads ``NAME_FILE`` for every setting."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the content of the field's file, if one is named."""
        return read_secret_file(field_name.upper()), field_name, False

    def __call__(self) -> dict[str, Any]:  # noqa: D102 - inherited
        given = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in given.items() if value is not None}
