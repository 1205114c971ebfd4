"""The pages as they are published pass every check."""

from __future__ import annotations

import pytest

from tests.browser.checks import CHECKS
from tests.browser.conftest import Visit

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", CHECKS)
def test_good_page(visit: Visit, name: str) -> None:
    CHECKS[name](visit)
