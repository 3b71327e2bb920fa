namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource while the model is built.</summary>
public interface IResourceBuilder<out T>
    where T : Resource
{
    T Resource { get; }
}
