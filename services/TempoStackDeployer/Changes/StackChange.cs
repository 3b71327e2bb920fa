using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Disturbances;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Changes;

/// <summary>Changes a stack in place, such as its replicas or Tempo's image, and waits until every component is ready with it.</summary>
internal sealed class StackChange(StackAccess access, OpenForwards forwards, TimeProvider time)
{
    public async Task<Changed> ChangeAsync(ChangeRequest request, StageReporter stage, CancellationToken cancellationToken)
    {
        var settings = request.Set.Select(SetExpression.Parse).ToList();
        await using var stack = await access.OpenAsync(
            new StackReference(request.RunId, request.Namespace, request.Name, request.Anyones, request.Timeout ?? Duration.FromTimeSpan(StackDeployment.DefaultTimeout), request.Kind), stage, cancellationToken);
        await stack.SeenAsync(stage);
        var rollout = new Rollout(stack, time);
        var live = await stage.StepAsync("apply", $"Changing the {stack.Stack.Manifest.Kind} {stack.Stack.Name}", async step =>
        {
            var applied = await SpecChange.ApplyAsync(stack, wanted =>
            {
                if (OptionedManifest.Apply(wanted, request.Options) is not null)
                {
                    throw OptionValue.Wrong("--store-ca", "(a certificate)", "cannot be changed in place", "Give it to the run that deploys the stack.");
                }

                settings.ForEach(set => set.ApplyTo(wanted.Document));
                OperatorRules.Check(wanted);
            });
            var fields = ChangedFields.Between(stack.Stack.Live["spec"], applied["spec"]);
            if (fields.IsEmpty)
            {
                throw new DiagnosticException(Codes.NothingToChange, $"{request.Namespace}/{request.Name}", "Everything is already as it is asked for", "Give what is to be different, such as --set spec.template.querier.replicas=2.");
            }

            foreach (var (field, value) in fields.Now)
            {
                step.Evidence[field] = value;
            }

            step.Succeed(fields.ToString());
            return (Object: applied, Fields: fields);
        });
        var result = new Changed { Before = { live.Fields.Before.ToDictionary() }, Now = { live.Fields.Now.ToDictionary() } };
        await stage.StepAsync("components", "Waiting for every component to be ready with it", async step =>
        {
            try
            {
                await rollout.WaitAsync(Manifest(stack.Stack, live.Object), step);
            }
            catch (DiagnosticException exception)
            {
                throw new DiagnosticException(exception.Code, exception.Value, exception.Reason, $"{exception.Fix} {Undo(request.RunId, live.Fields)}", exception);
            }

            result.Pods.AddRange(rollout.FreshPods);
            step.Evidence["fresh_pods"] = string.Join(", ", result.Pods);
        });
        result.TempoVersion = stack.Observer.Snapshot().Stack?.Status?.TempoVersion ?? "";
        result.Endpoints = forwards.Endpoints(request.RunId)?.Endpoints;
        return result;
    }

    /// <summary>What was asked for stays asked for: who asked knows whether it is to be mended or taken back.</summary>
    private static string Undo(string runId, ChangedFields fields) => fields.Undo.Count > 0
        ? $"The change stays in force; to take it back: tempocos change {runId} {string.Join(' ', fields.Undo.Select(set => $"--set '{set.Replace("'", "'\\''", StringComparison.Ordinal)}'"))}"
        : "The change stays in force; give the fields their values of before by tempocos change, to take it back.";

    private static StackManifest Manifest(ExistingStack stack, JsonObject live) => new(stack.Manifest.Kind, stack.Name, stack.Namespace, live);
}
