namespace Aspire.Hosting;

/// <summary>Parameters in the model.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a parameter whose value stands under <c>Parameters:&lt;name&gt;</c>; in the environment, hyphens are underscores.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(
            name,
            () => builder.Configuration[$"Parameters:{name}"] ?? builder.Configuration[$"Parameters:{name.Replace('-', '_')}"]
                ?? throw new MissingParameterValueException($"The parameter '{name}' has no value. Set it in the environment as Parameters__{name.Replace('-', '_')}."),
            secret));

    /// <summary>Adds a parameter with this value.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, () => value, secret));
}
