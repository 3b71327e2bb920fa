using Grpc.Core;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Doctor;

/// <summary>Shows an examination that a service makes.</summary>
internal static class DoctorStream
{
    /// <summary>Of the account, or of a run.</summary>
    public static Task<IReadOnlyList<CheckResult>> ReadAsync(IAsyncStreamReader<DiagnoseReply> replies, DoctorDisplay display, CancellationToken cancellationToken) =>
        ReadAsync(replies, reply => (reply.Event, reply.Check), display, cancellationToken);

    /// <summary>Of a TempoStack.</summary>
    public static Task<IReadOnlyList<CheckResult>> ReadAsync(IAsyncStreamReader<DiagnoseStackReply> replies, DoctorDisplay display, CancellationToken cancellationToken) =>
        ReadAsync(replies, reply => (reply.Event, reply.Check), display, cancellationToken);

    private static async Task<IReadOnlyList<CheckResult>> ReadAsync<T>(
        IAsyncStreamReader<T> replies, Func<T, (StageEvent? Event, CheckResult? Check)> read, DoctorDisplay display, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        var doing = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var reply in replies.ReadAllAsync(cancellationToken))
        {
            var (stageEvent, result) = read(reply);
            if (stageEvent is { State: StepState.Running } step && doing.TryAdd(step.Step, step.Message))
            {
                display.Began(step.Message);
            }
            else if (result is { } check)
            {
                results.Add(check);
                display.Ended(doing.GetValueOrDefault(check.Name, ""), check);
            }
        }

        return [.. results.OrderBy(result => result.Id, StringComparer.Ordinal)];
    }
}
