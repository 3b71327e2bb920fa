using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Monolithic;

namespace TempoCos.Cluster.Operator.Storage;

/// <summary>What an instance says about its store, and where it says it.</summary>
public sealed record StorageRequest(string Type, string SecretName, string CredentialMode, JsonNode? Tls, string TypePath, string SecretPath, string TlsPath, bool TlsDecides)
{
    public static StorageRequest Of(TempoStackView stack) => new(
        stack.StorageType, stack.StorageSecret, stack.Spec("storage", "secret", "credentialMode").Text() ?? "", stack.StorageTls,
        "spec.storage.secret.type", "spec.storage.secret.name", "spec.storage.tls", TlsDecides: true);

    public static StorageRequest Of(MonolithicView tempo)
    {
        var type = tempo.Backend;
        var store = tempo.Spec("storage", "traces", type);
        return new(type, store.Text("secret") ?? "", type == "s3" ? store.Text("credentialMode") ?? "" : "", type == "s3" ? store.At("tls") : null,
            "spec.storage.traces.backend", $"spec.storage.traces.{type}.secret", $"spec.storage.traces.{type}.tls", TlsDecides: false);
    }
}
