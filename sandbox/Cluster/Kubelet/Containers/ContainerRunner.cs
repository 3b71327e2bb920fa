using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Images;
using TempoCos.Cluster.Kubelet.Lifecycle;
using TempoCos.Cluster.Kubelet.Logs;
using TempoCos.Cluster.Kubelet.Probes;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>Keeps one container running: starts it, probes it, starts it again, later and later, until told to end.</summary>
public sealed class ContainerRunner : IDisposable
{
    private const int StartError = 128;
    private const int Killed = 137;
    private const int MessageLines = 80;
    private const int MessageCharacters = 2048;
    private static readonly TimeSpan RenewalGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestConfigurationRetry = TimeSpan.FromSeconds(2);

    private readonly PodRunner pod;
    private readonly JsonObject container;
    private readonly KubeletContext kubelet;
    private readonly ImagePull pull;
    private readonly Backoff backoff;
    private readonly LifecycleHooks hooks;
    private readonly TaskCompletionSource startedUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource again = new();
    private bool isRenewed;
    private StopReason? stop;

    public ContainerRunner(PodRunner pod, JsonObject container, ContainerKind kind, KubeletContext kubelet, int restarts)
    {
        (this.pod, this.container, this.kubelet, Kind) = (pod, container, kubelet, kind);
        pull = new ImagePull(pod, container, kubelet.Images, new Backoff(kubelet.Options.RestartBackoff));
        backoff = new Backoff(kubelet.Options.RestartBackoff);
        hooks = new LifecycleHooks(pod, container, kubelet.Probes);
        State = new ContainerState { Name = Name, Image = container.Text("image") ?? "", Restarts = restarts, Now = ContainerState.Waiting(pod.HasInitContainers ? "PodInitializing" : "ContainerCreating") };
    }

    public ContainerKind Kind { get; }

    public ContainerState State { get; private set; }

    public string Name => container.Text("name")!;

    /// <summary>What the present run sees; null before the first one.</summary>
    public ContainerView? View { get; private set; }

    /// <summary>Done when a run has passed its startup probe, or there will be none.</summary>
    public Task StartedUp => startedUp.Task;

    private string Policy => Kind switch
    {
        ContainerKind.Sidecar => "Always",
        ContainerKind.Init when pod.RestartPolicy == "Always" => "OnFailure",
        _ => pod.RestartPolicy,
    };

    /// <summary>Whether its arguments or variables name another container's port.</summary>
    public bool Uses(PortMapping port)
    {
        var reference = $"$(PORT_{ServiceNetwork.Variable(port.Name)})";
        var literal = $"localhost:{port.ContainerPort}";
        return Name == "tempo-query" || container.Texts("command").Concat(container.Texts("args")).Concat(container.Objects("env").Select(variable => variable.Text("value")))
            .Any(text => text?.Contains(reference, StringComparison.Ordinal) == true || text?.Contains(literal, StringComparison.Ordinal) == true);
    }

    /// <summary>Ends the present process and starts it anew, because the pod's ports are others now.</summary>
    public void Renew()
    {
        isRenewed = true;
        Stop(new StopReason($"Stopping container {Name}", RenewalGrace, RunsPreStop: true));
    }

    public async Task RunAsync(CancellationToken ending, CancellationToken graceOver)
    {
        try
        {
            while (!ending.IsCancellationRequested && State.Succeeded is null)
            {
                if (await pull.RunAsync(state => Set(State with { Now = state, Ready = false }), ending) is not { } image)
                {
                    break;
                }

                Reset();
                var since = kubelet.Time.GetTimestamp();
                if (!await RunOnceAsync(image, ending, graceOver))
                {
                    await pod.DelayAsync(Min(kubelet.Options.RestartBackoff * 2, LongestConfigurationRetry), ending);
                }
                else if (!ending.IsCancellationRequested && State.Succeeded is null)
                {
                    await BackOffAsync(kubelet.Time.GetElapsedTime(since), ending);
                }
            }
        }
        finally
        {
            startedUp.TrySetResult();
        }
    }

    public void Dispose() => again.Dispose();

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Reset()
    {
        again.Dispose();
        again = new CancellationTokenSource();
        isRenewed = false;
        stop = null;
    }

    /// <summary>One run from start to end; false when it could not even be created.</summary>
    private async Task<bool> RunOnceAsync(ContainerImage image, CancellationToken ending, CancellationToken graceOver)
    {
        var begun = pod.Now;
        try
        {
            var (process, log, view) = await kubelet.Launcher.StartAsync(pod.Specification, container, image, pod.Ports, State.Restarts, ending);
            await using (process)
            {
                View = view;
                pod.Record(warning: false, "Created", $"Created container: {Name}");
                Set(State with { Now = ContainerState.Running(begun), HasRun = true, Ready = false, Started = false, Id = process.Id, ImageId = image.Id });
                pod.Record(warning: false, "Started", $"Started container {Name}");
                var exit = await AttendAsync(process, ending, graceOver);
                await EndedAsync(exit, log, begun);
            }

            return true;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return true;
        }
        catch (ContainerException problem) when (problem.IsStartError)
        {
            pod.Record(warning: true, "Failed", $"Error: {problem.Message}");
            Set(State with { HasRun = true, Ready = false, Started = false, Now = ContainerState.Terminated(StartError, "StartError", problem.Message, "", begun, pod.Now), Succeeded = Policy == "Never" ? false : null });
            return true;
        }
        catch (Exception problem)
        {
            var reason = problem is ContainerException known ? known.Reason : "CreateContainerError";
            Set(State with { Now = ContainerState.Waiting(reason, problem.Message), Ready = false, Started = false });
            pod.Record(warning: true, "Failed", $"Error: {problem.Message}");
            return false;
        }
    }

    private async Task<ContainerExit> AttendAsync(IContainerRun run, CancellationToken ending, CancellationToken graceOver)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending, again.Token);
        var probing = GoOnAsync(run, over.Token);
        await Task.WhenAny(run.Exit, Task.Delay(Timeout.Infinite, over.Token));
        if (!run.Exit.IsCompleted)
        {
            await EndAsync(run, ending, graceOver);
        }

        await over.CancelAsync();
        await probing;
        return await run.Exit;
    }

    /// <summary>postStart, then the probes: startup alone, then liveness and readiness.</summary>
    private async Task GoOnAsync(IContainerRun run, CancellationToken over)
    {
        if (!await hooks.RunAsync("postStart", run, over))
        {
            if (!over.IsCancellationRequested)
            {
                Stop(new StopReason("FailedPostStartHook", pod.TerminationGrace, RunsPreStop: false));
            }

            return;
        }

        if (Worker("startupProbe", eager: true) is { } startup)
        {
            var passed = false;
            await startup.RunAsync(run, () => pod.Ports, result => Fails(result, "startupProbe") && !(passed = true), why => Unhealthy("Startup", why), over);
            if (!passed)
            {
                return;
            }
        }

        if (over.IsCancellationRequested || run.Exit.IsCompleted)
        {
            return;
        }

        var readiness = Worker("readinessProbe", eager: true);
        Set(State with { Started = true, Ready = readiness is null });
        startedUp.TrySetResult();
        await Task.WhenAll(
            Worker("livenessProbe", eager: false)?.RunAsync(run, () => pod.Ports, result => Fails(result, "livenessProbe"), why => Unhealthy("Liveness", why), over) ?? Task.CompletedTask,
            readiness?.RunAsync(run, () => pod.Ports, IsReady, why => Unhealthy("Readiness", why), over) ?? Task.CompletedTask);
    }

    private ProbeWorker? Worker(string kind, bool eager) =>
        ProbeSettings.Of(container, kind) is { } settings ? new ProbeWorker(settings, kubelet.Probes, kubelet.Time, eager) : null;

    /// <summary>Ends the run when the probe's failures were too many; answers whether to go on probing.</summary>
    private bool Fails(bool result, string kind)
    {
        if (!result)
        {
            Stop(new StopReason(
                $"Container {Name} failed {(kind == "startupProbe" ? "startup" : "liveness")} probe, will be restarted",
                ProbeSettings.Of(container, kind)!.TerminationGrace ?? pod.TerminationGrace,
                RunsPreStop: true));
        }

        return result;
    }

    private bool IsReady(bool result)
    {
        if (State.Ready != result)
        {
            Set(State with { Ready = result });
        }

        return true;
    }

    private void Unhealthy(string probe, string why) => pod.Record(warning: true, "Unhealthy", $"{probe} probe failed: {why}");

    private async Task EndAsync(IContainerRun run, CancellationToken ending, CancellationToken graceOver)
    {
        Set(State with { Ready = false });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(graceOver);
        if (!ending.IsCancellationRequested)
        {
            patience.CancelAfter(stop?.Grace ?? pod.TerminationGrace);
        }

        pod.Record(warning: false, "Killing", stop?.Message ?? $"Stopping container {Name}");
        if (!pod.IsLeaving && stop?.RunsPreStop != false)
        {
            await Task.WhenAny(hooks.RunAsync("preStop", run, patience.Token), run.Exit);
        }

        await run.TerminateAsync();
        await Task.WhenAny(run.Exit, Task.Delay(Timeout.Infinite, patience.Token));
        if (!run.Exit.IsCompleted)
        {
            await run.KillAsync();
        }
    }

    private async Task EndedAsync(ContainerExit exit, ContainerLog log, string begun)
    {
        var message = exit.Code != 0 && container.Text("terminationMessagePolicy") == "FallbackToLogsOnError" ? await log.EndAsync(MessageLines, MessageCharacters) : null;
        var reason = exit.OutOfMemory ? "OOMKilled" : exit.Code == 0 ? "Completed" : "Error";
        var ended = ContainerState.Terminated(exit.OutOfMemory && exit.Code == 0 ? Killed : exit.Code, reason, message, State.Id, begun, pod.Now);
        var isFinal = !isRenewed && (Policy == "Never" || (Policy == "OnFailure" && exit.Code == 0));
        Set(State with { Now = ended, Ready = Kind == ContainerKind.Init && exit.Code == 0, Started = false, Succeeded = isFinal ? exit.Code == 0 : null });
    }

    /// <summary>The end becomes what was before, and the next run is counted when it begins.</summary>
    private async Task BackOffAsync(TimeSpan ran, CancellationToken ending)
    {
        var ended = State.Now;
        if (!isRenewed && backoff.NextAfter(ran) is var wait && wait > TimeSpan.Zero)
        {
            Set(State with
            {
                Before = ended,
                Now = ContainerState.Waiting("CrashLoopBackOff", $"back-off {GoDuration.Format(wait)} restarting failed container={Name} pod={pod.FullName}"),
            });
            pod.Record(warning: true, "BackOff", $"Back-off restarting failed container {Name} in pod {pod.FullName}");
            await pod.DelayAsync(wait, ending);
        }

        if (!ending.IsCancellationRequested)
        {
            if (!isRenewed)
            {
                pod.CheckPorts(this, ran);
            }

            Set(State with { Before = ended, Restarts = State.Restarts + 1 });
        }
    }

    private void Stop(StopReason reason)
    {
        stop = reason;
        again.Cancel();
    }

    private void Set(ContainerState state)
    {
        State = state;
        pod.Changed();
    }
}
