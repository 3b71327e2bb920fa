using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using TempoCos.Contracts;
using TempoCos.Pipeline.Cost;
using TempoCos.Pipeline.Display;
using TempoCos.Pipeline.Receipts;
using TempoCos.ServiceDefaults;

namespace TempoCos.Pipeline.Runs;

/// <summary>Starts runs, keeps those under way, and sees to it that each ends with its clean-up and its receipt.</summary>
internal sealed partial class RunCoordinator(Scenario scenario, IOptions<PipelineOptions> options, TimeProvider time, ILogger<RunCoordinator> logger, ILoggerFactory logs) : IDisposable
{
    public const string Source = "TempoCos.Pipeline";

    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromMinutes(10);
    private readonly ActivitySource _source = new(Source);
    private readonly ILogger _runs = logs.CreateLogger(RunLog.Category);
    private readonly ConcurrentDictionary<string, ActiveRun> _active = new(StringComparer.Ordinal);

    public bool IsIdle => _active.IsEmpty;

    public ActiveRun StartRun(RunRequest request)
    {
        var runId = RunId.OrDraw(request.RunId);
        return Start(runId, active => RunAsync(active, new RunRecord(runId, request, time.GetUtcNow())));
    }

    public ActiveRun StartDestroy(IReadOnlyCollection<string> runIds)
    {
        if (runIds.FirstOrDefault(id => !RunId.IsValid(id)) is { } wrong)
        {
            throw new DiagnosticException("TC906", wrong, "not a run id", "'tempocos status' lists the runs.");
        }

        if (runIds.FirstOrDefault(_active.ContainsKey) is { } running)
        {
            throw new DiagnosticException("TC907", running, "the run is still under way", "Interrupt it, or wait until it is over.");
        }

        return Start($"destroy-{Guid.CreateVersion7():n}", active => DestroyAsync(active, runIds));
    }

    public ActiveRun StartSweep(SweepRequest request) => Start($"sweep-{Guid.CreateVersion7():n}", active => SweepAsync(active, request));

    /// <summary>Where the stack of a run that was kept is.</summary>
    /// <exception cref="DiagnosticException">There is no such run, it is under way, or it has no stack.</exception>
    public ChangeRequest CompleteChange(ChangeRequest request)
    {
        if (_active.ContainsKey(request.RunId))
        {
            throw new DiagnosticException("TC907", request.RunId, "the run is still under way", "Wait until it is over; `tempocos run --change` changes it on the way.");
        }

        var tempo = RunDirectory.All(options.Value.Home).Where(directory => Path.GetFileName(directory.FullPath) == request.RunId).Select(directory => Receipt.TryRead(directory.Receipt)).FirstOrDefault()?.Tempo
            ?? throw new DiagnosticException("TC906", request.RunId, "no run of this id has deployed a Tempo from here", "'tempocos status' lists the runs; run with --keep to have one to change.");
        var complete = request.Clone();
        (complete.Namespace, complete.Name, complete.Kind) = (tempo.Namespace, tempo.Name, tempo.Kind ?? "");
        return complete;
    }

    /// <summary>Interrupts a run, or all when <paramref name="runId"/> is empty; returns those that were under way.</summary>
    public IReadOnlyList<string> Interrupt(string runId)
    {
        var runs = _active.Values.Where(active => runId.Length == 0 || active.Id == runId).ToList();
        runs.ForEach(active => active.Interrupt());
        return [.. runs.Select(active => active.Id)];
    }

    /// <summary>Done when no run is under way any more.</summary>
    public async Task WhenIdleAsync()
    {
        while (_active.Values.FirstOrDefault() is { } active)
        {
            await active.Completion.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    public async Task<StatusReply> StatusAsync(CancellationToken cancellationToken)
    {
        var ledgers = await ServiceCall.OrDiagnosticAsync(() => scenario.LedgersAsync(cancellationToken), "services", cancellationToken);
        var status = new StatusReply();
        var known = RunDirectory.All(options.Value.Home).ToDictionary(directory => Path.GetFileName(directory.FullPath), StringComparer.Ordinal);
        foreach (var runId in known.Keys.Concat(ledgers.Select(group => group.Key)).Concat(_active.Keys.Where(RunId.IsValid)).Distinct().Order(StringComparer.Ordinal))
        {
            var receipt = known.TryGetValue(runId, out var directory) ? Receipt.TryRead(directory.Receipt) : null;
            status.Runs.Add(new RunStatus
            {
                RunId = runId,
                State = _active.ContainsKey(runId) ? "running" : receipt is null ? "interrupted" : "finished",
                Verdict = Receipt.ParseVerdict(receipt?.Verdict),
                ExitCode = receipt?.ExitCode ?? 0,
                ReceiptPath = receipt is null ? "" : directory!.Receipt,
                Leftovers = { ledgers[runId] },
            });
        }

        return status;
    }

    public void Dispose() => _source.Dispose();

    private ActiveRun Start(string id, Func<ActiveRun, Task<RunFinished>> body)
    {
        var active = new ActiveRun(id, new LineDisplay(Console.Out), _runs);
        if (!_active.TryAdd(id, active))
        {
            active.Dispose();
            throw new DiagnosticException("TC907", id, "the run is still under way", "Wait until it is over, or leave --run-id out.");
        }

        active.Begin(async current =>
        {
            try
            {
                return await body(current);
            }
            finally
            {
                _active.TryRemove(id, out _);
            }
        });
        return active;
    }

    private async Task<RunFinished> RunAsync(ActiveRun active, RunRecord run)
    {
        var directory = RunDirectory.Create(options.Value.Home, run.RunId);
        using (var root = StartRoot("tempocos run", run.RunId))
        {
            run.TraceId = root?.TraceId.ToHexString() ?? "";
            await ProveAsync(active, run);
            if (!run.Request.Keep || run.Interrupted)
            {
                await CleanUpAsync(run, Recorder(active, run));
            }

            run.Finished = time.GetUtcNow();
            root?.SetTag("tempocos.verdict", VerdictText.Of(run.Verdict));
            root?.SetStatus(Outcome.ExitCodeOf(run) == 0 ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        }

        var receipt = Receipt.From(run);
        var json = receipt.ToJson();
        await AtomicFile.WriteAsync(directory.Receipt, json);
        await AtomicFile.WriteAsync(directory.JUnit, JUnit.From(run));
        return new RunFinished
        {
            RunId = run.RunId,
            ExitCode = Outcome.ExitCodeOf(run),
            Verdict = run.Verdict,
            Summary = Outcome.SummaryOf(run),
            ReceiptPath = directory.Receipt,
            JunitPath = directory.JUnit,
            ReceiptJson = json,
            Leftovers = { run.Leftovers },
            TraceId = run.TraceId,
            Cost = CostText.Of(receipt.Cost),
        };
    }

    private async Task ProveAsync(ActiveRun active, RunRecord run)
    {
        try
        {
            await scenario.ProveAsync(run, Recorder(active, run), active.Interrupted);
        }
        catch (OperationCanceledException) when (active.Interrupted.IsCancellationRequested)
        {
            run.Interrupted = true;
        }
        catch (DiagnosticException exception)
        {
            run.Error = exception;
            Log.Stopped(logger, run.RunId, exception.Message);
        }
        catch (Exception exception)
        {
            // Whatever it is, what the run has made is removed.
            run.Error = new DiagnosticException(
                "TC999", exception.GetType().Name, exception.Message.TrimEnd('.'), "This is a defect of TempoCos: please report it with the pipeline's log.", exception);
            Log.Failed(logger, exception, run.RunId);
        }
    }

    private async Task<RunFinished> DestroyAsync(ActiveRun active, IReadOnlyCollection<string> runIds)
    {
        using var root = StartRoot("tempocos destroy", string.Join(',', runIds));
        var ids = runIds;
        if (ids.Count == 0)
        {
            var ledgers = await ServiceCall.OrDiagnosticAsync(() => scenario.LedgersAsync(active.Interrupted), "services", active.Interrupted);
            ids = [.. ledgers.Select(group => group.Key).Where(id => !_active.ContainsKey(id))];
        }

        var leftovers = new List<Leftover>();
        foreach (var id in ids)
        {
            var run = new RunRecord(id, new RunRequest(), time.GetUtcNow());
            await CleanUpAsync(run, active.Publish);
            leftovers.AddRange(run.Leftovers);
        }

        return new RunFinished
        {
            ExitCode = leftovers.Count > 0 ? Commands.ExitCode.Leftovers : Commands.ExitCode.Proven,
            Summary = ids.Count == 0
                ? "nothing to destroy: no run has a ledger with anything in it"
                : $"destroyed {string.Join(", ", ids)}; {(leftovers.Count == 0 ? "nothing is left behind" : $"{leftovers.Count} things are left behind")}",
            Leftovers = { leftovers },
            TraceId = root?.TraceId.ToHexString() ?? "",
        };
    }

    private async Task<RunFinished> SweepAsync(ActiveRun active, SweepRequest request)
    {
        using var root = StartRoot("tempocos sweep", "");
        var finished = await new Sweep(scenario, options.Value.Home, time, active.Publish).RunAsync(request, _active.ContainsKey, CleanUpAsync, active.Interrupted);
        finished.TraceId = root?.TraceId.ToHexString() ?? "";
        return finished;

        async Task<IReadOnlyList<Leftover>> CleanUpAsync(string runId)
        {
            var run = new RunRecord(runId, new RunRequest(), time.GetUtcNow());
            await this.CleanUpAsync(run, active.Publish);
            return run.Leftovers;
        }
    }

    private async Task CleanUpAsync(RunRecord run, Action<RunReply> publish)
    {
        using var limit = new CancellationTokenSource(CleanUpLimit, time);
        try
        {
            await scenario.CleanUpAsync(run, publish, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            run.Leftovers.Add(new Leftover
            {
                Kind = "run",
                Id = run.RunId,
                Reason = $"clean-up was not over after {CleanUpLimit.TotalMinutes:0} min",
                Remedy = $"tempocos destroy {run.RunId}",
            });
        }
    }

    private Activity? StartRoot(string name, string runId)
    {
        Activity.Current = null;
        Baggage.SetBaggage(RunIdProcessor.Key, runId);
        return _source.StartActivity(name, ActivityKind.Internal, default(ActivityContext));
    }

    private static Action<RunReply> Recorder(ActiveRun active, RunRecord run) => reply =>
    {
        run.Add(reply);
        active.Publish(reply);
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} stopped: {Diagnostic}")]
        public static partial void Stopped(ILogger logger, string runId, string diagnostic);

        [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string runId);
    }
}
