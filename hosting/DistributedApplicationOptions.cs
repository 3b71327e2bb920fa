namespace Aspire.Hosting;

public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }
    public bool DisableDashboard { get; set; }

    /// <summary>Accepts http between AppHost, dashboard and services, which is all that there is here.</summary>
    public bool AllowUnsecuredTransport { get; set; }
}
