using System.Net;
using System.Text;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.Rotation;

/// <summary>The run's Secret that Tempo reads, as it is.</summary>
internal sealed class TempoSecret
{
    private const string AccessKeyId = "access_key_id";
    private const string SecretAccessKey = "access_key_secret";
    private const int Attempts = 5;

    private readonly V1Secret _secret;

    private TempoSecret(V1Secret secret) => _secret = secret;

    public string Bucket => Text(_secret, "bucket");

    public HmacKey Key => new(Text(_secret, AccessKeyId), Text(_secret, SecretAccessKey));

    public string FullName => $"{_secret.Namespace()}/{_secret.Name()}";

    /// <exception cref="DiagnosticException">There is none, it is not the run's, or it lacks something.</exception>
    public static async Task<TempoSecret> ReadAsync(ClusterClient cluster, string @namespace, string name, string runId, CancellationToken cancellationToken)
    {
        var full = $"{@namespace}/{name}";
        var found = await cluster.FindSecretAsync(@namespace, name, cancellationToken)
            ?? throw new DiagnosticException(DiagnosticCode.StorageSecretUnusable, full, "the storage Secret does not exist", "Provision the run first.");
        if (!RunLabels.AreOn(found, runId))
        {
            throw new DiagnosticException(
                DiagnosticCode.SecretTaken, full, "a Secret of this name exists and is not this run's", "Name the Secret that the run was provisioned with.");
        }

        foreach (var key in (string[])["endpoint", "bucket", AccessKeyId, SecretAccessKey])
        {
            if (Text(found, key).Length == 0)
            {
                throw new DiagnosticException(
                    DiagnosticCode.StorageSecretUnusable, full, $"the storage Secret has no value for the key {key}", "Provision the run again: that puts it right.");
            }
        }

        return new TempoSecret(found);
    }

    /// <summary>Where its endpoint is, for whoever signs requests to it.</summary>
    public StorageLocation Location(RunLedger ledger)
    {
        var place = ledger.OfKind(LedgerKind.Bucket).FirstOrDefault(bucket => bucket.Name == Bucket)?.Place;
        return new StorageLocation(place?.GetValueOrDefault(Place.Region) ?? "us-east", place?.GetValueOrDefault(Place.EndpointType) ?? "public", Text(_secret, "endpoint"));
    }

    /// <summary>Puts another key in place of the one that it holds; everything else about it stays as somebody may have changed it meanwhile.</summary>
    public async Task ReplaceKeyAsync(ClusterClient cluster, HmacKey key, string runId, CancellationToken cancellationToken)
    {
        var now = this;
        for (var attempt = 1; now.Key != key; attempt++)
        {
            var secret = now._secret;
            secret.Data[AccessKeyId] = Encoding.UTF8.GetBytes(key.AccessKeyId);
            secret.Data[SecretAccessKey] = Encoding.UTF8.GetBytes(key.SecretAccessKey);
            try
            {
                await cluster.ReplaceSecretAsync(secret, cancellationToken);
                return;
            }
            catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.Conflict && attempt < Attempts)
            {
                now = await ReadAsync(cluster, secret.Namespace(), secret.Name(), runId, cancellationToken);
            }
        }
    }

    private static string Text(V1Secret secret, string key) => secret.Data?.TryGetValue(key, out var value) == true ? Encoding.UTF8.GetString(value) : "";
}
