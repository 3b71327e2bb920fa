namespace TempoCos.TempoStackDeployer.Tests.Clusters;

/// <summary>A request as a server saw it.</summary>
internal sealed record SeenRequest(string Host, IReadOnlyDictionary<string, string> Headers, string ClientCertificate)
{
    public string Header(string name) => Headers.TryGetValue(name, out var value) ? value : "";
}
