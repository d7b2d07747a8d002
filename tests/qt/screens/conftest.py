"""What tests of screens share: a host that remembers what it was asked."""

import pytest
from helpers.stage import RecordingHost


@pytest.fixture
def host() -> RecordingHost:
    return RecordingHost()
