from verification.admin import checks, register

__all__ = ["checks", "register"]
