namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value from outside: configuration key <c>Parameters:&lt;name&gt;</c>, or a given one.</summary>
public sealed class ParameterResource(string name, string? value, bool secret) : Resource(name), IValueProvider
{
    public string Value => value ?? throw new DistributedApplicationException(WhyMissing);

    internal bool IsMissing => value is null;

    internal bool Secret => secret;

    internal string WhyMissing => $"The parameter '{Name}' has no value. Set it in the environment as Parameters__{Name.Replace('-', '_')}.";
}
