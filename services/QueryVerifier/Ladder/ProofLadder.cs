using TempoCos.Contracts;
using TempoCos.QueryVerifier.Bucket;
using TempoCos.ServiceDefaults;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>Judges the rungs in order. A rung that failed does not stop the ladder; the rungs above say what they still can.</summary>
internal sealed class ProofLadder(IEnumerable<Rung> rungs, TimeProvider time)
{
    private readonly Rung[] _rungs = [.. rungs.OrderBy(rung => rung.Number)];

    public async Task<Verified> ClimbAsync(Climb climb, StageReporter reporter, Func<RungResult, Task> publish, CancellationToken ct)
    {
        foreach (var rung in _rungs)
        {
            var result = await reporter.StepAsync($"rung-{rung.Number}", rung.Claim, step => JudgeAsync(rung, climb, step, ct));
            climb.Add(result);
            await publish(result);
        }

        var verified = new Verified { Verdict = Overall(climb) };
        verified.Rungs.AddRange(_rungs.Select(rung => climb.Results[rung.Number]));
        return verified;
    }

    private async Task<RungResult> JudgeAsync(Rung rung, Climb climb, StageStep step, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var report = new RungReport();
        if (!Asked(climb, rung))
        {
            report.NotShown("not asked for");
        }
        else if (!climb.Expectation.HashMatches && rung.Number is not (AcceptedNumber or IdenticalNumber))
        {
            report.NotShown($"the manifest does not describe what was sent: it says {climb.Order.Manifest.ContentHash}, but its seed gives {climb.Expectation.Hash}");
        }
        else
        {
            await BucketErrors.ExplainAsync(climb.Bucket.Secret, async () =>
            {
                await JudgeAsync(rung, climb, report, step, ct);
                return true;
            });
        }

        if (report.IsUntried && !climb.Order.Rungs.Contains(rung.Number))
        {
            _ = climb.Spared.Add(rung.Number);
        }

        var result = report.Close(rung, time.GetElapsedTime(started));
        foreach (var (key, value) in result.Evidence)
        {
            step.Evidence[key] = value;
        }

        switch (result.Verdict)
        {
            case Verdict.Proven:
                step.Succeed($"proven: {result.Claim}");
                break;
            case Verdict.Failed:
                step.Fail($"failed: {result.Reason}");
                break;
            default:
                step.Skip($"not shown: {result.Reason}");
                break;
        }

        return result;
    }

    // Rung 0 judges the account and rung 5 the manifest itself: neither waits for anything that a wrong manifest makes hopeless.
    private const int AcceptedNumber = 0;
    private const int IdenticalNumber = 5;

    private Verdict Overall(Climb climb)
    {
        if (climb.Results.Values.Any(result => result.Verdict == Verdict.Failed))
        {
            return Verdict.Failed;
        }

        return _rungs.Any(rung => Asked(climb, rung) && !climb.Spared.Contains(rung.Number) && climb.Results[rung.Number].Verdict != Verdict.Proven) ? Verdict.NotShown : Verdict.Proven;
    }

    private static async Task JudgeAsync(Rung rung, Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        try
        {
            await rung.JudgeAsync(climb, report, step, ct);
        }
        catch (WishRefusedException refused)
        {
            report.NotShown(refused.Message);
        }
    }

    private static bool Asked(Climb climb, Rung rung) => climb.Order.Rungs.Count == 0 || climb.Order.Rungs.Contains(rung.Number);
}
