using System.Reflection;

namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost's entry point beside a test, which takes over the application where the entry point would start it.</summary>
public sealed class DistributedApplicationTestingBuilder
{
    private static readonly AsyncLocal<DistributedApplicationTestingBuilder?> Ambient = new();
    private readonly TaskCompletionSource<DistributedApplication> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<DistributedApplicationOptions, HostApplicationBuilderSettings> _configure;
    private readonly MethodInfo _entryPoint;

    private DistributedApplicationTestingBuilder(MethodInfo entryPoint, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        _configure = configure;
        _entryPoint = entryPoint;
        Ended = new Task(() => Run(args), TaskCreationOptions.LongRunning);
    }

    /// <summary>That in whose entry point this runs; null outside a test.</summary>
    internal static DistributedApplicationTestingBuilder? Current => Ambient.Value;

    internal Assembly AppHost => _entryPoint.Module.Assembly;

    /// <summary>The entry point has come to its end.</summary>
    internal Task Ended { get; }

    /// <summary>Runs the entry point of the AppHost to the end of its model. The dashboard is left out unless <paramref name="configureBuilder"/> says otherwise.</summary>
    public static async Task<DistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var entryPoint = typeof(TEntryPoint).Assembly.EntryPoint
            ?? throw new ArgumentException($"The assembly of {typeof(TEntryPoint)} has no entry point.");
        var builder = new DistributedApplicationTestingBuilder(entryPoint, args, configureBuilder);
        builder.Ended.Start(TaskScheduler.Default);
        await builder.BuildAsync(cancellationToken);
        return builder;
    }

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => _application.Task.WaitAsync(cancellationToken);

    internal void Configure(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.DisableDashboard = true;
        _configure(options, settings);
    }

    internal void Built(DistributedApplication application) => _application.TrySetResult(application);

    private void Run(string[] args)
    {
        Ambient.Value = this;
        try
        {
            var result = _entryPoint.Invoke(null, _entryPoint.GetParameters().Length == 0 ? null : [args]);
            _application.TrySetException(new InvalidOperationException($"The entry point of {AppHost.GetName().Name} ended with {result ?? "nothing"} before it had built its model; its error output says why."));
        }
        catch (TargetInvocationException exception)
        {
            _application.TrySetException(exception.InnerException!);
        }
    }
}
