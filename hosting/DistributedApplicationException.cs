namespace Aspire.Hosting;

/// <summary>The application cannot be built or started; the message says why and what to do.</summary>
public class DistributedApplicationException(string message, Exception? inner = null) : Exception(message, inner);
