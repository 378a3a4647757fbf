"""What holds for every test of the screen."""

from tests.quick_screens import every_frame_is_painted, screens_are_quick
from tests.settled_screens import screens_settle

__all__ = ["every_frame_is_painted", "screens_are_quick", "screens_settle"]
