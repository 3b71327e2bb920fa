namespace Aspire.Hosting.ApplicationModel;

internal sealed record ResourceBuilder<T>(T Resource) : IResourceBuilder<T>
    where T : Resource;
