using System.Diagnostics;
using System.Globalization;

namespace TempoCos.TempoBlocks.Tests.Fuzzing;

/// <summary>
/// Rounds with a seed each: first some that are the same everywhere, then others until the time is over. A failure names its seed;
/// TEMPOCOS_FUZZ_SEED repeats that one round, TEMPOCOS_FUZZ_SECONDS sets the time of each test.
/// </summary>
internal static class FuzzRun
{
    public static async Task RunAsync(Func<Random, Task> round, int seconds, int fixedRounds)
    {
        var ct = TestContext.Current.CancellationToken;
        if (Number("TEMPOCOS_FUZZ_SEED") is { } only)
        {
            await RoundAsync(only, round);
            return;
        }

        for (var seed = 0; seed < fixedRounds; seed++)
        {
            await RoundAsync(seed, round);
        }

        var limit = TimeSpan.FromSeconds(Number("TEMPOCOS_FUZZ_SECONDS") ?? seconds);
        var first = Random.Shared.Next(fixedRounds, int.MaxValue / 2);
        var watch = Stopwatch.StartNew();
        var rounds = 0;
        for (; watch.Elapsed < limit && !ct.IsCancellationRequested; rounds++)
        {
            await RoundAsync(first + rounds, round);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{fixedRounds} fixed rounds, then {rounds} with seeds from {first}");
    }

    private static async Task RoundAsync(int seed, Func<Random, Task> round)
    {
        try
        {
            await round(new Random(seed));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"The round with seed {seed} failed (TEMPOCOS_FUZZ_SEED={seed} repeats it): {e.Message}", e);
        }
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
