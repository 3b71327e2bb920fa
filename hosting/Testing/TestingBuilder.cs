namespace Aspire.Hosting.Testing;

internal sealed class TestingBuilder(DistributedApplicationBuilder inner) : IDistributedApplicationTestingBuilder
{
    public ConfigurationManager Configuration => inner.Configuration;

    public string AppHostDirectory => inner.AppHostDirectory;

    public IServiceCollection Services => inner.Services;

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource => inner.AddResource(resource);

    public DistributedApplication Build() => BuildAsync().GetAwaiter().GetResult();

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => inner.Hook!.BuildAsync(cancellationToken);

    public async ValueTask DisposeAsync() => await inner.Hook!.AbandonAsync();
}
