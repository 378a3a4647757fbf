"""The systemd user unit that keeps a recording running. Text alone: it installs nothing."""

from collections.abc import Mapping, Sequence

WATCHDOG_SECONDS = 180
"""The archive's thread has its turn each minute, and tells so when it has ended."""
_KEPT_VARIABLES = ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XBTFX_BASE_URL", "XBTFX_WS_URL")

_UNIT = """\
# xbtfx-tui: records candles of {what}.
#
#   xbtfx-tui record ... --unit > ~/.config/systemd/user/xbtfx-record.service
#   systemctl --user daemon-reload
#   systemctl --user enable --now xbtfx-record
#   loginctl enable-linger              # it runs while you are not logged in, too
#
# The key comes from ~/.xbtfx/credentials (a line XBTFX_API_KEY=..., mode 0600); one that may only read does.

[Unit]
Description=xbtfx-tui record: candles of {what}

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
{environment}# Until the server answers, however long that is:
TimeoutStartSec=infinity
# Each minute that was written, or was found not to be possible to write, is a sign of life:
WatchdogSec={watchdog}
Restart=on-failure
RestartSec=5
# A key that is refused, or wrong settings, do not get better by trying again:
RestartPreventExitStatus=2
TimeoutStopSec=10
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def unit_text(what: str, command: Sequence[str], environ: Mapping[str, str]) -> str:
    """The unit. `what` is recorded, in words; `command` begins with an absolute path. Of `environ` what says
    where files and the server are goes into it; the key never."""
    environment = "".join(
        f"Environment={_quoted(f'{name}={environ[name]}')}\n" for name in _KEPT_VARIABLES if environ.get(name)
    )
    return _UNIT.format(
        what=what.replace("%", "%%"),
        command=" ".join([_quoted(command[0]), *(_quoted(word).replace("$", "$$") for word in command[1:])]),
        environment=environment,
        watchdog=WATCHDOG_SECONDS,
    )


def _quoted(word: str) -> str:
    """A word as systemd.service(5) reads it back, whatever is in it."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("\n", "\\n")
    is_bare = plain == word and word and all(one.isalnum() or one in "/._-:=,+@~" for one in word)
    return plain if is_bare else f'"{plain}"'
