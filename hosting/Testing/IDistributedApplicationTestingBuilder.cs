namespace Aspire.Hosting.Testing;

/// <summary>An AppHost's model in the hands of a test.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable
{
    /// <summary>Ends the model.</summary>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
