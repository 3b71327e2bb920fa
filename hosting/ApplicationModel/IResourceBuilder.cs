namespace Aspire.Hosting.ApplicationModel;

public interface IResourceBuilder<out T>
    where T : Resource
{
    T Resource { get; }
}
