namespace TempoCos.AppHost;

internal static class Parameters
{
    /// <summary>What the user gives a parameter, as <c>Parameters__NAME</c> with hyphens or underscores; null when nothing.</summary>
    public static string? Given(this IDistributedApplicationBuilder builder, string name) =>
        (builder.Configuration[$"Parameters:{name}"] ?? builder.Configuration[$"Parameters:{name.Replace('-', '_')}"]) is { Length: > 0 } given ? given : null;
}
