using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Processes;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>Keeps one container running: starts it, probes it, starts it again, later and later, until told to end.</summary>
public sealed class ContainerRunner(PodRunner pod, JsonObject container, ContainerLauncher launcher, ReadinessProbe probe, TimeProvider time, int restarts) : IDisposable
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LastBackoff = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HealthyAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RenewalGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConfigurationRetry = TimeSpan.FromSeconds(2);

    private readonly string name = container.Text("name")!;
    private readonly string policy = pod.Specification.Text("spec", "restartPolicy") ?? "Always";
    private CancellationTokenSource again = new();
    private int failures;

    public ContainerState State { get; private set; } = new() { Name = container.Text("name")!, Image = container.Text("image") ?? "", Restarts = restarts };

    public string Name => name;

    /// <summary>Whether its arguments or variables name another container's port.</summary>
    public bool Uses(PortMapping port)
    {
        var reference = $"$(PORT_{ServiceNetwork.Variable(port.Name)})";
        var literal = $"localhost:{port.ContainerPort}";
        return name == "tempo-query" || container.Texts("command").Concat(container.Texts("args")).Concat(container.Objects("env").Select(variable => variable.Text("value")))
            .Any(text => text?.Contains(reference, StringComparison.Ordinal) == true || text?.Contains(literal, StringComparison.Ordinal) == true);
    }

    /// <summary>Ends the present process and starts it anew, because the pod's ports are others now.</summary>
    public void Renew() => again.Cancel();

    public async Task RunAsync(CancellationToken ending, CancellationToken graceOver)
    {
        while (!ending.IsCancellationRequested && State.Succeeded is null)
        {
            using var process = Start();
            if (process is null)
            {
                await pod.DelayAsync(ConfigurationRetry, ending);
                continue;
            }

            var since = time.GetTimestamp();
            await AttendAsync(process, ending, graceOver);
            if (!ending.IsCancellationRequested && State.Succeeded is null)
            {
                await BackOffAsync(time.GetElapsedTime(since), ending);
            }
        }
    }

    public void Dispose() => again.Dispose();

    private ContainerProcess? Start()
    {
        again.Dispose();
        again = new CancellationTokenSource();
        try
        {
            var process = launcher.Start(pod.Specification, container, pod.Ports, State.Restarts);
            Set(State with { Now = ContainerState.Running(pod.Now), Started = true, Ready = false, ProcessId = process.Id });
            pod.Record(warning: false, "Started", $"Started container {name}");
            return process;
        }
        catch (Exception problem)
        {
            var reason = problem is ContainerException known ? known.Reason : "CreateContainerError";
            Set(State with { Now = ContainerState.Waiting(reason, problem.Message), Ready = false, ProcessId = null });
            pod.Record(warning: true, reason == "ContainerCreating" ? "FailedMount" : "Failed", $"Error: {problem.Message}");
            return null;
        }
    }

    private async Task AttendAsync(ContainerProcess process, CancellationToken ending, CancellationToken graceOver)
    {
        var started = State.Now.Text("running", "startedAt")!;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending, again.Token);
        var probing = ProbeAsync(over.Token);
        int exitCode;
        try
        {
            exitCode = await process.WaitAsync(over.Token);
            await over.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            pod.Record(warning: false, "Killing", $"Stopping container {name}");
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(graceOver);
            if (!ending.IsCancellationRequested)
            {
                patience.CancelAfter(RenewalGrace);
            }

            exitCode = await process.EndAsync(patience.Token);
        }

        await probing;
        var renewed = again.IsCancellationRequested && !ending.IsCancellationRequested;
        var ended = ContainerState.Terminated(exitCode, started, pod.Now);
        var final = !renewed && (policy == "Never" || (policy == "OnFailure" && exitCode == 0));
        Set(State with { Now = ended, Ready = false, ProcessId = null, Succeeded = final ? exitCode == 0 : null });
    }

    private async Task ProbeAsync(CancellationToken over)
    {
        var wasReady = false;
        var failed = 0;
        while (!over.IsCancellationRequested)
        {
            var why = await probe.CheckAsync(container, pod.Ports, over).ContinueWith(check => check.IsCompletedSuccessfully ? check.Result : "", TaskScheduler.Default);
            if (over.IsCancellationRequested)
            {
                return;
            }

            failed = why is null ? 0 : failed + 1;
            if (why is null && !State.Ready)
            {
                wasReady = true;
                Set(State with { Ready = true });
            }
            else if (why is not null && State.Ready && failed >= (container.Number("readinessProbe", "failureThreshold") ?? 3))
            {
                Set(State with { Ready = false });
            }

            // As a kubelet does, but not for each of the eager questions at the start.
            if (why is not null && (wasReady || failed % 25 == 0))
            {
                pod.Record(warning: true, "Unhealthy", why);
            }

            if (why is null && container.At("readinessProbe") is null)
            {
                return;
            }

            await Task.Delay(ReadinessProbe.Period(container, wasReady), time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BackOffAsync(TimeSpan ran, CancellationToken ending)
    {
        var ended = State.Now;
        var next = State with { Before = ended, Restarts = State.Restarts + 1 };
        if (again.IsCancellationRequested)
        {
            Set(next);
            return;
        }

        failures = ran > HealthyAfter ? 1 : failures + 1;
        var wait = TimeSpan.FromTicks(Math.Min(LastBackoff.Ticks, FirstBackoff.Ticks << Math.Min(failures - 1, 10)));
        Set(next with { Now = ContainerState.Waiting("CrashLoopBackOff", $"back-off {wait.TotalSeconds:0.#}s restarting failed container={name} pod={pod.Name}") });
        pod.Record(warning: true, "BackOff", $"Back-off restarting failed container {name} in pod {pod.Name}");
        await pod.DelayAsync(wait, ending);
        if (!ending.IsCancellationRequested)
        {
            pod.CheckPorts(this, ran);
        }
    }

    private void Set(ContainerState state)
    {
        State = state;
        pod.Changed();
    }
}
