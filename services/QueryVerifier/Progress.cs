using TempoCos.ServiceDefaults;

namespace TempoCos.QueryVerifier;

/// <summary>Says how far a wait has come: when a number changed, and now and then that it has not.</summary>
internal sealed class Progress(StageStep step, TimeProvider time)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);
    private long _last = -1;
    private long _said;

    public async Task SayAsync(long count, string message)
    {
        if (count == _last && time.GetElapsedTime(_said) < Silence)
        {
            return;
        }

        (_last, _said) = (count, time.GetTimestamp());
        await step.ReportAsync(message);
    }
}
