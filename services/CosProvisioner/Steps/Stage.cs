using TempoCos.Contracts;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>Runs steps through a <see cref="StageReporter"/>, with a sign of life each second and every failure as a diagnostic.</summary>
internal sealed class Stage(StageReporter reporter, TimeProvider time)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    public Task<T> StepAsync<T>(string step, string message, Func<StepScope, Task<T>> body) =>
        reporter.StepAsync(step, message, async reported =>
        {
            var scope = new StepScope();
            StepScope.Current = scope;
            using var ended = new CancellationTokenSource();
            var heartbeat = BeatAsync(reported, scope, message, ended.Token);
            try
            {
                return await body(scope);
            }
            catch (Exception exception) when (exception is not DiagnosticException && Diagnosis.Of(exception) is { } diagnostic)
            {
                throw diagnostic;
            }
            finally
            {
                await ended.CancelAsync();
                await heartbeat;
                StepScope.Current = null;
                Conclude(reported, scope);
            }
        });

    public Task StepAsync(string step, string message, Func<StepScope, Task> body) =>
        StepAsync(step, message, async scope =>
        {
            await body(scope);
            return 0;
        });

    private static void Conclude(StageStep reported, StepScope scope)
    {
        foreach (var (key, value) in scope.Evidence)
        {
            reported.Evidence[key] = value;
        }

        if (scope.Outcome is { } outcome)
        {
            if (scope.Skipped)
            {
                reported.Skip(outcome);
            }
            else
            {
                reported.Succeed(outcome);
            }
        }
    }

    private async Task BeatAsync(StageStep reported, StepScope scope, string message, CancellationToken ended)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                await reported.ReportAsync($"{scope.Said ?? message} ({time.GetElapsedTime(started).TotalSeconds:0} s)");
            }
        }
        catch (OperationCanceledException)
        {
            // The step has ended.
        }
    }
}
