using System.Reflection;

namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost's entry point on a thread of its own and holds it where a test wants to step in: before its model is built and before it starts.</summary>
internal sealed class EntryPointHook(MethodInfo entryPoint, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings>? configure)
{
    private static readonly AsyncLocal<EntryPointHook?> Ambient = new();
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayStart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static EntryPointHook? Current => Ambient.Value;

    public MethodInfo EntryPoint { get; } = entryPoint;

    public void Configure(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.DisableDashboard = true;
        configure?.Invoke(options, settings);
    }

    /// <summary>Called by the test: runs the entry point up to the end of its model.</summary>
    public Task<DistributedApplicationBuilder> RunToModelAsync(CancellationToken cancellationToken)
    {
        var thread = new Thread(() =>
        {
            Ambient.Value = this;
            try
            {
                var result = EntryPoint.Invoke(null, EntryPoint.GetParameters().Length == 0 ? null : [args]);
                (result as Task)?.GetAwaiter().GetResult();
                _built.TrySetException(new InvalidOperationException($"The entry point of {EntryPoint.DeclaringType?.Assembly.GetName().Name} ended with {result ?? "nothing"} before it had built its model; its error output says why."));
            }
            catch (Exception exception)
            {
                var cause = (exception as TargetInvocationException)?.InnerException ?? exception;
                _built.TrySetException(cause);
                _started.TrySetException(cause);
            }
            finally
            {
                _ended.TrySetResult();
            }
        })
        { IsBackground = true, Name = "AppHost" };
        thread.Start();
        return _built.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Called by the entry point at the end of its model.</summary>
    public DistributedApplication Build(DistributedApplicationBuilder builder)
    {
        _built.TrySetResult(builder);
        _mayBuild.Task.GetAwaiter().GetResult();
        var application = builder.BuildHost();
        _application.TrySetResult(application);
        return application;
    }

    /// <summary>Called by the test: lets the entry point go on.</summary>
    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _mayBuild.TrySetResult();
        return _application.Task.WaitAsync(cancellationToken);
    }

    public Task MayStartAsync() => _mayStart.Task;

    public void Started(Exception? exception)
    {
        if (exception is null)
        {
            _started.TrySetResult();
        }
        else
        {
            _started.TrySetException(exception);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _mayStart.TrySetResult();
        return _started.Task.WaitAsync(cancellationToken);
    }

    public Task EndAsync(CancellationToken cancellationToken) => _ended.Task.WaitAsync(cancellationToken);

    /// <summary>Ends the entry point, wherever it is.</summary>
    public async Task AbandonAsync()
    {
        var cancelled = new OperationCanceledException("The test is over.");
        _mayBuild.TrySetException(cancelled);
        if (!_mayStart.TrySetException(cancelled) && !_ended.Task.IsCompleted)
        {
            await (await _application.Task).StopAsync();
        }

        await _ended.Task;
    }
}
