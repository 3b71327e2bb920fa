namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the application: a process, a parameter.</summary>
public interface IResource
{
    /// <summary>Unique in the model.</summary>
    string Name { get; }

    /// <summary>What is said about it.</summary>
    ResourceAnnotationCollection Annotations { get; }
}
