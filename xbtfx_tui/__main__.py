"""`python -m xbtfx_tui` is `xbtfx-tui`."""

import sys

from xbtfx_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
