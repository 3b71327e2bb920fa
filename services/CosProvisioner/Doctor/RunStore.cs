using System.Text;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.Steps;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>Bucket and key of a run, from the very Secret that Tempo reads.</summary>
internal sealed class RunStore(ClusterConnection clusters, IOptionsMonitor<S3Options> options)
{
    private const string DefaultRegion = "us-east-1";

    public async Task<StoreTarget> ReadAsync(DiagnoseRequest request, IReadOnlyList<LedgerItem> items, CancellationToken cancellationToken)
    {
        var (@namespace, name) = NameOf(request, items);
        using var cluster = await clusters.ConnectAsync(cancellationToken);
        var secret = await cluster.FindSecretAsync(@namespace, name, cancellationToken);
        return new StoreTarget(Value("endpoint"), Value("bucket"), "", RegionOf(request, items), Value("access_key_id"), Value("access_key_secret"));

        string Value(string key) => secret?.Data?.TryGetValue(key, out var value) == true
            ? Encoding.UTF8.GetString(value)
            : throw new DiagnosticException(
                "TC221",
                $"{@namespace}/{name}",
                secret is null ? "there is no such Secret: the run was not provisioned, or is destroyed" : $"the Secret has no key {key}",
                "Name a run that was kept: `tempocos status` lists them.");
    }

    private static (string Namespace, string Name) NameOf(DiagnoseRequest request, IReadOnlyList<LedgerItem> items)
    {
        if (request.Namespace.Length > 0 && request.SecretName.Length > 0)
        {
            return (request.Namespace, request.SecretName);
        }

        return items.FirstOrDefault(item => item.Kind == LedgerKind.Secret)?.Name.Split('/') is [var @namespace, var name]
            ? (@namespace, name)
            : throw new DiagnosticException("TC221", request.RunId, "the run's ledger names no Secret", "Name a run that was kept: `tempocos status` lists them.");
    }

    private string RegionOf(DiagnoseRequest request, IReadOnlyList<LedgerItem> items) =>
        items.FirstOrDefault(item => item.Kind == LedgerKind.Bucket)?.Place.GetValueOrDefault(Place.Region) is { Length: > 0 } made ? made
            : request.Plan?.Region is { Length: > 0 } asked ? asked
            : options.CurrentValue.Region is { Length: > 0 } configured ? configured
            : DefaultRegion;
}
