using System.Reflection;

namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost's entry point beside a test, which takes over the application where the entry point would start it.</summary>
internal sealed class EntryPointHook : IDistributedApplicationTestingBuilder
{
    private static readonly AsyncLocal<EntryPointHook?> Ambient = new();
    private readonly Action<DistributedApplicationOptions, HostApplicationBuilderSettings> _configure;
    private readonly TaskCompletionSource<DistributedApplication> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EntryPointHook(MethodInfo entryPoint, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        EntryPoint = entryPoint;
        _configure = configure;
        Ended = Task.Factory.StartNew(() => Run(args), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>That of the entry point in which this runs, when a test runs it.</summary>
    public static EntryPointHook? Current => Ambient.Value;

    public MethodInfo EntryPoint { get; }

    /// <summary>The entry point has come to its end.</summary>
    public Task Ended { get; }

    public void Configure(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.DisableDashboard = true;
        _configure(options, settings);
    }

    /// <summary>Called by the entry point at the end of its model.</summary>
    public void Built(DistributedApplication application) => _application.TrySetResult(application);

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => _application.Task.WaitAsync(cancellationToken);

    private void Run(string[] args)
    {
        Ambient.Value = this;
        try
        {
            var result = EntryPoint.Invoke(null, EntryPoint.GetParameters().Length == 0 ? null : [args]);
            _application.TrySetException(new InvalidOperationException($"The entry point of {EntryPoint.DeclaringType?.Assembly.GetName().Name} ended with {result ?? "nothing"} before it had built its model; its error output says why."));
        }
        catch (TargetInvocationException exception)
        {
            _application.TrySetException(exception.InnerException!);
        }
    }
}
