"""What holds for every run of the matrix that has a screen."""

from tests.quick_screens import screens_are_quick

__all__ = ["screens_are_quick"]
