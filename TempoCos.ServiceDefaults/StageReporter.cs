using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;

namespace TempoCos.ServiceDefaults;

/// <summary>
/// Runs the steps of a stage: each is a span of <paramref name="source"/> and a series of <see cref="StageEvent"/>s written to the caller's stream,
/// from running to succeeded, skipped or failed. Steps may run concurrently.
/// </summary>
public sealed class StageReporter(string runId, string stage, ActivitySource source, TimeProvider time, Func<StageEvent, Task> write) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>The run that the stage belongs to.</summary>
    public string RunId => runId;

    /// <summary>Runs <paramref name="body"/> as a step. An exception ends the step as failed and goes on to the caller.</summary>
    /// <param name="step">Stable kebab-case name.</param>
    /// <param name="message">What is being done, one sentence.</param>
    /// <param name="body">Does it; says how it ended by <see cref="StageStep.Succeed"/> or <see cref="StageStep.Skip"/>.</param>
    public async Task<T> StepAsync<T>(string step, string message, Func<StageStep, Task<T>> body)
    {
        using var activity = source.StartActivity($"{stage} {step}");
        activity?.SetTag(RunIdProcessor.Key, runId);
        var started = time.GetTimestamp();
        var current = new StageStep(message, (text, evidence) => WriteAsync(step, StepState.Running, text, evidence, null));
        await WriteAsync(step, StepState.Running, message, current.Evidence, null);
        try
        {
            var result = await body(current);
            foreach (var (key, value) in current.Evidence)
            {
                activity?.SetTag(key, value);
            }

            await WriteAsync(step, current.State, current.Message, current.Evidence, time.GetElapsedTime(started));
            return result;
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            await WriteAsync(step, StepState.Failed, exception is OperationCanceledException ? "cancelled" : exception.Message, current.Evidence, time.GetElapsedTime(started));
            throw;
        }
    }

    /// <inheritdoc cref="StepAsync{T}"/>
    public Task StepAsync(string step, string message, Func<StageStep, Task> body) =>
        StepAsync(step, message, async current =>
        {
            await body(current);
            return 0;
        });

    public void Dispose() => _oneAtATime.Dispose();

    private async Task WriteAsync(string step, StepState state, string message, IReadOnlyDictionary<string, string> evidence, TimeSpan? duration)
    {
        var stageEvent = new StageEvent
        {
            RunId = runId,
            Stage = stage,
            Step = step,
            State = state,
            Message = message,
            Duration = duration is { } elapsed ? Duration.FromTimeSpan(elapsed) : null,
            Time = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
        };
        foreach (var (key, value) in evidence)
        {
            stageEvent.Evidence[key] = value;
        }

        await _oneAtATime.WaitAsync();
        try
        {
            await write(stageEvent);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }
}
