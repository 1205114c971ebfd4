"""The HTTP API of the desk, below ``/api/v1``."""
