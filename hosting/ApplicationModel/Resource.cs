using System.Text.RegularExpressions;

namespace Aspire.Hosting.ApplicationModel;

/// <inheritdoc cref="IResource"/>
public abstract partial class Resource : IResource
{
    /// <summary>A resource of that name.</summary>
    /// <exception cref="ArgumentException">The name is not made of letters, digits and single hyphens.</exception>
    protected Resource(string name)
    {
        if (!Valid().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' is no name for a resource: it takes up to 64 letters, digits and single hyphens, and starts with a letter.", nameof(name));
        }

        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ResourceAnnotationCollection Annotations { get; } = [];

    [GeneratedRegex("^(?=.{1,64}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$")]
    private static partial Regex Valid();
}
