namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resources of the application.</summary>
public sealed class DistributedApplicationModel(IReadOnlyList<IResource> resources)
{
    /// <summary>In the order of the model.</summary>
    public IReadOnlyList<IResource> Resources { get; } = resources;

    internal IResource Find(string name) => Resources.FirstOrDefault(resource => resource.Name == name)
        ?? throw new ArgumentException($"There is no resource '{name}'; there are {string.Join(", ", Resources.Select(resource => resource.Name))}.", nameof(name));
}
