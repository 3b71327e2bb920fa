using System.Text.RegularExpressions;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the application: a process, a parameter.</summary>
public abstract partial class Resource
{
    private protected Resource(string name) => Name = Valid().IsMatch(name)
        ? name
        : throw new ArgumentException($"'{name}' is no name for a resource: it takes up to 64 letters, digits and single hyphens, and starts with a letter.", nameof(name));

    public string Name { get; }

    /// <summary>Its name in DCP and in the dashboard.</summary>
    internal virtual string Id => Name;

    [GeneratedRegex("^(?=.{1,64}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$")]
    private static partial Regex Valid();
}
