using TempoCos.QueryVerifier.Ladder;

namespace TempoCos.QueryVerifier.Tests;

/// <summary>A second block has to end in the window of the first, however near its edges that is.</summary>
public sealed class CompactionWindowTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(100);

    [Theory]
    [InlineData("11:30:00", "11:30:20", "11:30:00", "in the middle it ends as the first block does")]
    [InlineData("11:30:00", "11:45:00", "11:45:00", "later, now")]
    [InlineData("12:00:03", "12:00:20", "12:00:20", "it must not begin so early that it ends before the window")]
    [InlineData("12:00:03", "12:00:04", "12:00:10", "even if that is a little ahead")]
    [InlineData("11:59:58", "12:00:30", "11:59:58", "across the hour it goes back")]
    [InlineData("11:59:40", "12:01:10", "11:59:40", "as far as it is believed")]
    [InlineData("11:59:40", "12:01:30", "11:59:59", "else as late as the window allows")]
    [InlineData("11:59:40", "12:01:45", null, "and no farther")]
    [InlineData("10:30:00", "12:00:05", null, "a window of long ago is over")]
    public void The_end_is_in_the_window_and_believed_or_there_is_none(string block, string now, string? end, string why)
    {
        var window = CompactionWindow.Of(At(block), Hour);

        window.EndFor(At(block), Longest, At(now), Slack).ShouldBe(end is null ? null : At(end), why);
        CompactionWindow.Of(window.EndFor(At(block), Longest, At(now), Slack) ?? At(block), Hour).ShouldBe(window);
    }

    [Fact]
    public void Two_blocks_around_the_full_hour_are_of_two_windows() =>
        CompactionWindow.Of(At("11:59:59"), Hour).ShouldNotBe(CompactionWindow.Of(At("12:00:00"), Hour));

    [Fact]
    public void A_window_says_when_it_is() => CompactionWindow.Of(At("11:59:59"), Hour).ToString().ShouldBe("that from 11:00:00 to 12:00:00 UTC");

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-01-01T{time}Z", System.Globalization.CultureInfo.InvariantCulture);
}
