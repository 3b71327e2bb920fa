namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource while the model is built.</summary>
public interface IResourceBuilder<out T>
    where T : IResource
{
    /// <summary>The model's builder.</summary>
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    /// <summary>The resource.</summary>
    T Resource { get; }
}
