namespace Aspire.Hosting.Testing;

/// <summary>An AppHost's model in the hands of a test.</summary>
public interface IDistributedApplicationTestingBuilder
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
