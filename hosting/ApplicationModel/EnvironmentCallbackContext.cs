namespace Aspire.Hosting.ApplicationModel;

public sealed class EnvironmentCallbackContext
{
    /// <summary>Strings and <see cref="IValueProvider"/>s by name.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = [];
}
