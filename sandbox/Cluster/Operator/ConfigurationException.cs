namespace TempoCos.Cluster.Operator;

/// <summary>What the user has to change before the operator can do anything: becomes the ConfigurationError condition.</summary>
public sealed class ConfigurationException(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;
}
