namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that the dashboard shows, or masks.</summary>
public sealed class ParameterResource(string name, string value, bool secret) : Resource(name), IValueProvider
{
    public string Value => value;

    internal bool Secret => secret;
}
