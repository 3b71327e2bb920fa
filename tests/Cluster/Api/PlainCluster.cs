namespace TempoCos.Cluster.Tests.Api;

/// <summary>A cluster without an operator, for all tests of a class.</summary>
public sealed class PlainCluster : IAsyncLifetime
{
    private TestCluster? cluster;

    public TestCluster Cluster => cluster ?? throw new InvalidOperationException("the cluster has not started");

    public async ValueTask InitializeAsync() => cluster = await TestCluster.StartAsync(options => options with { Operator = false });

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }
}
