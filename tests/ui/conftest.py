"""What holds for every test of the screen."""

from tests.quick_screens import every_frame_is_painted, screens_are_quick

__all__ = ["every_frame_is_painted", "screens_are_quick"]
