namespace TempoCos.Tempo.Configuration;

/// <summary><c>distributor:</c> A receiver that is not listed is not opened.</summary>
public sealed record DistributorSettings(
    HostPort? OtlpGrpc, HostPort? OtlpHttp, string InstanceId, string InstanceAddress, int MaxAttributeBytes, TimeSpan RetryAfter)
{
    public static DistributorSettings From(ConfigurationTree tree, Target target) => new(
        target.Distributor ? Receiver(tree, "distributor.receivers.otlp.protocols.grpc", 4317) : null,
        target.Distributor ? Receiver(tree, "distributor.receivers.otlp.protocols.http", 4318) : null,
        tree.Text("distributor.ring.instance_id"),
        tree.Text("distributor.ring.instance_addr"),
        tree.Number("distributor.max_attribute_bytes", 2048),
        tree.Duration("distributor.retry_after_on_resource_exhausted", TimeSpan.Zero));

    private static HostPort? Receiver(ConfigurationTree tree, string path, int port) =>
        tree.Has(path) ? HostPort.Parse(path + ".endpoint", tree.Text(path + ".endpoint", $"localhost:{port}"), port) : null;
}
