namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost inside a test.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the entry point of the AppHost to the end of its model. The dashboard is left out.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>(args, (_, _) => { }, cancellationToken);

    /// <summary>The same, with options changed first, such as <see cref="DistributedApplicationOptions.DisableDashboard"/>.</summary>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var entryPoint = typeof(TEntryPoint).Assembly.EntryPoint
            ?? throw new ArgumentException($"The assembly of {typeof(TEntryPoint)} has no entry point.");
        return new TestingBuilder(await new EntryPointHook(entryPoint, args, configureBuilder).RunToModelAsync(cancellationToken));
    }
}
