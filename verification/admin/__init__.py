from verification.admin import register

__all__ = ["register"]
