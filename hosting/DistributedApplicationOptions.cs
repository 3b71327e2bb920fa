namespace Aspire.Hosting;

/// <summary>How the application is built.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>Arguments that are read as configuration.</summary>
    public string[]? Args { get; set; }

    /// <summary>Leaves the dashboard out.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Accepts http between AppHost, dashboard and services, which is all that there is here.</summary>
    public bool AllowUnsecuredTransport { get; set; }
}
