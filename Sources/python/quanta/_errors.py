class Error(RuntimeError):
    """Why what was asked cannot be done, and what to do instead."""
