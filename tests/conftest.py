"""What all tests have in common: none touches the user's cache."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notebook_compile.cache import FOLDER_VARIABLE


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(tmp_path_factory.mktemp("cache")))
        yield
