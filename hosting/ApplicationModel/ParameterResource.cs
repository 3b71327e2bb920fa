namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value from outside: configuration key <c>Parameters:&lt;name&gt;</c>, or a given one.</summary>
public sealed class ParameterResource : Resource, IValueProvider
{
    internal ParameterResource(string name, string? value, bool secret)
        : base(name)
    {
        Value = value;
        Secret = secret;
    }

    internal string? Value { get; }

    internal bool Secret { get; }

    internal string WhyMissing => $"The parameter '{Name}' has no value. Set it in the environment as Parameters__{Name.Replace('-', '_')}.";

    /// <exception cref="DistributedApplicationException">Nobody has given a value.</exception>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<string?>(Value ?? throw new DistributedApplicationException(WhyMissing));
}
