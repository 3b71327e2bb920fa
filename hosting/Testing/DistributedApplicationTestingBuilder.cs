namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost inside a test.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the entry point of the AppHost to the end of its model. The dashboard is left out unless <paramref name="configureBuilder"/> says otherwise.</summary>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var entryPoint = typeof(TEntryPoint).Assembly.EntryPoint
            ?? throw new ArgumentException($"The assembly of {typeof(TEntryPoint)} has no entry point.");
        var hook = new EntryPointHook(entryPoint, args, configureBuilder);
        await hook.BuildAsync(cancellationToken);
        return hook;
    }
}
