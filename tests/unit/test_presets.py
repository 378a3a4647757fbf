"""Presets of the order ticket: set, taken away, and kept between runs."""

import stat
from decimal import Decimal
from pathlib import Path

from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.config.presets_file import PresetsFile, load_presets, save_presets
from xbtfx_tui.domain.position_sizing import Lots, RiskMoney, RiskPercent
from xbtfx_tui.domain.stop_input import AtPrice, InMoney, InPips, InRisk
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.ui.preset_service import Presets

D = Decimal
ALL = {
    "EURUSD": Preset(RiskPercent(D("0.5")), InPips(D(30)), InRisk(D(2))),
    "XAUUSD": Preset(Lots(D("0.10")), InMoney(D(50))),
    "BTCUSD": Preset(RiskMoney(D(25)), AtPrice(D("60000.5"))),
}


def test_what_is_saved_is_loaded_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "presets.json"
    assert save_presets(path, ALL) is None
    assert load_presets(path) == ALL
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_is_no_preset_and_a_broken_one_is_none_either(tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    assert load_presets(path) == {}
    path.write_text("[1, 2")
    assert load_presets(path) == {}


def test_a_line_without_sense_is_left_out_and_the_others_hold(tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    path.write_text(
        '{"EURUSD": {"size": "lots"}, "GBPUSD": {"size": "0.2", "sl": "-3"}, "USDJPY": {"size": "1%"}}'
    )
    assert load_presets(path) == {"USDJPY": Preset(RiskPercent(D(1)))}


def test_what_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "holds for this run alone" in (save_presets(tmp_path / "file" / "presets.json", ALL) or "")


def test_presets_are_set_and_taken_away_in_words() -> None:
    saved: list[dict[str, Preset]] = []

    def save(presets: object) -> str | None:
        assert isinstance(presets, dict)
        saved.append(dict(presets))
        return None

    presets = Presets({}, save)
    said = presets.keep("EURUSD", ALL["EURUSD"])
    assert said == "Tickets of EURUSD begin with 0.5% sl=30p tp=2r from now on."
    assert presets.of("EURUSD") == ALL["EURUSD"]
    assert presets.clear("EURUSD") == "The preset of EURUSD is gone."
    assert presets.clear("EURUSD") == "There is no preset of EURUSD."
    assert saved == [{"EURUSD": ALL["EURUSD"]}, {}]
    assert presets.of("EURUSD") is None


def test_a_preset_that_can_not_be_kept_holds_for_this_run_and_says_so() -> None:
    presets = Presets({}, lambda _: "It can't be written.")
    assert presets.keep("EURUSD", ALL["EURUSD"]) == "It can't be written."
    assert presets.of("EURUSD") == ALL["EURUSD"]


def test_each_profile_and_the_paper_account_have_their_own(tmp_path: Path) -> None:
    state = StateDir(tmp_path)
    paths = [state.presets(), state.presets("demo"), state.presets("paper"), state.paper_presets]
    assert state.presets().name == "presets.json"
    assert len(set(paths)) == len(paths)
    assert state.presets("../x").parent == tmp_path


def test_a_file_nested_too_deep_is_no_preset_and_does_not_keep_the_terminal_from_starting(
    tmp_path: Path,
) -> None:
    path = tmp_path / "presets.json"
    path.write_text('{"EURUSD": {"size": "1", "x": ' + "[" * 100_000 + "]" * 100_000 + "}}")
    assert load_presets(path) == {}


def test_presets_that_can_not_be_read_are_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    path.write_text('{"EURUSD": {"size": "0.5%", "sl": "30p"},}')
    assert load_presets(path) == {}
    assert save_presets(path, {}) is None
    assert "30p" in (tmp_path / "presets.json.broken-1").read_text()


def test_two_terminals_lose_each_other_no_preset(tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    save_presets(path, {"GBPUSD": ALL["EURUSD"]})
    first, second = PresetsFile(path), PresetsFile(path)
    one, other = Presets(first.presets, first.save), Presets(second.presets, second.save)
    one.keep("EURUSD", ALL["EURUSD"])
    other.keep("USDJPY", ALL["EURUSD"])
    assert load_presets(path).keys() == {"GBPUSD", "EURUSD", "USDJPY"}
    one.clear("GBPUSD")
    other.keep("XAUUSD", ALL["EURUSD"])
    assert load_presets(path).keys() == {"EURUSD", "USDJPY", "XAUUSD"}
    path.write_text("{")
    other.clear("XAUUSD")
    assert load_presets(path).keys() == {"GBPUSD", "USDJPY"}
