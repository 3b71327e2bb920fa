using Grpc.Core;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Doctor;

/// <summary>Shows an examination that a service makes.</summary>
internal static class DoctorStream
{
    public static async Task<IReadOnlyList<CheckResult>> ReadAsync(IAsyncStreamReader<DiagnoseReply> replies, DoctorDisplay display, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        var doing = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var reply in replies.ReadAllAsync(cancellationToken))
        {
            if (reply.Event is { State: StepState.Running } step && doing.TryAdd(step.Step, step.Message))
            {
                display.Began(step.Message);
            }
            else if (reply.Check is { } check)
            {
                results.Add(check);
                display.Ended(doing.GetValueOrDefault(check.Name, ""), check);
            }
        }

        return [.. results.OrderBy(result => result.Id, StringComparer.Ordinal)];
    }
}
