namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>One run of a container, as a process of this machine or in a container engine.</summary>
public interface IContainerRun : IAsyncDisposable
{
    /// <summary>As <c>containerID</c> shows it: <c>process://PID</c> or <c>docker://ID</c>.</summary>
    string Id { get; }

    /// <summary>Done when the run has ended and its output is read.</summary>
    Task<ContainerExit> Exit { get; }

    /// <summary>SIGTERM to its first process.</summary>
    Task TerminateAsync();

    /// <summary>SIGKILL to all of its processes.</summary>
    Task KillAsync();

    /// <summary>Runs a command inside; it is ended when <paramref name="cancellation"/> says so.</summary>
    /// <exception cref="ContainerException">It cannot be started.</exception>
    Task<CommandResult> ExecuteAsync(IReadOnlyList<string> command, CancellationToken cancellation);
}
