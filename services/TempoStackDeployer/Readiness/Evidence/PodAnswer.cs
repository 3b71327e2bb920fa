namespace TempoCos.TempoStackDeployer.Readiness.Evidence;

/// <param name="Status">Of HTTP.</param>
/// <param name="Body">Whole, or its first 4 MiB.</param>
/// <param name="Date">By the pod's clock.</param>
/// <param name="Received">By this machine's clock.</param>
internal sealed record PodAnswer(int Status, string Body, DateTimeOffset? Date, DateTimeOffset Received)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
