using TempoCos.Tempo.Tls;

namespace TempoCos.Tempo.Configuration;

/// <summary><c>distributor:</c> A receiver that is not listed is not opened.</summary>
public sealed record DistributorSettings(
    HostPort? OtlpGrpc, HostPort? OtlpHttp, string InstanceId, string InstanceAddress, int MaxAttributeBytes, TimeSpan RetryAfter)
{
    private const string Grpc = "distributor.receivers.otlp.protocols.grpc";
    private const string Http = "distributor.receivers.otlp.protocols.http";

    public ServerTls? OtlpGrpcTls { get; init; }

    public ServerTls? OtlpHttpTls { get; init; }

    /// <summary>The largest OTLP message over gRPC, on the wire and decompressed.</summary>
    public int MaxGrpcBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The largest OTLP body over HTTP, on the wire and decompressed.</summary>
    public int MaxHttpBytes { get; init; } = 20 * 1024 * 1024;

    public static DistributorSettings From(ConfigurationTree tree, Target target) => new(
        target.Distributor ? Receiver(tree, Grpc, 4317) : null,
        target.Distributor ? Receiver(tree, Http, 4318) : null,
        tree.Text("distributor.ring.instance_id"),
        tree.Text("distributor.ring.instance_addr"),
        tree.Number("distributor.max_attribute_bytes", 2048),
        tree.Duration("distributor.retry_after_on_resource_exhausted", TimeSpan.Zero))
    {
        OtlpGrpcTls = target.Distributor ? ServerTls.OfReceiver(tree, Grpc + ".tls") : null,
        OtlpHttpTls = target.Distributor ? ServerTls.OfReceiver(tree, Http + ".tls") : null,
        MaxGrpcBytes = Math.Clamp(tree.Number(Grpc + ".max_recv_msg_size_mib", 0) is > 0 and var mib ? mib : 4, 1, 128) * 1024 * 1024,
        MaxHttpBytes = (int)Math.Clamp(tree.Bytes(Http + ".max_request_body_size", 0) is > 0 and var bytes ? bytes : 20 * 1024 * 1024, 1, 128 * 1024 * 1024),
    };

    private static HostPort? Receiver(ConfigurationTree tree, string path, int port) =>
        tree.Has(path) ? HostPort.Parse(path + ".endpoint", tree.Text(path + ".endpoint", $"localhost:{port}"), port) : null;
}
