using System.Collections.Concurrent;
using System.Diagnostics;
using TempoCos.Contracts;
using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor;

/// <summary>Runs checks: each within its time, none when an earlier one has shown that it cannot be asked, and every failure as a finding.</summary>
internal sealed class CheckRun(Examination examination, CheckObserver? observer, TimeSpan limit)
{
    private readonly ConcurrentQueue<CheckResult> _results = new();
    private volatile string? _ended;

    public IReadOnlyCollection<CheckResult> Results => _results;

    public async Task ThroughAsync(StoreCheck check, CancellationToken cancellationToken)
    {
        var result = observer is null
            ? await RunAsync(check, cancellationToken)
            : await observer(check.Description, () => RunAsync(check, cancellationToken));
        _results.Enqueue(result);
    }

    /// <summary>What is no check itself; its failure is left to the checks to find.</summary>
    public async Task PrepareAsync(Func<Examination, CancellationToken, Task> prepare, CancellationToken cancellationToken)
    {
        if (_ended is not null)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await prepare(examination, either.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && (Connection.Of(exception) is not null || exception is UnexpectedAnswerException or OperationCanceledException))
        {
            // As above.
        }
    }

    private async Task<CheckResult> RunAsync(StoreCheck check, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var finding = (_ended ?? examination.Missing(check.Needs)) is { } why ? Finding.Skip(why) : await FindAsync(check, cancellationToken);
        if (finding.EndsExamination)
        {
            _ended = $"not asked, since {check.Description.Id} {check.Description.Name} failed";
        }

        return finding.ToResult(check.Description, Stopwatch.GetElapsedTime(started));
    }

    private async Task<Finding> FindAsync(StoreCheck check, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await check.RunAsync(examination, either.Token);
        }
        catch (UnexpectedAnswerException unexpected)
        {
            return Finding.Fail(unexpected.Message, check.Fix).With("request", $"{unexpected.Answer.Ask}").With("answer", unexpected.Answer.Outcome);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.Fail($"it was not over after {limit.TotalSeconds:0} s", check.Fix);
        }
        catch (Exception exception) when (Connection.Of(exception) is { } connection)
        {
            return Finding.Fail($"the store stopped answering: {connection.Message}", connection.Fix);
        }
    }
}
