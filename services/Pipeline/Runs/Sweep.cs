using System.Globalization;
using TempoCos.Contracts;
using TempoCos.Pipeline.Commands;

namespace TempoCos.Pipeline.Runs;

/// <summary>
/// Removes what is old and still there: runs by their ledgers, then leaks. What is younger than the limit may belong to a run that is under way, here or in a
/// home that nobody here sees; it is named and left.
/// </summary>
internal sealed class Sweep(Scenario scenario, string home, TimeProvider time, Action<RunReply> publish)
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromHours(24);
    private readonly List<Leftover> _leftovers = [];
    private int _removed;

    /// <param name="request">What is old, and whether it goes.</param>
    /// <param name="isActive">Whether a run is under way here.</param>
    /// <param name="cleanUp">Removes a run by its ledgers and returns what it could not.</param>
    /// <param name="cancellationToken">Ends it between one thing and the next.</param>
    public async Task<RunFinished> RunAsync(SweepRequest request, Func<string, bool> isActive, Func<string, Task<IReadOnlyList<Leftover>>> cleanUp, CancellationToken cancellationToken)
    {
        var limit = time.GetUtcNow() - (request.OlderThan?.ToTimeSpan() ?? DefaultLimit);
        await SweepRunsAsync(limit, request.DryRun, isActive, cleanUp, cancellationToken);
        await SweepLeaksAsync(limit, request, cancellationToken);
        return new RunFinished
        {
            ExitCode = _leftovers.Count > 0 ? ExitCode.Leftovers : ExitCode.Proven,
            Summary = (request.DryRun, _removed, _leftovers.Count) switch
            {
                (_, 0, 0) => "nothing to sweep",
                (true, _, var found) => $"would sweep {found} things",
                (_, var removed, 0) => $"swept {removed} things; nothing is left behind",
                (_, var removed, var left) => $"swept {removed} things; {left} things are left behind",
            },
            Leftovers = { _leftovers },
        };
    }

    private async Task SweepRunsAsync(
        DateTimeOffset limit, bool dryRun, Func<string, bool> isActive, Func<string, Task<IReadOnlyList<Leftover>>> cleanUp, CancellationToken cancellationToken)
    {
        var ages = await ServiceCall.OrDiagnosticAsync(() => scenario.LedgerAgesAsync(cancellationToken), "services", cancellationToken);
        var directories = RunDirectory.All(home).ToDictionary(directory => Path.GetFileName(directory.FullPath), StringComparer.Ordinal);
        foreach (var (runId, told) in ages.OrderBy(run => run.Key, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = told ?? (directories.TryGetValue(runId, out var directory) ? directory.Started : null);
            if (isActive(runId) || started is not { } begun || begun > limit)
            {
                Say(runId, "run", StepState.Skipped, $"Run {runId} {(isActive(runId) ? "is under way" : started is null ? "is of an unknown age" : $"began {Written(started)}, which is not long ago")}; it stays");
            }
            else if (dryRun)
            {
                Find(new Leftover { Kind = "run", Id = runId, Reason = $"began {Written(begun)}", Remedy = $"tempocos destroy {runId}" }, runId, $"Would destroy run {runId}, which began {Written(begun)}");
            }
            else
            {
                _leftovers.AddRange(await cleanUp(runId));
                _removed++;
            }
        }
    }

    private async Task SweepLeaksAsync(DateTimeOffset limit, SweepRequest request, CancellationToken cancellationToken)
    {
        var found = await ServiceCall.OrDiagnosticAsync(() => scenario.ListLeaksAsync(request.Prefix, cancellationToken), "cos-provisioner", cancellationToken);
        foreach (var unseen in found.Unseen)
        {
            Say("", "leaks", StepState.Skipped, $"Could not be looked at: {unseen}");
        }

        var old = found.Leaks.Where(leak => leak.Created is { } created && created.ToDateTimeOffset() <= limit).ToList();
        foreach (var young in found.Leaks.Except(old))
        {
            Say(young.RunId, "leaks", StepState.Skipped, $"{young.Kind} {young.Name} of run {young.RunId} was made {Written(young.Created?.ToDateTimeOffset())}, which is not long ago; it stays");
        }

        if (request.DryRun)
        {
            foreach (var leak in old)
            {
                Find(
                    new Leftover { Kind = leak.Kind, Id = leak.Id, Reason = $"leaked by run {leak.RunId}, known by {leak.Evidence}", Remedy = "tempocos sweep" },
                    leak.RunId,
                    $"Would remove {leak.Kind} {leak.Name} of run {leak.RunId}, made {Written(leak.Created.ToDateTimeOffset())}");
            }
        }
        else if (old.Count > 0)
        {
            var removed = await scenario.RemoveLeaksAsync(old, request.Prefix, publish, cancellationToken);
            _removed += removed.Removed.Count;
            _leftovers.AddRange(removed.Leftovers);
        }
    }

    private void Find(Leftover leftover, string runId, string message)
    {
        _leftovers.Add(leftover);
        Say(runId, leftover.Kind, StepState.Skipped, message);
    }

    private void Say(string runId, string step, StepState state, string message) =>
        publish(new RunReply { Event = new StageEvent { RunId = runId, Stage = "sweep", Step = step, State = state, Message = message } });

    private static string Written(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "at an unknown time";
}
