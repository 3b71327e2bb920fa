using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Receipts;

/// <summary>What the run asked of its stack beside the manifest. Values of variables are left out, files are named by their hash.</summary>
internal sealed record ReceiptAsked(IReadOnlyList<string> Set, IReadOnlyDictionary<string, string> Options, IReadOnlyList<string> Change)
{
    private const string Variables = "spec.env";

    public static ReceiptAsked From(RunRequest request) => new([.. request.Set.Select(Shown)], Shown(request.Stack), [.. request.Change.Select(Shown)]);

    private static string Shown(string set) => set.StartsWith(Variables, StringComparison.Ordinal) ? $"{set.Split('=')[0]}=(not shown)" : set;

    private static SortedDictionary<string, string> Shown(StackOptions? options)
    {
        var shown = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (options is null)
        {
            return shown;
        }

        foreach (var (component, replicas) in options.Replicas)
        {
            shown[$"replicas.{component}"] = replicas.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in new[]
        {
            ("replication-factor", options.ReplicationFactor > 0 ? options.ReplicationFactor.ToString(CultureInfo.InvariantCulture) : ""),
            ("retention", options.Retention is { } retention ? $"{retention.ToTimeSpan().TotalSeconds.ToString(CultureInfo.InvariantCulture)}s" : ""),
            ("cpu", options.Cpu), ("memory", options.Memory), ("volume-class", options.StorageClass), ("volume-size", options.StorageSize),
            ("tenants", string.Join(',', options.Tenants)), ("tenant-mode", options.TenantMode), ("tenant-oidc-issuer", options.TenantOidcIssuer), ("tenant-oidc-secret", options.TenantOidcSecret),
            ("store-ca", Hash(options.StoreCa)), ("ingress", options.Ingress), ("ingress-host", options.IngressHost), ("remote-write-url", options.RemoteWriteUrl),
            ("extra-config", Hash(options.ExtraConfig)), ("tempo-image", options.TempoImage), ("size", options.Size),
        })
        {
            if (value.Length > 0)
            {
                shown[name] = value;
            }
        }

        return shown;
    }

    private static string Hash(string content) => content.Length == 0 ? "" : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}";
}
