namespace Aspire.Hosting;

/// <summary>A parameter without a value.</summary>
public sealed class MissingParameterValueException(string message) : DistributedApplicationException(message);
