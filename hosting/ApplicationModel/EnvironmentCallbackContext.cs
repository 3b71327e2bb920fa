namespace Aspire.Hosting.ApplicationModel;

/// <summary>The environment of a process that is about to start.</summary>
public sealed class EnvironmentCallbackContext
{
    /// <summary>Strings and <see cref="IValueProvider"/>s by name.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = [];
}
