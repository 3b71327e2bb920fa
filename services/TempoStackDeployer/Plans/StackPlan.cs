using System.Net;
using System.Text.Json.Nodes;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Clusters.Checks;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Plans;

/// <summary>What a deployment would apply, beside what is there. Changes nothing.</summary>
internal sealed class StackPlan(ClusterConnector connector, LedgerDirectory ledgers)
{
    private const string Create = "create";
    private const string Change = "change";
    private const string Unchanged = "unchanged";
    private const string Refused = "refused";

    public async Task<Planned> PlanAsync(PlanRequest request, StageReporter stage, CancellationToken cancellationToken)
    {
        var manifest = await StackDeployment.ReadAsync(request.Deploy, stage);
        using var cluster = await connector.ConnectAsync(cancellationToken);
        await Preflight.RunAsync(cluster, manifest, request.Deploy, ledgers.Ledger(request.Deploy.RunId), provisions: true, stage, cancellationToken);
        await TellTlsAsync(cluster, manifest, cancellationToken);
        return await stage.StepAsync("objects", "Comparing with what is there", async step =>
        {
            var pass = new Pass(cluster, request.Deploy.RunId, new SecretValues(), request.ServerDryRun, await NamespaceCreation.FindAsync(cluster, manifest.Namespace, cancellationToken) is not null, cancellationToken);
            var planned = new Planned();
            planned.Objects.Add(Namespace(pass, manifest.Namespace));
            foreach (var item in manifest.Objects.Append(new ManifestObject($"{TempoStack.Group}/{TempoStack.Version}", manifest.Kind, manifest.Name, manifest.Namespace, manifest.Document)))
            {
                planned.Objects.Add(await PlanAsync(pass, item));
            }

            foreach (var action in planned.Objects.GroupBy(item => item.Action))
            {
                step.Evidence[action.Key] = $"{action.Count()}";
            }

            step.Succeed(string.Join(", ", planned.Objects.GroupBy(item => item.Action).Select(action => $"{action.Count()} {(action.Key == Unchanged ? Unchanged : $"to {action.Key}")}")).Replace($"to {Refused}", Refused, StringComparison.Ordinal));
            return planned;
        });
    }

    private static async Task<PlannedObject> PlanAsync(Pass pass, ManifestObject item)
    {
        var planned = new PlannedObject { ApiVersion = item.ApiVersion, Kind = item.Kind, Namespace = item.Namespace, Name = item.Name };
        try
        {
            if (await ManifestObjectApply.RefusalAsync(pass.Cluster, item, pass.Cancellation) is { } refusal)
            {
                throw refusal;
            }

            var resource = await ApiObjects.ResourceAsync(pass.Cluster, item.ApiVersion, item.Kind, pass.Cancellation);
            var existing = pass.HasNamespace ? await ApiObjects.FindAsync(pass.Cluster, resource, item.Namespace, item.Name, pass.Cancellation) : null;
            if (existing is not null && !ObjectApply.IsOurs(existing, pass.RunId))
            {
                throw new DiagnosticException(
                    Codes.NotOurs, $"{item.Namespace}/{item.Name}", $"A {item.Kind} of that name is there already and is not this run's", "Choose another namespace or another metadata.name, or name the run that made it by --run-id.");
            }

            var then = await ThenAsync(pass, item, existing, planned);
            planned.Diff = UnifiedDiff.Between(existing is null ? "" : ShownObject.Of(existing, pass.Secrets), ShownObject.Of(then, pass.Secrets));
            planned.Action = existing is null ? Create : planned.Diff.Length > 0 ? Change : Unchanged;
        }
        catch (DiagnosticException exception) when (exception.Code is Codes.ObjectRefused or Codes.NotOurs or Codes.ManifestRefused or Codes.FieldConflict or Codes.Forbidden)
        {
            planned.Action = Refused;
            planned.Refusal = $"{exception.Code}: {SecretValues.Redact(item.Document, exception.Reason)} ({exception.Value}). {exception.Fix}";
        }

        return planned;
    }

    private static async Task<JsonObject> ThenAsync(Pass pass, ManifestObject item, JsonObject? existing, PlannedObject planned)
    {
        if (pass is { ServerDryRun: true, HasNamespace: true })
        {
            var answer = await ObjectApply.DryRunAsync(pass.Cluster, item.Document, pass.RunId, pass.Cancellation);
            planned.Warnings.AddRange(answer.Warnings.Select(warning => SecretValues.Redact(item.Document, warning)));
            return answer.Object;
        }

        if (pass.ServerDryRun)
        {
            planned.Warnings.Add($"the namespace {item.Namespace} is not there yet, so the server was not asked");
        }

        if (StackKind.IsOne(item.Kind))
        {
            await SchemaCheck.RequireAsync(pass.Cluster, item.Kind, item.Document, pass.Cancellation);
        }

        return existing is null ? item.Document : LocalMerge.Of(existing, item.Document);
    }

    private static PlannedObject Namespace(Pass pass, string name) => new()
    {
        ApiVersion = "v1",
        Kind = "Namespace",
        Name = name,
        Action = pass.HasNamespace ? Unchanged : Create,
        Diff = pass.HasNamespace ? "" : UnifiedDiff.Between("", ShownObject.Of(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject(RunLabels.For(pass.RunId).Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))) },
        }, pass.Secrets)),
    };

    /// <summary>A deployment looks into the storage Secret and switches TLS on; where there is none yet, nobody knows.</summary>
    private static async Task TellTlsAsync(ClusterConnection cluster, StackManifest manifest, CancellationToken cancellationToken)
    {
        try
        {
            if ((await StorageSecret.ReadAsync(cluster, manifest, manifest.StorageSecretName!, cancellationToken)).IsHttps && !manifest.SetsStorageTls)
            {
                manifest.EnableStorageTls();
            }
        }
        catch (DiagnosticException exception) when (exception.Code is Codes.StorageSecret or Codes.Forbidden)
        {
            // The run makes it.
            return;
        }
    }

    private sealed record Pass(ClusterConnection Cluster, string RunId, SecretValues Secrets, bool ServerDryRun, bool HasNamespace, CancellationToken Cancellation);
}
