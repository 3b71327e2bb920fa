using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Diagnosis;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>What Tempo's pages say is read as they say it.</summary>
public sealed class FactsTests
{
    [Theory]
    [InlineData("5m0s", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("250ms", 0.25)]
    [InlineData("14d", 1209600)]
    [InlineData("0s", 0)]
    [InlineData("0", 0)]
    public void A_duration_is_read_as_Go_writes_it(string text, double seconds) => GoTime.Parse(text)!.Value.TotalSeconds.ShouldBe(seconds, 1e-9);

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("soon")]
    [InlineData("1h later")]
    [InlineData(null)]
    public void What_is_no_duration_is_none(string? text) => GoTime.Parse(text).ShouldBeNull();

    [Fact]
    public void A_configuration_is_read_by_paths()
    {
        var configuration = TempoConfiguration.Parse("GET /status/config\n---\ntarget: ingester\nstorage:\n  trace:\n    blocklist_poll: 5m0s\n    s3:\n      bucket: traces\n      insecure: true\ndistributor:\n  receivers:\n    - one\n")!;

        configuration.Duration("storage.trace.blocklist_poll").ShouldBe(TimeSpan.FromMinutes(5));
        configuration.Text("storage.trace.s3.bucket").ShouldBe("traces");
        configuration.Flag("storage.trace.s3.insecure").ShouldBe(true);
        configuration.Text("storage.trace.gcs.bucket_name").ShouldBeNull();
        TempoConfiguration.Parse("404 page not found").ShouldBeNull();
        TempoConfiguration.Parse("---\n{ not: [yaml").ShouldBeNull();
    }

    [Fact]
    public async Task An_authority_that_is_not_there_is_why_the_bucket_is_not_looked_at()
    {
        using var cluster = new ClusterConnection(
            new Kubernetes(new KubernetesClientConfiguration { Host = "http://127.0.0.1:1" }, new Answering(_ => HttpStatusCode.NotFound)), "", false);
        var spec = JsonNode.Parse("""{"spec": {"storage": {"tls": {"enabled": true, "caName": "store-ca"}}}}""")!.AsObject();
        var stack = new DiagnosedStack(new StackManifest(StackKind.TempoStack, "simplest", "traces", spec), IsOfARun: false);
        var keys = new Dictionary<string, byte[]> { ["endpoint"] = Encoding.UTF8.GetBytes("https://127.0.0.1:1"), ["bucket"] = Encoding.UTF8.GetBytes("traces") };

        var found = await new BucketLook(cluster, stack, keys, TimeProvider.System).LookAsync(null, TestContext.Current.CancellationToken);

        found.Unreachable.ShouldNotBeNull().ShouldContain("no, said the test");
    }

    [Fact]
    public void Metrics_are_summed_by_name_and_labels()
    {
        var metrics = MetricSamples.Parse("""
            # HELP a_total Counts.
            # TYPE a_total counter
            a_total{reason="x",tenant="with \"quotes\", and comma"} 3
            a_total{reason="y",tenant="b"} 4 1700000000000
            a_total{reason="y",tenant="c"} 1e2
            plain 7
            broken{reason="x" 9
            nothing NaN
            """);

        metrics.Sum("a_total").ShouldBe(107);
        metrics.Sum("a_total", ("reason", "y")).ShouldBe(104);
        metrics.Sum("a_total", ("tenant", "with \"quotes\", and comma")).ShouldBe(3);
        metrics.Sum("plain").ShouldBe(7);
        metrics.Sum("nothing").ShouldBe(0);
        metrics.Has("broken").ShouldBeFalse();
        metrics.By("a_total", "reason").ShouldBe([("x", 3), ("y", 104)]);
    }
}
