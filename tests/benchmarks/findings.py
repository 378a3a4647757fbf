"""What a benchmark found, against its goal; and figures out of samples. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the table. `figure` is what was measured, in words with its unit; `goal` likewise."""

    what: str
    figure: str
    beside: str
    goal: str
    is_met: bool

    def row(self) -> str:
        """As a row of Markdown."""
        met = "yes" if self.is_met else "NO"
        return f"| {self.what} | {self.figure} | {self.beside} | {self.goal} | {met} |"


HEAD = "| what | measured | beside it, in the same run | goal | met |\n| --- | --- | --- | --- | --- |"


def share_of(samples: Sequence[float], share: float) -> float:
    """The sample below which this share of them lies (0.99 = p99)."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def percentiles(samples: Sequence[float]) -> str:
    """p50 and p99 of seconds, in milliseconds."""
    half, most = share_of(samples, 0.50) * 1000, share_of(samples, 0.99) * 1000
    return f"p50 {half:.0f} ms, p99 {most:.0f} ms ({len(samples)} samples)"


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the straight line that fits the points best; 0.0 for fewer than two."""
    if len(points) < 2:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
